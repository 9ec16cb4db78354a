"""Text-only models: what is read in the pictures of the question to come goes with it instead of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachments import Attachments
from fanlight.core.chat.turns import Attachment
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine, layout_text
from fanlight.i18n import _

OcrLines = tuple[TextLine, ...] | FanlightError
ReadText = Callable[[Image, Callable[[OcrLines], object]], object]
"""Reads a picture and calls back on this thread: `OcrWorker.read`."""


class PictureTexts(QObject):
    problem = Signal(object)

    def __init__(self, read: ReadText, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read

    def read_into(self, attachments: Attachments) -> None:
        """The question can be sent meanwhile: it waits for the text."""
        for key, attachment in attachments.expect_text():
            self._read_one(attachments, key, attachment)

    def _read_one(self, attachments: Attachments, key: int, attachment: Attachment) -> None:
        def on_lines(lines: OcrLines) -> None:
            text = "" if isinstance(lines, FanlightError) else layout_text(lines)
            attachments.resolve(key, replace(attachment, text=text))
            if isinstance(lines, FanlightError):
                self.problem.emit(lines)
            elif not text:
                self.problem.emit(InputError(_("No text was found in {name}.").format(name=attachment.name)))

        image = attachment.kept_image  # the text is kept with the question
        assert image is not None
        self._read(image, on_lines)
