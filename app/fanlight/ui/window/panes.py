"""The two panes of the window: the list of conversations, which hides when there is no room, and the conversation."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from fanlight.core.window_state import WindowState

NARROW = 720
"""Below this width the conversations hide by themselves."""
SIZES = [250, 850]


class Panes(QSplitter):
    """A list that was hidden for lack of room comes back with the room; one that the user hid does not."""

    def __init__(self, side: QWidget, page: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._side = side
        self._narrow = False
        """The side pane is hidden, and only because there is no room for it."""
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(side)
        self.addWidget(page)
        self.setStretchFactor(1, 1)
        self.setSizes(SIZES)

    def toggle(self) -> None:
        """Show or hide the list."""
        self._side.setVisible(not self._side.isVisible())
        self._narrow = False

    def restore(self, state: WindowState) -> None:
        self.restoreState(state.data("splitter"))
        self._side.setVisible(state.flag("sidebar", True))

    def state(self) -> dict[str, bool | QByteArray]:
        """For `WindowState.keep`, and `restore` later."""
        return {"splitter": self.saveState(), "sidebar": not self._side.isHidden() or self._narrow}

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_panes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_panes()

    def _fit_panes(self) -> None:
        narrow = self.width() < NARROW
        if narrow and not self._side.isHidden():
            self._narrow = True
            self._side.hide()
        elif not narrow and self._narrow:
            self._narrow = False
            self._side.show()
