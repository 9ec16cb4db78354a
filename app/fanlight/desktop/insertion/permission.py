"""Whether the desktop lets Fanlight type, where it asks the user."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QWindow


class PermissionState(Enum):
    NEEDED = auto()
    """Nobody was asked yet."""
    REMEMBERED = auto()
    """The desktop has allowed it before."""
    ASKED = auto()
    GRANTED = auto()
    REFUSED = auto()
    FAILED = auto()
    """There is nobody to ask; see `why`."""


class InsertionPermission(QObject):
    changed = Signal()

    def __init__(self, state: PermissionState, ask: Callable[[QWindow | None], object], parent: QObject) -> None:
        super().__init__(parent)
        self.state, self.why = state, ""
        self._ask = ask

    def ask(self, window: QWindow | None) -> None:
        """The desktop's question appears above `window`, which must have the keyboard."""
        self._ask(window)

    def set_state(self, state: PermissionState, why: str = "") -> None:
        if (state, why) != (self.state, self.why):
            self.state, self.why = state, why
            self.changed.emit()
