"""The captured rectangle with its translations, where it was captured."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from fanlight.core.capture.capture_translation import CaptureTranslation
from fanlight.core.capture.captures import Capture
from fanlight.i18n import _
from fanlight.ui.widgets.cover_set import CoverSet

_KIND = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.NoDropShadowWindowHint
)


class TranslatedSheet(QWidget):
    """Never has the keyboard. The original is seen while a mouse button is held on it."""

    copy_wanted = Signal(str)
    closed_by_user = Signal()

    def __init__(self, capture: Capture, translation: CaptureTranslation, bypasses: bool = False) -> None:
        """`bypasses` the window manager, as its panel does over a full screen."""
        super().__init__(None, _KIND | Qt.WindowType.X11BypassWindowManagerHint if bypasses else _KIND)
        self._image, self._translation = capture.image.qimage, translation
        self._covers = CoverSet(self._image)
        self._shows_original = False
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(_("Translation – Fanlight"))
        self.setToolTip(_("Hold a mouse button to see the original."))
        self.setGeometry(self._place(capture))
        translation.changed.connect(self._on_changed)
        self._on_changed()

    def _place(self, capture: Capture) -> QRect:
        """Over the rectangle; in the middle of the screen where the desktop does not tell where that was."""
        if capture.place is not None:
            return QRect(*capture.place.rect)
        screen = QGuiApplication.primaryScreen()
        ratio = screen.devicePixelRatio()
        place = QRect(0, 0, round(self._image.width() / ratio), round(self._image.height() / ratio))
        place.moveCenter(screen.availableGeometry().center())
        return place

    def _on_changed(self) -> None:
        self.setAccessibleName(self._translation.written())
        self.update()

    def _show_original(self, shown: bool) -> None:
        self._shows_original = shown
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(self.width() / max(1, self._image.width()), self.height() / max(1, self._image.height()))
        painter.drawImage(0, 0, self._image)
        if not self._shows_original:
            for cover in self._covers.covers(self._translation.blocks, self._translation.text_of):
                cover.paint(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._show_original(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._show_original(False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        written = self._translation.written
        menu.addAction(_("Copy Translation"), lambda: self.copy_wanted.emit(written()))
        menu.addAction(_("Copy Both"), lambda: self.copy_wanted.emit(written("{original}\n{translation}")))
        menu.addAction(_("Close"), self.closed_by_user.emit)
        menu.popup(event.globalPos())
