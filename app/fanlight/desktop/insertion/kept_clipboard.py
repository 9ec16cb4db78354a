"""What another program has on the clipboard, in all its formats, so that it can be put back."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard

_IMAGE = "application/x-qt-image"
_FIRST = ("text/plain", "text/plain;charset=utf-8", "text/html", "text/uri-list", "image/png")
_REPEATED = frozenset(
    {
        "image/bmp", "image/x-bmp", "image/x-MS-bmp", "image/x-win-bitmap", "image/ico", "image/icon", "image/x-ico",
        "image/x-icon", "image/vnd.microsoft.icon", "application/ico", "image/tiff", "image/avif", "image/jxl",
        "image/ppm", "image/x-portable-pixmap", "image/x-portable-graymap", "image/x-portable-anymap",
    }
)  # fmt: skip
"""Beside a PNG: mostly the same picture, coded anew by the toolkit for each who asks. They come last."""
_SECONDS, _SECONDS_WITH_REPEATED = 3.0, 1.0
"""For all formats together: this thread waits, and an owner may be slow, or hang."""


def kept_content(
    clipboard: QClipboard, mode: QClipboard.Mode, now: Callable[[], float] = time.monotonic
) -> QMimeData | None:
    """A copy; None where there is nothing."""
    source = clipboard.mimeData(mode)
    formats = source.formats() if source is not None else []
    copy, began = QMimeData(), now()
    for name in sorted(formats, key=_rank):
        limit = _SECONDS_WITH_REPEATED if name in _REPEATED and "image/png" in formats else _SECONDS
        if name == _IMAGE or now() - began > limit:
            continue
        if data := source.data(name):
            copy.setData(name, data)
    if source is not None and source.hasImage() and not any(one.startswith("image/") for one in copy.formats()):
        copy.setImageData(source.imageData())
    return copy if copy.formats() else None


def _rank(name: str) -> int:
    if name in _FIRST:
        return _FIRST.index(name)
    return len(_FIRST) + (name in _REPEATED)
