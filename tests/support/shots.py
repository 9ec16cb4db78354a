"""Pictures for README: few colours are enough for a window, and a quarter of the bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEventLoop, QRect, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

STEP_MS = 10


def pause(milliseconds: int) -> None:
    """In an event loop, which lets the model's thread have the interpreter; QTest.qWait keeps it, and an answer in the
    picture would say that it took seconds."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(is_so: Callable[[], object]) -> None:
    while not is_so():
        pause(STEP_MS)


def grabbed(widget: QWidget, part: QRect | None = None) -> Image.Image:
    """What is seen of it, in device pixels; `part` is in logical ones."""
    pause(60)
    picture = (widget.grab(part) if part else widget.grab()).toImage().convertToFormat(QImage.Format.Format_RGB888)
    size, line = (picture.width(), picture.height()), picture.bytesPerLine()
    return Image.frombytes("RGB", size, bytes(picture.constBits()), "raw", "RGB", line)


def save(picture: Image.Image, path: Path) -> None:
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def sheet(pictures: list[Image.Image], ground: tuple[int, int, int], gap: int, columns: int = 0) -> Image.Image:
    """In rows of `columns`; 0 is one row."""
    columns = columns or len(pictures)
    rows = [pictures[at : at + columns] for at in range(0, len(pictures), columns)]
    width = max(sum(picture.width + gap for picture in row) for row in rows) + gap
    height = sum(max(picture.height for picture in row) + gap for row in rows) + gap
    whole = Image.new("RGB", (width, height), ground)
    top = gap
    for row in rows:
        left = gap
        for picture in row:
            whole.paste(picture, (left, top))
            left += picture.width + gap
        top += max(picture.height for picture in row) + gap
    return whole
