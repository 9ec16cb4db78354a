"""The picture of the row that is looked at, large enough to check its answer."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fanlight.core.picture_search.pixels import pixels_of
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image
from fanlight.i18n import _
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.pixels import to_qimage

_LONGEST = 1024


class PicturePreview(QWidget):
    """Of several that are asked for, the last one counts; one that cannot be read is blank: its row says why."""

    def __init__(self, file_worker: FileWorker) -> None:
        super().__init__()
        self._file_worker = file_worker
        self._job: Job[NothingToLoad] | None = None
        self._path: Path | None = None
        self.image = QImage()
        self.setMinimumWidth(in_text_size(160))
        self.setAccessibleName(_("The picture"))

    def show_picture(self, path: Path | None) -> None:
        if path == self._path:
            return
        self._path = path
        if self._job is not None:
            self._job.stop()
            self._job = None
        if path is None:
            self._show(QImage())
        else:
            self._job = self._file_worker.call(partial(pixels_of, path, _LONGEST), self._on_read)

    def _on_read(self, found: Image | FanlightError) -> None:
        self._job = None
        self._show(QImage() if isinstance(found, FanlightError) else to_qimage(found))

    def _show(self, image: QImage) -> None:
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self.image.isNull():
            return
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = (self.width() - size.width()) // 2, 0
        painter.drawImage(
            self.rect().adjusted(left, top, size.width() + left - self.width(), size.height() - self.height()),
            self.image,
        )
        painter.end()
