"""What Qt makes of a text. It counts in units of UTF-16: its places in a document, a field or a layout are none of
Python's. And it looks for the ends of words again for each line, so that a long line of base64 takes it minutes."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextOption

_LONG_WORD = re.compile(r"\S{4000}")


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def wrap_mode(text: str) -> QTextOption.WrapMode:
    """Lines end between words, but anywhere in a text that has a word of thousands of characters."""
    wrap = QTextOption.WrapMode
    return wrap.WrapAnywhere if _LONG_WORD.search(text) else wrap.WrapAtWordBoundaryOrAnywhere
