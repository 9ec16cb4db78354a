"""Where the sentences of an answer that is read aloud stand in its text as it is shown: without marks of Markdown, and
with code and tables, which are not read."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_FIRST, _FAR = 3, 600
"""Words by which a sentence is recognized, at most, and how many words of code or of a table may stand before it."""


def sentence_places(shown: str, sentences: Sequence[str]) -> list[range | None]:
    """Characters of `shown`, in its order; None for what does not stand there, as "Table, 3 rows" does not."""
    spans = [match.span() for match in _WORD.finditer(shown)]
    words = [shown[begin:end].casefold() for begin, end in spans]
    found, at = list[range | None](), 0
    for sentence in sentences:
        own = [word.casefold() for word in _WORD.findall(sentence)]
        begin = _find(words, own, at)
        if begin is None and len(own) > 1:
            own = own[1:]  # the number of an item, which is drawn beside the text
            begin = _find(words, own, at)
        if begin is None:
            found.append(None)
            continue
        at = _end(words, own, begin)
        found.append(range(spans[begin][0], spans[at - 1][1]))
    return found


def sentence_at(places: Sequence[range | None], place: int) -> int:
    """The number of the sentence there, or else of the one before; the first one where there is none."""
    begun = [number for number, one in enumerate(places) if one is not None and one.start <= place]
    return max(begun, default=0)


def _find(words: Sequence[str], own: Sequence[str], at: int) -> int | None:
    head = list(own[:_FIRST])
    if not head:
        return None
    places = range(at, min(len(words), at + _FAR))
    return next((place for place in places if list(words[place : place + len(head)]) == head), None)


def _end(words: Sequence[str], own: Sequence[str], begin: int) -> int:
    """Behind its last word; words that are read otherwise than they are written do not count."""
    last = own[-1]
    likely = begin + len(own)
    near = [place for place in range(max(begin, likely - 4), min(len(words), likely + 3)) if words[place] == last]
    return min(near, key=lambda place: abs(place + 1 - likely)) + 1 if near else min(len(words), likely)
