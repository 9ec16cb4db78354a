"""Where in a picture the words stand that were looked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fanlight.domain.reading import TextLine
from fanlight.domain.search import SearchQuery


@dataclass(frozen=True, slots=True)
class PictureMark:
    """In shares of the picture's width and height."""

    left: float
    top: float
    width: float
    height: float


PictureMarks = Sequence[PictureMark]


def marks_in(lines: Iterable[TextLine], size: tuple[int, int], query: SearchQuery) -> tuple[PictureMark, ...]:
    """Within a line by the letters before: what was read knows the places of lines alone. `size`: of the picture that
    was read."""
    wide, high = size
    found: list[PictureMark] = []
    for line in lines:
        letter = line.width / max(1, len(line.text))
        for start, end in query.spans(line.text):
            left, width = line.left + start * letter, (end - start) * letter
            found.append(PictureMark(left / wide, line.top / high, width / wide, line.height / high))
    return tuple(found)
