"""Where on a page a passage stands: the lines that have its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

_WORD = re.compile(r"\w+")
_LEAST_LETTERS = 3
_SHARE = 0.5
"""Of the best line's score, for a line beside it."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """A run of text; its box in shares of the page, from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def passage_lines(lines: Sequence[PageLine], passage: str) -> list[PageLine]:
    """Those that have the words of `passage` that are rare on the page; () where there are none."""
    wanted = set(_words(passage))
    words = [set(_words(line.text)) for line in lines]
    often = Counter(word for found in words for word in found)
    scores = [sum(log(1 + len(lines) / often[word]) for word in found & wanted) for found in words]
    best = max(scores, default=0.0)
    return [line for line, score in zip(lines, scores, strict=True) if best > 0 and score >= _SHARE * best]


def _words(text: str) -> list[str]:
    found: list[str] = _WORD.findall(text.casefold())
    return [word for word in found if len(word) >= _LEAST_LETTERS or word.isdigit()]
