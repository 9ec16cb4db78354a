"""Text as search compares it: without case, accents, and the forms a letter is typed in; scripts without spaces letter
by letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]")
"""Of Latin, Greek, Cyrillic, Hebrew and Arabic; marks of other scripts tell words apart."""

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff\U00020000-\U0003134f"
)
"""Ranges of scripts whose words have no spaces between them, or whose words are looked for by a part: Thai, Lao,
Burmese, Khmer, kana, Han, Hangul."""

_AT_ONCE = 5000
_UNSPACED = re.compile(f"[{UNSPACED}]")


class _Folds(dict[int, str]):
    """By code point, filled as letters are met. `longer`: those that become none, or several."""

    def __init__(self) -> None:
        self.longer = set[str]()

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", letter))
        self[code] = folded = unicodedata.normalize("NFC", bare).casefold().replace("\0", " ")
        if len(folded) != 1:
            self.longer.add(letter)
        return folded


_FOLDS = _Folds()


def composed(text: str) -> str:
    """The same text with letters and their accents in one (NFC)."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """What is compared. Of a long text line by line: meanwhile other threads get their turns."""
    if text.isascii():
        return text.lower().replace("\0", " ")
    if len(text) > _AT_ONCE:
        return "".join([composed(line).translate(_FOLDS) for line in text.splitlines(keepends=True)])
    return composed(text).translate(_FOLDS)


def fold_in_place(text: str) -> str:
    """As `fold`, and `places_in` leads back: letters and accents that are apart stay apart."""
    return text.lower().replace("\0", " ") if text.isascii() else text.translate(_FOLDS)


def spread(folded: str) -> str:
    """With spaces around each letter of a script that has none between its words."""
    if folded.isascii():
        return folded
    pieces = (folded[start : start + _AT_ONCE] for start in range(0, len(folded), _AT_ONCE))
    return "".join([_UNSPACED.sub(r" \g<0> ", piece) for piece in pieces])


def places_in(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """(start, end) in `text` of places in `fold_in_place(text)`."""
    if text.isascii() or not any(letter in text for letter in _FOLDS.longer):
        return list(spans)
    lengths = [len(_FOLDS[ord(letter)]) for letter in text]
    origin = [i for i, length in enumerate(lengths) for _unused in range(length)] + [len(text)]
    return [(origin[start], origin[end - 1] + 1 if end > start else origin[start]) for start, end in spans]
