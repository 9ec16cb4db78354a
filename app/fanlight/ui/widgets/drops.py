"""What is dropped on a window: its text says what a drop is going to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.desktop.drags import is_foreign_drag_over
from fanlight.ui.controls import label

WATCH_MS = 200
_AFTER_DRAG = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove)
"""During a drag its source has all of these."""


class DragWatch(QObject):
    """Notices the end of a drag from another program that ended without a drop and without leaving."""

    ended = Signal()

    def __init__(self, parent: QObject, is_over: Callable[[], bool], make_timer: MakeTimer | None = None) -> None:
        super().__init__(parent)
        self._is_over = is_over
        self._timer = Timeout(self, self._look, WATCH_MS, make_timer)

    def start(self) -> None:
        """Watches the windows, not the application: each event of every object would pass through Python, and objects
        of Qt's own classes make PySide look up all classes it has, which takes as long as a frame."""
        self._timer.start()
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)

    def stop(self) -> None:
        self._timer.cancel()
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def _look(self) -> None:
        if self._is_over():
            self.ended.emit()
        else:
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _AFTER_DRAG and event.spontaneous():
            self.ended.emit()
        return super().eventFilter(watched, event)


class DropArea(QFrame):
    """Lies over the whole window while something is dragged across it."""

    def __init__(
        self,
        window: QWidget,
        describe: Callable[[QMimeData], str],
        dropped: Callable[[QMimeData], object],
        is_over: Callable[[], bool] = is_foreign_drag_over,
    ) -> None:
        """`describe` says what a drop would do; empty for what cannot be dropped. It is called once a drag."""
        super().__init__(window)
        self.setObjectName("dropArea")
        self._describe, self._dropped = describe, dropped
        self._text = label("", "title", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(48, 48, 48, 48)
        inside.addWidget(self._text)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._watch = DragWatch(self, is_over)
        self._watch.ended.connect(self._end_drag)
        self._end_drag()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @property
    def text(self) -> str:
        return self._text.text()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Translucent, with a dashed line around the whole window: a drop works anywhere."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = palette.color(QPalette.ColorRole.Window)
        ground.setAlpha(225)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(16, 16, -16, -16), 16, 16)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):
            self.setGeometry(0, 0, event.size().width(), event.size().height())
        elif event.type() == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            return self._enter_drag(event)
        elif event.type() == QEvent.Type.DragLeave:
            self._end_drag()
        elif event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._end_drag()
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._dropped(event.mimeData())
            return True
        return super().eventFilter(watched, event)

    def _enter_drag(self, event: QDragEnterEvent) -> bool:
        if not (words := self._describe(event.mimeData())):
            return False
        event.acceptProposedAction()
        self._text.setText(words)
        self.setAccessibleName(words)
        self.raise_()
        self.show()
        if event.source() is None:
            self._watch.start()
        return True

    def _end_drag(self) -> None:
        self._watch.stop()
        self.hide()
