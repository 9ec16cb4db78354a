"""Dragging something out of the window into another program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt
from PySide6.QtGui import QDrag, QMouseEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget


def watch_drag(widget: QWidget, begin: Callable[[], object], click: Callable[[], object] | None = None) -> None:
    """`begin` is called where the mouse is pressed on the widget and moved away, `click` where it is released there."""
    widget.installEventFilter(_DragWatcher(widget, begin, click))


def drag_out(source: QWidget, mime: QMimeData, shown: QPixmap | None = None) -> None:
    """Until it is dropped, or not; a copy, never moved."""
    drag = QDrag(source)
    drag.setMimeData(mime)
    if shown is not None:
        drag.setPixmap(shown)
    drag.exec(Qt.DropAction.CopyAction)


class _DragWatcher(QObject):
    def __init__(self, widget: QWidget, begin: Callable[[], object], click: Callable[[], object] | None = None) -> None:
        super().__init__(widget)
        self._begin, self._click = begin, click
        self._pressed: QPointF | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                self._pressed = event.position()
                return not isinstance(watched, QAbstractButton)  # whoever does not take it gets no movement
            case QEvent.Type.MouseMove if self._pressed is not None:
                way = event.position() - self._pressed
                if way.manhattanLength() < QApplication.startDragDistance():
                    return False
                self._pressed = None
                if isinstance(watched, QAbstractButton):
                    watched.setDown(False)  # the button is released over the other program
                self._begin()
                return True
            case QEvent.Type.MouseButtonRelease:
                clicked, self._pressed = self._pressed is not None, None
                if clicked and self._click is not None:
                    self._click()
        return False
