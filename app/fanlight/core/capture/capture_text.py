"""Reads what is written in one capture, once, when it is wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.file_worker import FileWorker
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine, layout_text
from fanlight.i18n import _

log = logging.getLogger(__name__)


class ReadTicket(Protocol):
    def stop(self) -> None: ...


class TextReaderPort(Protocol):
    """What a capture needs of `OcrWorker`."""

    def prepare(self) -> None: ...

    def read(self, image: Image, then: Callable[[tuple[TextLine, ...] | FanlightError], None]) -> ReadTicket: ...


class CaptureText(QObject):
    """`text` and `lines` once they are read; `error` where they could not be. `is_here`: there is a text reader."""

    arrived = Signal(object)
    """The TextLines, or the FanlightError why there are none."""

    def __init__(
        self, image: CapturedImage, file_worker: FileWorker, texts: TextReaderPort | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._image, self._file_worker, self._texts = image, file_worker, texts
        self._ticket: ReadTicket | None = None
        self._reading = self._closed = False
        self.text: str | None = None
        self.lines: tuple[TextLine, ...] = ()
        self.error: FanlightError | None = None

    @property
    def is_here(self) -> bool:
        return self._texts is not None

    def read(self, *, again: bool = False) -> None:
        """Begin, unless that was done. `again`: what failed is tried once more."""
        if self.error is not None and again:
            self.error, self._reading = None, False
        if self._reading:
            return
        self._reading = True
        if self._texts is None:
            self.arrive(
                InputError(
                    _("There is no text reader."), _("Install Fanlight with its text recognition, and try again.")
                )
            )
        else:
            self._file_worker.call(self._image.to_image, self._on_pixels)

    def close(self) -> None:
        self._closed = True
        self._image, self.text, self.lines = CapturedImage(), None, ()
        if self._ticket is not None:
            self._ticket.stop()

    def _on_pixels(self, image: Image | FanlightError) -> None:
        if self._closed or self._texts is None:
            return
        if isinstance(image, FanlightError):
            self.arrive(image)
        else:
            self._ticket = self._texts.read(image, self.arrive)

    def arrive(self, lines: tuple[TextLine, ...] | FanlightError) -> None:
        """They were read."""
        if self._closed:
            return
        if isinstance(lines, FanlightError):
            self.error = lines
            log.info("the text of a capture is not read: %s", lines)
        else:
            self.text, self.lines = layout_text(lines), lines
        self.arrived.emit(lines)
