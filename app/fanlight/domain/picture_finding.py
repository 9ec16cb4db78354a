"""Finding pictures by words: which pictures there are, what is found, and how several rankings become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

SMOOTHING = 60
"""Of reciprocal rank fusion (Cormack et al. 2009): how little the first places count more than the next ones."""
DATE_WEIGHT = 0.02
"""Of the newest first, beside 1 for what a picture shows and for its words: it decides between equals."""


class Vector(Protocol):
    """float32 numbers in a buffer: a numpy array, an array.array."""

    def __len__(self) -> int: ...

    def tobytes(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """Where a picture is. `kept`: `where` is the sha256 of one in the conversations; else the path of a file."""

    where: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class KnownPicture:
    """A picture that is to be in the index. `taken`: seconds since 1970. `stamp` changes with the file's content."""

    place: PicturePlace
    title: str
    taken: float
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class UnreadPicture:
    """What the index does not know of a picture yet."""

    place: PicturePlace
    wants_vector: bool
    wants_text: bool


@dataclass(frozen=True, slots=True)
class PictureHit:
    """`similarity`: of what it shows and what was looked for, -1 to 1; None where only its words were found."""

    place: PicturePlace
    title: str
    taken: float
    similarity: float | None = None
    conversation_id: int = 0
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How many pictures there are, and of how many something is not known yet."""

    total: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class PictureResult:
    """The best first. `by_sight`: pictures were compared by what they show, not by their words alone."""

    hits: tuple[PictureHit, ...] = ()
    progress: IndexProgress = IndexProgress()
    by_sight: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """Numbers of pictures, the best first."""

    numbers: Sequence[int]
    weight: float = 1.0


def fuse(rankings: Iterable[Ranking]) -> list[int]:
    """All of them as one, the best first: what is high in several rankings is highest. Equals stay in the order in
    which they came."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, number in enumerate(ranking.numbers, 1):
            scores[number] = scores.get(number, 0.0) + ranking.weight / (SMOOTHING + place)
    return sorted(scores, key=lambda number: -scores[number])
