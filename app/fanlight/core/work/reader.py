"""Files are read on a thread of their own, one after the other: a large photo takes a second."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage

from fanlight.core.chat.turns import THUMBNAIL_SIDE, Attachment
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.messages import Image, Picture

log = logging.getLogger(__name__)
T = TypeVar("T")

Source = Path | bytes | QImage


class Reader(QObject):
    """What is asked for is answered in order, on the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dispatcher = MainThreadDispatcher(self)
        self._thread = ThreadPoolExecutor(1, "reader")

    def prepare(self) -> None:
        """Import the picture library now, there, and not at the first drop."""
        self.call(_imported, lambda _: None)

    def read(
        self, source: Source, name: str, longest_side: int, then: Callable[[Attachment | FanlightError], object]
    ) -> None:
        self.call(lambda: attachment(source, name, longest_side), then)

    def call(self, work: Callable[[], T], then: Callable[[T | FanlightError], object]) -> None:
        """`work` there, then `then` here, with its result or why there is none."""
        self._thread.submit(work).add_done_callback(lambda future: self._dispatcher(lambda: _tell(future, then)))

    def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)


def attachment(source: Source, name: str, longest_side: int) -> Attachment:
    """Slow; any thread. Raises PictureError."""
    from fanlight.desktop import mime
    from fanlight.pictures import decode

    if isinstance(source, Path):
        picture = decode.read_file(source, longest_side)
    elif isinstance(source, bytes):
        picture = decode.read_bytes(source, name, longest_side)
    else:
        picture = mime.from_qimage(source, name, longest_side)
    return Attachment(picture, thumbnail(picture))


def glance(image: QImage, name: str, longest_side: int) -> Attachment:
    """Of a capture: what the model is sent and what is shown, without the file that would be kept. Milliseconds; any
    thread. Raises PictureError."""
    from fanlight.desktop import mime

    picture = mime.from_qimage(image, name, longest_side, kept=False)
    return Attachment(picture, thumbnail(picture))


def pixels(image: QImage) -> Image:
    """All of a capture's, as a text reader wants them. Raises PictureError."""
    from fanlight.desktop import mime

    return mime.from_qimage(image, longest_side=max(image.width(), image.height(), 1), kept=False).image


def thumbnail(picture: Picture) -> QImage:
    """A copy at most THUMBNAIL_SIDE long, nothing is enlarged."""
    image = picture.image
    whole = QImage(image.rgb, image.width, image.height, 3 * image.width, QImage.Format.Format_RGB888)
    if max(image.width, image.height) <= THUMBNAIL_SIDE:
        return whole.copy()
    return whole.scaled(
        THUMBNAIL_SIDE, THUMBNAIL_SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _imported() -> None:
    pass


def _tell(future: Future[T], then: Callable[[T | FanlightError], object]) -> None:
    if future.cancelled():
        return
    error = future.exception()
    if error is None:
        then(future.result())
    elif isinstance(error, FanlightError):
        then(error)
    else:
        log.error("reading a file ended with a bug", exc_info=error)
        then(InputError("The file cannot be read.", "The log says why. Another copy of it may work."))
