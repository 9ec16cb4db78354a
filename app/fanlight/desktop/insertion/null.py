"""No way to insert text into other programs is known here: it stays where it can be copied."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.i18n import N_, _

name = "null"
needs = N_(
    "On Wayland desktops with neither a clipboard nor keys for other programs, ydotool with its service types plain "
    "English letters. Until then, copy the text from the tray's menu."
)
inserts = sees_focus = types_keys = False


def is_available() -> bool:
    return True


def describe() -> str:
    return _("On this desktop Fanlight cannot insert text into other programs.")


def start(parent: QObject) -> NullInserter:
    return NullInserter(parent)


class NullInserter:
    permission = None

    def __init__(self, parent: QObject) -> None:
        self._parent = parent

    def place(self) -> InsertionPlace:
        return InsertionPlace()

    def prepare(self) -> None:
        """Nothing takes time."""

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:  # noqa: ARG002
        QTimer.singleShot(0, self._parent, lambda: ended(InsertionOutcome.UNAVAILABLE))

    def cancel(self) -> bool:
        return False

    def can_undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return False

    def undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return False

    def close(self) -> None:
        """Nothing is open."""
