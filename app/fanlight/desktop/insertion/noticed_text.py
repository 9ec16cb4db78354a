"""Text on the clipboard that tells when somebody reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMetaType, QMimeData

_TEXT = "text/plain"


class NoticedText(QMimeData):
    """`on_read` is called before the text is given out. Windows and macOS ask for content that is put there by Qt only
    when a program does."""

    def __init__(self, text: str, on_read: Callable[[], object]) -> None:
        super().__init__()
        self._on_read = on_read
        self.setText(text)

    def retrieveData(self, mimetype: str, preferredType: QMetaType | QMetaType.Type) -> Any:  # noqa: N803 - Qt's names
        if mimetype == _TEXT:
            self._on_read()
        return super().retrieveData(mimetype, preferredType)
