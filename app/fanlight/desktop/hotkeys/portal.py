"""The GlobalShortcuts portal."""

from __future__ import annotations

from fanlight.desktop.hotkeys.way import Listener, Way
from fanlight.domain.errors import HotkeyUnavailable

name = "portal"
needs = "xdg-desktop-portal with GlobalShortcuts: KDE Plasma 5.27, GNOME 48, Hyprland, or newer."


def available() -> bool:
    return False


def start(listener: Listener) -> Way:  # noqa: ARG001
    raise HotkeyUnavailable("The desktop has no portal.")
