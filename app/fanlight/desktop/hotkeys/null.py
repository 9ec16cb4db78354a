"""No program can bind a key here: describes how the desktop itself starts `fanlight shot`."""

from __future__ import annotations

import os

from fanlight.desktop.hotkeys.backend import HotkeySink
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.domain.desktop_errors import HotkeyUnavailable
from fanlight.i18n import N_, _

name = "null"
needs = N_("A key bound to `fanlight shot` in the desktop's own settings.")
binds_keys = picks_combination = asks_permission = lends_keys = False

COMMAND = "fanlight shot"
STEPS = {
    "GNOME": N_(
        "Settings > Keyboard > View and Customize Shortcuts > Custom Shortcuts > +, with the command {command}"
    ),
    "KDE": N_("System Settings > Keyboard > Shortcuts > Add New > Command or Script, with {command}"),
    "XFCE": N_("Settings > Keyboard > Application Shortcuts > Add, with the command {command}"),
    "X-Cinnamon": N_("System Settings > Keyboard > Shortcuts > Custom Shortcuts, with the command {command}"),
    "COSMIC": N_("Settings > Input Devices > Keyboard > Keyboard shortcuts > Custom, with the command {command}"),
    "MATE": N_("Control Center > Keyboard Shortcuts > Add, with the command {command}"),
    "LXQt": N_("LXQt Settings > Shortcut Keys > Add, with the command {command}"),
    "Pantheon": N_("System Settings > Keyboard > Shortcuts > Custom, with the command {command}"),
    "sway": N_("one line in ~/.config/sway/config: bindsym Ctrl+Mod1+space exec {command}"),
    "Hyprland": N_("one line in ~/.config/hypr/hyprland.conf: bind = CTRL ALT, space, exec, {command}"),
    "river": N_("one line in ~/.config/river/init: riverctl map normal Control+Alt Space spawn '{command}'"),
    "niri": N_('one line under binds in ~/.config/niri/config.kdl: Ctrl+Alt+Space {{ spawn "fanlight" "shot"; }}'),
    "labwc": N_(
        "a keybind in ~/.config/labwc/rc.xml: "
        '<keybind key="C-A-space"><action name="Execute" command="{command}"/></keybind>'
    ),
}
"""By the desktop's name in XDG_CURRENT_DESKTOP."""
ELSEWHERE = N_("the keyboard settings of your desktop: a custom shortcut with the command {command}")


def is_available() -> bool:
    return True


def describe(command: str) -> str:
    return _(
        "On this desktop, no program can bind a global shortcut, but the desktop can start Fanlight: {steps}."
    ).format(steps=steps(command))


def start(sink: HotkeySink) -> NullBinder:  # noqa: ARG001 - it never has anything to report
    return NullBinder()


def steps(command: str = COMMAND) -> str:
    """Where this desktop's own settings bind a command to a key."""
    for desktop in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":"):
        if desktop in STEPS:
            return _(STEPS[desktop]).format(command=command)
    return _(ELSEWHERE).format(command=command)


class NullBinder:
    def bind(self, name: str, combination: Combination) -> None:  # noqa: ARG002
        raise HotkeyUnavailable(
            _("{key} cannot be a global shortcut on this desktop.").format(key=combination.shown),
            _("Use {steps}.").format(steps=steps()),
        )

    def unbind(self, name: str) -> None:
        """Nothing is bound."""

    def is_free(self, combination: Combination) -> bool:  # noqa: ARG002
        return False

    def trigger(self, name: str) -> str:  # noqa: ARG002
        return ""

    def close(self) -> None:
        """Nothing is open."""
