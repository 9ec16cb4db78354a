"""Where in a picture stands what should not be shown to others, by the words that were read in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fanlight.domain.reading import FaceBox, Row, TextLine, rows
from fanlight.domain.secret_text import (
    SecretKind,
    begins_key,
    ends_key,
    goes_on,
    is_password_label,
    is_secret_value,
    label_end,
    secret_spans,
)

_BESIDE, _FAR_BESIDE, _BELOW = 2.2, 24.0, 1.6
"""In heights of a line: how far apart runs are that are one text; a label and the entry to its right; a label and the
entry below it."""
_ACROSS, _DOWN = 0.4, 0.18
"""What is added to a box, in heights of its line: the places of letters are known to about half a letter, and boxes
of lines cut the ends of letters."""
_EARS, _FOREHEAD, _CHIN = 0.2, 0.35, 0.15
"""What is added to the box of a face, in its widths and heights."""
_LONGEST_KEY = 120
"""Lines of a private key of which no end was read."""
_ACCESS = ("WIFI:", "OTPAUTH:", "BEGIN:VCARD", "MECARD:", "SGNL:", "HTTPS://WA.ME/SETTINGS")
"""How codes begin that open something."""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """A box in pixels of the picture; it may extend beyond its edges."""

    kind: SecretKind
    left: float
    top: float
    right: float
    bottom: float


def secret_places(lines: Iterable[TextLine]) -> tuple[SecretPlace, ...]:
    """From top to bottom, at least one for each secret; what is wrapped into several lines has one in each."""
    page = rows([line for line in lines if line.text.strip()])
    found: dict[tuple[float, float, float], SecretPlace] = {}
    for place in (*_in_rows(page), *_in_keys(page)):
        found.setdefault((place.left, place.top, place.right), place)
    return tuple(sorted(found.values(), key=lambda place: (place.top, place.left)))


def secret_codes(codes: Iterable[TextLine]) -> tuple[SecretPlace, ...]:
    """QR codes and bar codes that say such a thing, or give access to a network or an account."""
    found = [one for one in codes if secret_spans(one.text) or one.text.upper().startswith(_ACCESS)]
    return tuple(SecretPlace("token", one.left, one.top, one.right, one.bottom) for one in found)


def face_places(faces: Iterable[FaceBox]) -> tuple[SecretPlace, ...]:
    """From top to bottom, with forehead, ears, and chin: what is found goes from the brows to the mouth."""
    found = [_with_head(box) for box in faces]
    return tuple(sorted(found, key=lambda place: (place.top, place.left)))


def _with_head(box: FaceBox) -> SecretPlace:
    wide, high = box.right - box.left, box.bottom - box.top
    left, right = box.left - _EARS * wide, box.right + _EARS * wide
    return SecretPlace("face", left, box.top - _FOREHEAD * high, right, box.bottom + _CHIN * high)


def _in_rows(page: Sequence[Row]) -> Iterator[SecretPlace]:
    for number, row in enumerate(page):
        for text in _texts(row):
            yield from _in_text(text, page[number + 1 :])
        yield from _entries(row, page[number + 1 : number + 3])


@dataclass(frozen=True, slots=True)
class _Text:
    """Runs that are one text, joined by spaces; `starts`: where in it each begins."""

    runs: tuple[TextLine, ...]
    text: str
    starts: tuple[int, ...]

    def places(self, kind: SecretKind, begin: int, end: int) -> Iterator[SecretPlace]:
        """One for each run."""
        for run, start in zip(self.runs, self.starts, strict=True):
            first, last = max(0, begin - start), min(len(run.text), end - start)
            if first < last:
                yield _place(kind, run, first, last)


def _texts(row: Row) -> Iterator[_Text]:
    group: list[TextLine] = []
    for run in row:
        if group and run.left - group[-1].right > _BESIDE * max(run.height, group[-1].height):
            yield _joined(group)
            group = []
        group.append(run)
    yield _joined(group)


def _joined(runs: Sequence[TextLine]) -> _Text:
    text, starts = "", []
    for run in runs:
        text += " " if text else ""
        starts.append(len(text))
        text += run.text
    return _Text(tuple(runs), text, tuple(starts))


def _in_text(text: _Text, below: Sequence[Row]) -> Iterator[SecretPlace]:
    for span in secret_spans(text.text):
        yield from text.places(span.kind, span.begin, span.end)
        if span.kind in ("token", "password") and span.end >= len(text.text.rstrip()):
            yield from _wrapped(span.kind, text.runs[-1], below)


def _wrapped(kind: SecretKind, above: TextLine, below: Sequence[Row]) -> Iterator[SecretPlace]:
    """What follows in the next lines, where the token fills its own: the lines end at about the same place."""
    for row in below:
        run = next((run for run in row if run.left <= above.right and above.left <= run.right), None)
        if run is None or run.top - above.bottom > _BELOW * above.height or not goes_on(run.text.strip()):
            return
        if above.right < run.right - 2 * run.height:
            return
        yield _place(kind, run, 0, len(run.text))
        above = run


def _entries(row: Row, below: Sequence[Row]) -> Iterator[SecretPlace]:
    """What stands beside or below labels that ask for a secret."""
    for place, run in enumerate(row):
        if label_end(run.text) is None:
            continue
        beside = row[place + 1] if place + 1 < len(row) else None
        if beside is not None and beside.left - run.right <= _FAR_BESIDE * run.height:
            is_asked = run.text.rstrip().endswith((":", "=")) or (is_password_label(run.text) and beside.text.islower())
            if is_secret_value(beside.text, beside_colon=is_asked):
                yield _place("password", beside, 0, len(beside.text))
            continue
        under = next((one for other in below for one in other if _is_below(one, run)), None)
        if under is not None and is_secret_value(under.text, beside_colon=False):
            yield _place("password", under, 0, len(under.text))


def _is_below(run: TextLine, label: TextLine) -> bool:
    near = run.middle - label.middle >= 0 and run.top - label.bottom <= _BELOW * label.height
    return near and abs(run.left - label.left) <= 2.5 * label.height


def _in_keys(page: Sequence[Row]) -> Iterator[SecretPlace]:
    """Private keys: all lines from the one that begins it to the one that ends it."""
    for number, row in enumerate(page):
        first = next((run for run in row if begins_key(run.text)), None)
        if first is None:
            continue
        for other in page[number : number + _LONGEST_KEY]:
            inside = [run for run in other if run.right > first.left - 2 * first.height]
            yield from (_place("token", run, 0, len(run.text)) for run in inside)
            if any(ends_key(run.text) for run in inside):
                break


def _place(kind: SecretKind, run: TextLine, begin: int, end: int) -> SecretPlace:
    """Of the words of a run to which these characters belong, with the spaces around them."""
    if not run.places:  # the line is tilted, runs from top to bottom, or its letters could not be told apart
        begin, end = 0, len(run.text)
    while begin and not run.text[begin - 1].isspace() and run.text[begin - 1] not in ":=\"'(<":
        begin -= 1
    while end < len(run.text) and not run.text[end].isspace():
        end += 1
    places = run.places or ((run.left, run.right),)
    across, down = _ACROSS * run.height, _DOWN * run.height
    left, right = places[begin][0] - across, places[-1 if end == len(run.text) else end - 1][1] + across
    if begin and run.text[begin - 1].isspace():
        left = max(left, places[begin - 1][0] + 1)
    if end < len(run.text):
        right = min(right, places[end][1] - 1)
    return SecretPlace(kind, left, run.top - down, right, run.bottom + down)
