"""Wayland compositors with virtual keyboards for everybody: wtype types any text."""

from __future__ import annotations

import os
import shutil

from PySide6.QtCore import QObject

from fanlight.desktop.insertion.command_inserter import CommandInserter, TypingCommand
from fanlight.desktop.session import is_wayland
from fanlight.i18n import N_, _

name = "wtype"
needs = N_("The program wtype, and a compositor that lets it type: sway, Hyprland, river, niri, or labwc.")
inserts, sees_focus, types_keys = True, False, False

COMMAND = TypingCommand(("wtype", "-s", "100", "-"))
"""wtype brings a keyboard of its own, which programs must know before its first key: without the 100 ms a fifth of the
texts lost their first character in a Qt editor under sway."""
_REFUSING = ("GNOME", "KDE", "COSMIC", "Unity", "Pantheon")
"""In XDG_CURRENT_DESKTOP: they have no virtual keyboards for other programs."""


def is_available() -> bool:
    desktops = os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")
    return is_wayland() and not any(one in _REFUSING for one in desktops) and shutil.which("wtype") is not None


def describe() -> str:
    return _(
        "wtype types the text as keys; the clipboard is not touched. Under Wayland Fanlight cannot see whether you "
        "have moved to another window, and shows no words while you speak: stay where the text belongs."
    )


def start(parent: QObject) -> CommandInserter:
    return CommandInserter(COMMAND, parent)
