"""The head of a quick panel: the capture, and what is done with it and with the panel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fanlight.i18n import _
from fanlight.ui.controls import label, tool
from fanlight.ui.panel.panel_keys import COPY_PICTURE, PIN, REDACT_PICTURE, REGION, SAVE_PICTURE, WINDOW, with_keys

THUMB = QSize(84, 56)
FRAME = QColor(128, 128, 128, 120)
"""Around the capture, on any ground."""


class CapturePicture(QLabel):
    """The capture, small: Enter or a click shows it, its menu has the rest."""

    opened = Signal()
    menu_wanted = Signal(QPoint)
    """Where on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("capturePicture")
        self.setFixedSize(THUMB)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleDescription(_("Press Enter to look at it, the menu key for more."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)  # the panel is not moved by it

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Also by the menu key, and Shift+F10."""
        self.menu_wanted.emit(event.globalPos())


class PanelHead(QFrame):
    """The capture, its size, its status; the panel is dragged by it."""

    dragged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = CapturePicture()
        self.facts, self.status = label(wrap=True), label(kind="muted", wrap=True)
        for words in (self.facts, self.status):
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # long text does not widen it
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName(_("Progress of reading the capture"))
        self.window_button = _tool("window", _("Continue in Window"), _("Continue in Fanlight's window"), WINDOW)
        self.pin_button = _tool("pin", _("Pin"), _("Keep this panel when the next capture is taken"), PIN)
        self.pin_button.setCheckable(True)
        forget = _("Forget the capture and everything said about it (Esc)")
        self.close_button = tool("close", _("Forget"), forget)
        self.more_button = tool("more", _("More About the Capture"), _("Look at the capture, or choose its detail"))
        self.copy_button = _tool("copy", _("Copy Picture"), _("Copy the picture"), COPY_PICTURE)
        self.save_button = _tool("save", _("Save Picture"), _("Save the picture as a file"), SAVE_PICTURE)
        self.redact_button = _tool("redact", _("Redact"), _("Redact the picture, or draw on it"), REDACT_PICTURE)
        self.region_button = _tool("region", _("Same Rectangle Again"), _("Capture the same rectangle again"), REGION)
        self.setMinimumHeight(THUMB.height())
        self._held: QPoint | None = None
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch(1)
        for widget in (self.facts, self.status, self.bar):
            column.addWidget(widget)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.picture)
        row.addLayout(column, 1)
        row.addLayout(self._tools())

    def _tools(self) -> QGridLayout:
        """What is done with the panel, and below it what is done with the picture."""
        grid = QGridLayout()
        grid.setSpacing(0)
        rows = (
            (self.more_button, self.window_button, self.pin_button, self.close_button),
            (self.copy_button, self.save_button, self.redact_button, self.region_button),
        )
        for line, buttons in enumerate(rows):
            for place, button in enumerate(buttons, max(map(len, rows)) - len(buttons)):
                grid.addWidget(button, line, place)
        return grid

    def show_picture(self, image: QImage) -> None:
        if image.isNull():
            return
        ratio = self.devicePixelRatioF()
        small = image
        if image.width() > THUMB.width() * ratio or image.height() > THUMB.height() * ratio:
            small = shrunk(image, THUMB * ratio)
        pixmap = QPixmap.fromImage(small)
        painter = QPainter(pixmap)
        painter.setPen(QPen(FRAME, 1))
        painter.drawRect(0, 0, pixmap.width() - 1, pixmap.height() - 1)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)

    def show_status(self, facts: str, status: str, done: float | None) -> None:
        """`done` is the progress, 0 to 1; -1 is unknown, None hides the bar."""
        self.facts.setText(facts)
        self.picture.setAccessibleName(_("Capture, {facts}").format(facts=facts))
        self.status.setText(status)
        self.status.setVisible(bool(status))
        self.status.setAccessibleName(status)
        self.bar.setVisible(done is not None)
        if done is not None:
            self.bar.setRange(0, 0 if done < 0 else 1000)
            self.bar.setValue(max(0, round(1000 * done)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not (window := self.window().windowHandle()):
            return
        self.dragged.emit()
        self._held = None
        if window.flags() & Qt.WindowType.X11BypassWindowManagerHint or not window.startSystemMove():
            self._held = event.globalPosition().toPoint() - self.window().pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Where no window manager moves it."""
        if self._held is not None:
            self.window().move(event.globalPosition().toPoint() - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._held = None


def _tool(icon: str, name: str, tip: str, key: str) -> QToolButton:
    return tool(icon, name, with_keys(tip, [key]))


def shrunk(image: QImage, size: QSize) -> QImage:
    """Reduced to fit `size`, smoothly; a much larger image is first reduced without smoothing, which would take a frame
    or two."""
    keep = Qt.AspectRatioMode.KeepAspectRatio
    if image.width() > 8 * size.width():
        image = image.scaled(size * 4, keep)
    return image.scaled(size, keep, Qt.TransformationMode.SmoothTransformation)
