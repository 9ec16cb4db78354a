"""Windows beside the main one."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from fanlight.core.window_state import WindowState
from fanlight.ui.widgets.form import give_room


class SideWindow(QWidget):
    """Appears where it was when it was closed last; `geometry_key` is what that is called in the window's state."""

    def __init__(self, window_state: WindowState, geometry_key: str) -> None:
        super().__init__()
        self._window_state, self._geometry_key = window_state, geometry_key

    def end_with(self, owner: QObject) -> None:
        """Go when `owner` goes. A parent would keep this window above the main one."""
        owner.destroyed.connect(self.deleteLater)

    def restore_place(self, width: int, height: int) -> None:
        """`width` and `height`, in logical pixels, of one that was never open."""
        if not self.restoreGeometry(self._window_state.data(self._geometry_key)):
            give_room(self, width, height)

    def keep_place(self) -> None:
        self._window_state.keep(**{self._geometry_key: self.saveGeometry()})

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_place()
        super().closeEvent(event)

    def discard(self) -> None:
        """Delete this window; another one replaces it for the same work, which goes on."""
        self.keep_place()
        self.hide()
        self.deleteLater()
