"""What is dropped on the window or pasted: pictures for the question, recordings that become text, or text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fanlight.i18n import _
from fanlight.pictures.recordings import by_name
from fanlight.ui.controls import label


class DropArea(QFrame):
    """Lies over the whole window while something is dragged across it."""

    def __init__(self, window: QWidget, dropped: Callable[[QMimeData], object]) -> None:
        super().__init__(window)
        self.setObjectName("dropArea")
        self.setAccessibleName(_("Drop pictures or recordings here"))
        self._dropped = dropped
        self._text = label("", "title", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(48, 48, 48, 48)
        inside.addWidget(self._text)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

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
            if not _may_be_dropped(event.mimeData()):
                return False
            event.acceptProposedAction()
            self._text.setText(_drop_text(event.mimeData()))
            self.raise_()
            self.show()
            return True
        elif event.type() == QEvent.Type.DragLeave:
            self.hide()
        elif event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.hide()
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._dropped(event.mimeData())
            return True
        return super().eventFilter(watched, event)


def _may_be_dropped(mime: QMimeData) -> bool:
    """Whether a drop may hold something usable. Cheap, since it is called during a drag: only the formats are
    checked."""
    return mime.hasUrls() or mime.hasImage() or mime.hasText() or mime.hasHtml()


def _drop_text(mime: QMimeData) -> str:
    """What a drop will do, by the names of the files alone."""
    recorded = [by_name(Path(url.path())) for url in mime.urls()] if mime.hasUrls() else []
    if not any(recorded):
        return _("Drop to add the picture to your question")
    if all(recorded):
        return _("Drop to transcribe the recording")
    return _("Drop to add the pictures to your question and transcribe the recordings")
