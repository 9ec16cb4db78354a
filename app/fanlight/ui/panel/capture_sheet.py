"""A window that shows the captured rectangle where it was captured, with something painted over it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fanlight.core.capture.captures import Capture
from fanlight.ui.plain_text import plain_title

_KIND = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.NoDropShadowWindowHint
)


class CaptureSheet(QWidget):
    """Never has the keyboard. While a mouse button is held on it, `original` is seen alone."""

    def __init__(self, capture: Capture, title: str, bypasses: bool = False) -> None:
        """`bypasses` the window manager, as its panel does over a full screen."""
        super().__init__(None, _KIND | Qt.WindowType.X11BypassWindowManagerHint if bypasses else _KIND)
        self._image = capture.image.qimage
        self._shows_original = False
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(plain_title(title))
        self.setGeometry(self._place(capture))

    @property
    def original(self) -> QImage:
        """As large as the capture."""
        return self._image

    def paint_over(self, painter: QPainter) -> None:
        """Over the capture, in its pixels."""
        raise NotImplementedError

    def _place(self, capture: Capture) -> QRect:
        """Over the rectangle; in the middle of the screen where the desktop does not tell where that was."""
        if capture.place is not None:
            return QRect(*capture.place.rect)
        screen = QGuiApplication.primaryScreen()
        ratio = screen.devicePixelRatio()
        place = QRect(0, 0, round(self._image.width() / ratio), round(self._image.height() / ratio))
        place.moveCenter(screen.availableGeometry().center())
        return place

    def _show_original(self, shown: bool) -> None:
        self._shows_original = shown
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(self.width() / max(1, self._image.width()), self.height() / max(1, self._image.height()))
        painter.drawImage(0, 0, self.original if self._shows_original else self._image)
        if not self._shows_original:
            self.paint_over(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._show_original(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._show_original(False)
