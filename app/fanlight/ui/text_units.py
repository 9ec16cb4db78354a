"""Qt counts a text in units of UTF-16: its places in a document, a field or a layout are none of Python's."""

from __future__ import annotations


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
