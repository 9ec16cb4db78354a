"""Wayland desktops whose RemoteDesktop portal takes keys from programs: GNOME, KDE Plasma, and others. The desktop asks
the user once. Tested against a portal of the tests' own; not run on those desktops."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject

from fanlight.desktop import bus
from fanlight.desktop.insertion.portal_inserter import PortalInserter
from fanlight.desktop.session import is_wayland
from fanlight.i18n import N_, _

name = "portal"
needs = N_(
    "Your permission: open Fanlight's settings, and under Dictation choose Allow Typing. The desktop needs "
    "xdg-desktop-portal with RemoteDesktop, as GNOME and KDE Plasma have it."
)
inserts, sees_focus, types_keys = True, False, False

_WITHOUT = ("sway", "river", "labwc", "niri", "Hyprland", "Wayfire", "wlroots")
"""In XDG_CURRENT_DESKTOP: their portal takes no keys from programs."""


def is_available() -> bool:
    desktops = os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")
    return is_wayland() and not any(one in _WITHOUT for one in desktops) and bool(bus.address())


def describe() -> str:
    return _(
        "The desktop passes the text on once you have allowed it: pasted with Ctrl+V, and the clipboard is put back as "
        "it was; in terminals, paste it yourself. Under Wayland Fanlight cannot see whether you have moved to another "
        "window, and shows no words while you speak: stay where the text belongs."
    )


def start(parent: QObject) -> PortalInserter:
    return PortalInserter(parent)
