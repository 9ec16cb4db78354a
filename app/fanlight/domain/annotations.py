"""What is drawn on a picture before it is sent or kept, as frozen values in pixels of the picture. The same list is
painted on the screen and into the file (`ui/widgets/annotation_painter.py`); redactions are of the list as well."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from fanlight.domain.secret_text import SecretKind

Cover = Literal["black", "tiles"]
"""How a redaction looks. Neither has anything of what it covers."""

COLOURS = ("#e5322d", "#f5a100", "#1f9d3a", "#1f6fe5", "#111111", "#ffffff")
"""Each is drawn with an edge of black or white around it, so that it is seen on any picture."""


@dataclass(frozen=True, slots=True)
class Area:
    """`width` and `height` are not negative."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def between(cls, first: tuple[float, float], second: tuple[float, float]) -> Area:
        """Two corners, in any order."""
        (left, right), (top, bottom) = sorted((first[0], second[0])), sorted((first[1], second[1]))
        return cls(left, top, right - left, bottom - top)

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x < self.left + self.width and self.top <= y < self.top + self.height


@dataclass(frozen=True, slots=True)
class Redaction:
    """`found`: what it covers, where that was found in the picture; one that is not `on` covers nothing."""

    area: Area
    cover: Cover = "black"
    found: SecretKind | None = None
    on: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    area: Area
    colour: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """Its head is at the end."""

    begin: tuple[float, float]
    end: tuple[float, float]
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """One line, from the top left."""

    place: tuple[float, float]
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class NumberBadge:
    """In a circle around its place."""

    place: tuple[float, float]
    number: int
    colour: str


@dataclass(frozen=True, slots=True)
class Crop:
    """What is left of the picture; the last one counts."""

    area: Area


Annotation = Redaction | Frame | Arrow | Words | NumberBadge | Crop
Annotations = tuple[Annotation, ...]


def moved(one: Annotation, across: float, down: float) -> Annotation:
    """As it is, elsewhere."""
    match one:
        case Arrow(begin, end):
            return replace(one, begin=(begin[0] + across, begin[1] + down), end=(end[0] + across, end[1] + down))
        case Words(place) | NumberBadge(place):
            return replace(one, place=(place[0] + across, place[1] + down))
        case Redaction(area) | Frame(area) | Crop(area):
            return replace(one, area=replace(area, left=area.left + across, top=area.top + down))


def resized(one: Annotation, across: float, down: float) -> Annotation:
    """Its right and bottom edges elsewhere, or the end of an arrow; what has no size is the same."""
    match one:
        case Arrow(end=end):
            return replace(one, end=(end[0] + across, end[1] + down))
        case Words() | NumberBadge():
            return one
        case Redaction(area) | Frame(area) | Crop(area):
            size = max(1.0, area.width + across), max(1.0, area.height + down)
            return replace(one, area=Area(area.left, area.top, *size))


def crop_of(annotations: Annotations) -> Crop | None:
    return next((one for one in reversed(annotations) if isinstance(one, Crop)), None)


def covering(annotations: Annotations) -> tuple[Redaction, ...]:
    """The redactions that cover something."""
    return tuple(one for one in annotations if isinstance(one, Redaction) and one.on)


def next_number(annotations: Annotations) -> int:
    return 1 + max((one.number for one in annotations if isinstance(one, NumberBadge)), default=0)


@dataclass(frozen=True, slots=True)
class Edits:
    """Annotations, and the way to take back each step."""

    now: Annotations = ()
    before: tuple[Annotations, ...] = field(default=())
    after: tuple[Annotations, ...] = field(default=())

    def to(self, annotations: Annotations) -> Edits:
        """One step further."""
        return self if annotations == self.now else Edits(annotations, (*self.before, self.now))

    def adjusted(self, annotations: Annotations) -> Edits:
        """The step that is under way, such as a mark that is being dragged, has this outcome."""
        return replace(self, now=annotations, after=())

    def undone(self) -> Edits:
        if not self.before:
            return self
        return Edits(self.before[-1], self.before[:-1], (self.now, *self.after))

    def redone(self) -> Edits:
        if not self.after:
            return self
        return Edits(self.after[0], (*self.before, self.now), self.after[1:])
