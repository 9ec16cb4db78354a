"""Any desktop on Linux with ydotool's service, which may type as a keyboard does: the keys of a US keyboard. Written
from ydotool 1.0's manual, not run."""

from __future__ import annotations

import shutil

from PySide6.QtCore import QObject

from fanlight.desktop.insertion.command_inserter import CommandInserter, TypingCommand
from fanlight.desktop.session import is_wayland
from fanlight.i18n import N_, _

name = "ydotool"
needs = N_("The program ydotool with its service ydotoold, and for text other than plain English letters another way.")
inserts, sees_focus, types_keys = True, False, False

COMMAND = TypingCommand(("ydotool", "type", "--file", "-"), only_ascii=True)


def is_available() -> bool:
    return is_wayland() and shutil.which("ydotool") is not None and shutil.which("ydotoold") is not None


def describe() -> str:
    return _(
        "ydotool types the text with the keys of a US keyboard, which has no accents and no other scripts. Under "
        "Wayland Fanlight cannot see whether you have moved to another window, and shows no words while you speak: "
        "stay where the text belongs."
    )


def start(parent: QObject) -> CommandInserter:
    return CommandInserter(COMMAND, parent)
