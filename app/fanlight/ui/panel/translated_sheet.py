"""The captured rectangle with its translations."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter
from PySide6.QtWidgets import QMenu

from fanlight.core.capture.capture_translation import CaptureTranslation
from fanlight.core.capture.captures import Capture
from fanlight.i18n import _
from fanlight.ui.panel.capture_sheet import CaptureSheet
from fanlight.ui.widgets.cover_set import CoverSet


class TranslatedSheet(CaptureSheet):
    copy_wanted = Signal(str)
    closed_by_user = Signal()

    def __init__(self, capture: Capture, translation: CaptureTranslation, bypasses: bool = False) -> None:
        super().__init__(capture, _("Translation – Fanlight"), bypasses)
        self._translation = translation
        self._covers = CoverSet(capture.image.qimage)
        self.setToolTip(_("Hold a mouse button to see the original."))
        translation.changed.connect(self._on_changed)
        self._on_changed()

    def paint_over(self, painter: QPainter) -> None:
        for cover in self._covers.covers(self._translation.blocks, self._translation.text_of):
            cover.paint(painter)

    def _on_changed(self) -> None:
        self.setAccessibleName(self._translation.written())
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        written = self._translation.written
        menu.addAction(_("Copy Translation"), lambda: self.copy_wanted.emit(written()))
        menu.addAction(_("Copy Both"), lambda: self.copy_wanted.emit(written("{original}\n{translation}")))
        menu.addAction(_("Close"), self.closed_by_user.emit)
        menu.popup(event.globalPos())
