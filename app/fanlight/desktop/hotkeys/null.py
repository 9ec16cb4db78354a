"""No key can be heard here: says how the desktop itself starts `fanlight shot`."""

from __future__ import annotations

import os

from fanlight.desktop.hotkeys.backend import HotkeyListener
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.domain.errors import HotkeyUnavailable

name = "null"
needs = "A key bound to `fanlight shot` in the desktop's own settings."

COMMAND = "fanlight shot"
STEPS = {
    "GNOME": "Settings > Keyboard > View and Customise Shortcuts > Custom Shortcuts > +, with the command {command}",
    "KDE": "System Settings > Keyboard > Shortcuts > Add New > Command or Script, with {command}",
    "XFCE": "Settings > Keyboard > Application Shortcuts > Add, with the command {command}",
    "X-Cinnamon": "System Settings > Keyboard > Shortcuts > Custom Shortcuts, with the command {command}",
    "COSMIC": "Settings > Input Devices > Keyboard > Keyboard shortcuts > Custom, with the command {command}",
    "MATE": "Control Centre > Keyboard Shortcuts > Add, with the command {command}",
    "LXQt": "LXQt Settings > Shortcut Keys > Add, with the command {command}",
    "Pantheon": "System Settings > Keyboard > Shortcuts > Custom, with the command {command}",
    "sway": "one line in ~/.config/sway/config: bindsym Ctrl+Mod1+space exec {command}",
    "Hyprland": "one line in ~/.config/hypr/hyprland.conf: bind = CTRL ALT, space, exec, {command}",
    "river": "one line in ~/.config/river/init: riverctl map normal Control+Alt Space spawn '{command}'",
    "niri": 'one line under binds in ~/.config/niri/config.kdl: Ctrl+Alt+Space {{ spawn "fanlight" "shot"; }}',
    "labwc": "a keybind in ~/.config/labwc/rc.xml: "
    '<keybind key="C-A-space"><action name="Execute" command="{command}"/></keybind>',
}
"""By the desktop's name in XDG_CURRENT_DESKTOP."""
ELSEWHERE = "the keyboard settings of your desktop: a shortcut of your own, with the command {command}"


def available() -> bool:
    return True


def start(listener: HotkeyListener) -> NullHotkeys:  # noqa: ARG001 - it never has anything to tell
    return NullHotkeys()


def steps() -> str:
    """Where this desktop's own settings bind a command to a key."""
    for desktop in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":"):
        if desktop in STEPS:
            return STEPS[desktop].format(command=COMMAND)
    return ELSEWHERE.format(command=COMMAND)


class NullHotkeys:
    edits = False
    asks = False

    @property
    def words(self) -> str:
        return f"No program can hear a key from everywhere here. The desktop can start it: {steps()}."

    def bind(self, name: str, combination: Combination) -> None:  # noqa: ARG002
        raise HotkeyUnavailable(f"{combination.shown} cannot be heard from other programs here.", f"Use {steps()}.")

    def unbind(self, name: str) -> None:
        """Nothing is bound."""

    def free(self, combination: Combination) -> bool:  # noqa: ARG002
        return False

    def trigger(self, name: str) -> str:  # noqa: ARG002
        return ""

    def close(self) -> None:
        """Nothing is open."""
