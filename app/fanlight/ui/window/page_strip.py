"""A strip with all pages of a document: which the model was given, and which the next question is to be asked with."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from fanlight.core.chat.strip_thumbnails import StripThumbnails
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.documents import Document
from fanlight.domain.messages import Image
from fanlight.i18n import _, format_number
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.pixels import to_qimage

_ICON = QSize(64, 84)
_SOON_MS = 60
"""After the strip was moved: pages that only pass by are not drawn."""
_PAGE = Qt.ItemDataRole.UserRole


class PageStrip(QListWidget):
    """A check marks a page that is pinned."""

    page_chosen = Signal(int)
    pin_changed = Signal(int, bool)

    def __init__(self, file_worker: FileWorker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._thumbnails = StripThumbnails(file_worker, self)
        self._thumbnails.drawn.connect(self._on_drawn)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._draw_visible)
        self.setIconSize(QSize(in_text_size(_ICON.width()), in_text_size(_ICON.height())))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setFixedWidth(in_text_size(210))
        self.setAccessibleName(_("Pages"))
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._soon.start())
        self.currentRowChanged.connect(self._on_row)
        self.itemChanged.connect(self._on_changed)

    def show_document(self, document: Document, given: Collection[int], pinned: Collection[int]) -> None:
        """All of its pages; only the marks change where it is shown already."""
        self.blockSignals(True)
        if self._document != document:
            self.clear()
            for number in range(1, document.page_count + 1):
                item = QListWidgetItem(self._blank(), "")
                item.setData(_PAGE, number)
                item.setToolTip(plain_tip(_("Checked: the model gets this page with your next question.")))
                self.addItem(item)
        self._document = document
        for row in range(self.count()):
            number = row + 1
            item, shown = self.item(row), format_number(number)
            item.setText(_("{page}, given").format(page=shown) if number in given else shown)
            item.setCheckState(Qt.CheckState.Checked if number in pinned else Qt.CheckState.Unchecked)
        self.blockSignals(False)
        self._soon.start()

    def show_page(self, number: int) -> None:
        """Select it, without `page_chosen`."""
        self.blockSignals(True)
        self.setCurrentRow(number - 1)
        self.blockSignals(False)
        self._soon.start()

    def stop(self) -> None:
        self._soon.stop()
        self._thumbnails.stop()

    def _on_row(self, row: int) -> None:
        if row >= 0:
            self.page_chosen.emit(row + 1)

    def _on_changed(self, item: QListWidgetItem) -> None:
        self.pin_changed.emit(item.data(_PAGE), item.checkState() is Qt.CheckState.Checked)

    def _draw_visible(self) -> None:
        if self._document is None or not self.isVisible():
            return
        view = self.viewport().rect()
        first, last = self.indexAt(view.topLeft()).row(), self.indexAt(QRect(view).bottomLeft()).row()
        rows = range(max(0, first), (last if last >= 0 else self.count() - 1) + 1)
        self._thumbnails.want(self._document, [row + 1 for row in rows])

    def _on_drawn(self, document: Document, page: int, image: Image) -> None:
        if document != self._document or (item := self.item(page - 1)) is None:
            return
        self.blockSignals(True)
        item.setIcon(QIcon(self._framed(image)))
        self.blockSignals(False)

    def _framed(self, image: Image) -> QPixmap:
        size = self.iconSize() * self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(to_qimage(image)).scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        painter = QPainter(pixmap)  # else white paper has no edge on a white ground
        painter.setPen(self.palette().mid().color())
        painter.drawRect(pixmap.rect().adjusted(0, 0, -1, -1))
        painter.end()
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        return pixmap

    def _blank(self) -> QIcon:
        """Of the place that a page takes, until it is drawn."""
        if not hasattr(self, "_blank_icon"):
            pixmap = QPixmap(self.iconSize())
            pixmap.fill(Qt.GlobalColor.transparent)
            self._blank_icon = QIcon(pixmap)
        return self._blank_icon

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start()
