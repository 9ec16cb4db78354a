"""The captured rectangle with what has changed in it."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter

from fanlight.core.capture.captures import Capture
from fanlight.core.capture.changes import CaptureChanges
from fanlight.i18n import _
from fanlight.ui.panel.capture_sheet import CaptureSheet
from fanlight.ui.widgets.annotation_painter import paint_annotations


class ChangesSheet(CaptureSheet):
    """What was there earlier is seen while a mouse button is held."""

    def __init__(self, capture: Capture, changes: CaptureChanges, bypasses: bool = False) -> None:
        super().__init__(capture, _("Changes – Fanlight"), bypasses)
        self._changes = changes
        self.setToolTip(_("Hold a mouse button to see what was here before."))
        self.setAccessibleName(_("What has changed, framed and numbered"))

    @property
    def original(self) -> QImage:
        return self._changes.earlier.image.qimage

    def paint_over(self, painter: QPainter) -> None:
        paint_annotations(painter, self._image, self._changes.marks)
