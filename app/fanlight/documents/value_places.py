"""Where on a page a value stands that a model says it has read there: the words that are it.

What stands nowhere was not read but made up, or is written otherwise than anybody expects: both are worth a look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

from fanlight.documents.passages import PageLine
from fanlight.domain.folding import fold
from fanlight.domain.reading import TextLine, letter_width
from fanlight.domain.schema_fields import FormField, Path, value_at
from fanlight.domain.value_forms import CURRENCIES, date_of, is_date_in, number_of, numbers_in

Place = tuple[PageLine, ...]
"""The words of a value, one after the other."""

MOST_PLACES = 8
"""Of one value: a "1" stands everywhere."""
_MOST_DATE_WORDS = 5
_LEAST_NEAR, _NEAR = 6, 0.84
"""Letters of a text that may be misread in some of them, and how alike it must be then."""
_MOST_WORDS = 4_000
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_WITH_CENTS = re.compile(r"\d[.,]\d{2}(?!\d)")
_SOUGHT = re.compile(r"[^\W_]+")


def words_of_lines(lines: Sequence[PageLine]) -> list[PageLine]:
    """Each word with a box of its own."""
    return [word for line in lines[:_MOST_WORDS] for word in _divided(line)][:_MOST_WORDS]


def words_of_reading(lines: Sequence[TextLine], width: int, height: int) -> list[PageLine]:
    """The same of text that was read in a picture of that size; the places of its characters are used where they are
    known."""
    words: list[PageLine] = []
    for line in lines[:_MOST_WORDS]:
        top, bottom = line.top / height, line.bottom / height
        if len(line.places) != len(line.text):
            words += _divided(PageLine(line.text, line.left / width, top, line.right / width, bottom))
            continue
        for match in re.finditer(r"\S+", line.text):
            left, right = line.places[match.start()][0], line.places[match.end() - 1][1]
            words.append(PageLine(match[0], left / width, top, right / width, bottom))
    return words[:_MOST_WORDS]


def _divided(line: PageLine) -> Iterator[PageLine]:
    """In shares of the usual widths of its letters."""
    edges = list(accumulate(map(letter_width, line.text), initial=0.0))
    share = (line.right - line.left) / (edges[-1] or 1.0)
    for match in re.finditer(r"\S+", line.text):
        left, right = line.left + share * edges[match.start()], line.left + share * edges[match.end()]
        yield PageLine(match[0], left, line.top, right, line.bottom)


def joined_boxes(place: Place) -> Iterator[PageLine]:
    """Words beside each other in one box: a box for each line that the value goes over."""
    beside: list[PageLine] = []
    for word in place:
        if beside and not (
            word.top < (beside[-1].top + beside[-1].bottom) / 2 < word.bottom and word.left > beside[0].left
        ):
            yield _around(beside)
            beside = []
        beside.append(word)
    if beside:
        yield _around(beside)


def _around(words: Sequence[PageLine]) -> PageLine:
    text, left, top = " ".join(word.text for word in words), words[0].left, min(word.top for word in words)
    return PageLine(text, left, top, max(word.right for word in words), max(word.bottom for word in words))


@dataclass(frozen=True, slots=True)
class _Spot:
    """A run of letters or of digits, in the word with that number."""

    text: str
    word: int


class PageWords:
    """The words of one page. `may_be_misread`: they come from OCR, so that a letter may be another one."""

    def __init__(self, words: Sequence[PageLine], *, may_be_misread: bool = False) -> None:
        self.words = tuple(words)
        self._may_be_misread = may_be_misread
        self._spots = [_Spot(text, at) for at, word in enumerate(words) for text in _TOKEN.findall(fold(word.text))]
        self._text = "".join(spot.text for spot in self._spots)
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        at = 0
        for number, spot in enumerate(self._spots):
            self._starts[at] = number
            at += len(spot.text)
            self._ends[at] = number

    def find(self, value: Any, field: FormField) -> tuple[Place, ...] | None:
        """None where nothing can stand there: nothing was read, or it is a choice that no page writes out."""
        match field.kind:
            case "yes_no":
                return None
            case "number" | "integer":
                return self._found_number(value)
            case "date":
                return self._found_date(value)
            case "choice":
                return (self._found_text(str(value)) or None) if value not in (None, "") else None
        return self._found_text(value) if isinstance(value, str) else self._found_number(value)

    def _found_number(self, value: Any) -> tuple[Place, ...] | None:
        wanted = number_of(value)
        if wanted is None:
            return None
        options = {wanted, (wanted * 100).normalize()} if wanted < 1 else {wanted}
        places: list[Place] = []
        for at, word in enumerate(self.words):
            if not any(letter.isdigit() for letter in word.text):
                continue
            if options & numbers_in(word.text):
                places.append((word,))
            elif (beside := self._grouped_from(at)) and wanted in numbers_in(" ".join(one.text for one in beside)):
                places.append(tuple(beside))
        return tuple(places[:MOST_PLACES])

    @property
    def amounts(self) -> frozenset[Decimal]:
        """Numbers with two digits behind a point or a comma, whatever they mean; where there is none, all numbers."""
        exact, others = set[Decimal](), set[Decimal]()
        for at, word in enumerate(self.words):
            text = " ".join(one.text for one in self._grouped_from(at)) if word.text[-1:].isdigit() else ""
            for one in (word.text, text):
                (exact if _WITH_CENTS.search(one) else others).update(numbers_in(one))
        return frozenset(exact or others)

    def _grouped_from(self, at: int) -> list[PageLine]:
        """A number whose thousands are parted by spaces, from its first word on."""
        beside = [self.words[at]]
        for word in self.words[at + 1 : at + 4]:
            if not re.match(r"\d{3}(?!\d)", word.text):
                break
            beside.append(word)
        return beside if len(beside) > 1 else []

    def _found_date(self, value: Any) -> tuple[Place, ...] | None:
        wanted = date_of(value)
        if wanted is None:
            return self._found_text(value) if isinstance(value, str) else None
        places, last = list[Place](), -1
        for at in range(len(self.words)):
            if at <= last or not re.search(r"\d|[^\W\d_]{3}", self.words[at].text):
                continue
            for count in range(1, _MOST_DATE_WORDS + 1):
                part = self.words[at : at + count]
                if is_date_in([word.text for word in part], wanted):
                    places.append(self._without_lead(part, wanted))
                    last = at + count - 1
                    break
        return tuple(places[:MOST_PLACES])

    @staticmethod
    def _without_lead(part: Place, wanted: Any) -> Place:
        """Without words in front that are not of the date."""
        while len(part) > 1 and is_date_in([word.text for word in part[1:]], wanted):
            part = part[1:]
        return part

    def _found_text(self, value: str) -> tuple[Place, ...] | None:
        if not (sought := "".join(_SOUGHT.findall(fold(value)))):
            return () if value.strip() and not self._sign_places(value) else self._sign_places(value) or None
        if places := self._exact(sought) or self._sign_places(value):
            return places
        pieces = [piece for piece in re.split(r"[\n,;]+", value) if _SOUGHT.search(piece)]
        if len(pieces) > 1:
            found = [self._exact("".join(_SOUGHT.findall(fold(piece)))) for piece in pieces]
            if all(found):
                return (tuple(word for one in found for word in one[0]),)
        return self._near(value) if self._may_be_misread and len(sought) >= _LEAST_NEAR else ()

    def _sign_places(self, value: str) -> tuple[Place, ...]:
        """Of a currency that is written as a sign, and of what has no letters at all."""
        sign = CURRENCIES.get(value.strip().upper(), value.strip() if not _SOUGHT.search(value) else "")
        return tuple((word,) for word in self.words if sign and sign in word.text)[:MOST_PLACES]

    def _exact(self, sought: str) -> tuple[Place, ...]:
        """Where it stands from the beginning of a word, or a number, to the end of one."""
        places, at = list[Place](), self._text.find(sought) if sought else -1
        while at >= 0 and len(places) < MOST_PLACES:
            end = at + len(sought)
            if at in self._starts and end in self._ends:
                places.append(self._place(self._starts[at], self._ends[end]))
            at = self._text.find(sought, at + 1)
        return tuple(places)

    def _place(self, first: int, last: int) -> Place:
        return self.words[self._spots[first].word : self._spots[last].word + 1]

    def _near(self, value: str) -> tuple[Place, ...]:
        """The part of the page that is most alike; its digits are the same."""
        tokens = _TOKEN.findall(fold(value))
        sought, digits = "".join(tokens), [token for token in tokens if token.isdigit()]
        matcher, best, found = SequenceMatcher(autojunk=False), _NEAR, None
        matcher.set_seq2(sought)
        for first in range(len(self._spots)):
            for count in {max(1, len(tokens) - 1), len(tokens), len(tokens) + 1}:
                spots = self._spots[first : first + count]
                text = "".join(spot.text for spot in spots)
                if abs(len(text) - len(sought)) > 0.2 * len(sought):
                    continue
                if [spot.text for spot in spots if spot.text.isdigit()] != digits:
                    continue
                matcher.set_seq1(text)
                if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and matcher.ratio() > best:
                    best, found = matcher.ratio(), (first, first + len(spots) - 1)
        return (self._place(*found),) if found is not None else ()


def places_of(fields: Sequence[FormField], values: Any, words: PageWords) -> dict[Path, tuple[Place, ...] | None]:
    """By the path of each single value, those in tables and lists included. Any thread; some milliseconds."""
    found: dict[Path, tuple[Place, ...] | None] = {}
    for field, path, value in single_values(fields, values):
        found[path] = words.find(value, field)
    return found


def single_values(fields: Sequence[FormField], values: Any) -> Iterator[tuple[FormField, Path, Any]]:
    """Each value that a person sees in a field or a cell of its own."""
    for field in fields:
        value = value_at(values, field.path)
        rows = value if isinstance(value, list) else []
        match field.kind:
            case "table":
                for row, one in enumerate(rows):
                    for column in field.columns:
                        yield column, (*field.path, row, *column.path), value_at(one, column.path)
            case "list":
                yield from ((field, (*field.path, row), one) for row, one in enumerate(rows))
            case "grid":
                for row, cells in enumerate(rows):
                    for place, cell in enumerate(cells if isinstance(cells, list) else []):
                        yield field, (*field.path, row, place), cell
            case "json":
                continue
            case _:
                yield field, field.path, value
