"""Places in a picture that an answer names by numbers: boxes and points, in the forms that families of models use.

Numbers in square brackets are everywhere. So a form of its own (a key of JSON, a tag) is a place as it stands, and a
plain list of four numbers is one only where the question or the line is about places, and where it can be one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Convention = Literal["share", "thousand", "pixels", "percent", "bins"]
"""What numbers count: the width and height are 1, 1,000, those in pixels, 100, or 1,024."""


REGION_COLORS = ("#e6194b", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf", "#e377c2", "#8c6d1f")
"""In turn; each has a light line around it, and is seen on any picture."""

Shares = tuple[float, float, float, float]
"""Left, top, right, and bottom."""


@dataclass(frozen=True, slots=True)
class PictureRegion:
    """In shares of the picture's width and height; a point has none of its own. Its numbers stand in the text from
    `start` to `end`."""

    start: int
    end: int
    label: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_point(self) -> bool:
        return (self.left, self.top) == (self.right, self.bottom)


@dataclass(frozen=True, slots=True)
class RegionFrame:
    """What an answer is about: the size of the picture that the model was sent, that of its original, what was asked,
    and who answers."""

    width: int
    height: int
    original_width: int
    original_height: int
    question: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """Numbers as they stand in the text: x before y, two of a point. `convention` None: it has to be found out."""

    start: int
    end: int
    numbers: tuple[float, ...]
    convention: Convention | None = None
    is_plain: bool = False


_NUMBER = r"[-+]?\d{1,5}(?:\.\d{1,8})?"
_LIST = rf"\[\s*({_NUMBER}(?:\s*,\s*{_NUMBER}){{1,3}})\s*\]"
_KEYED = re.compile(
    r"[\"'“]?\b(bbox_2d|bbox2d|bbox|box_2d|box2d|box|bounding_box|boundingBox|coordinates|point_2d|point2d|point)[\"'”]?"
    rf"\s*[:=]\s*{_LIST}"
)
_PLAIN = re.compile(rf"(?<![\w\]]){_LIST}(?!\()")
_TAGGED = re.compile(
    r"<(?:\|box_start\||box|\|det\||\|begin_of_box\|)>([\[\]()\s,.\d+-]{3,4000})"
    r"<(?:\|box_end\||/box|\|/det\||\|end_of_box\|)>"
)
_PAIRS = re.compile(rf"\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)\s*,\s*\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)")
_BINS = re.compile(r"(?:<loc(\d{4})>)(?:<loc(\d{4})>)(?:<loc(\d{4})>)(?:<loc(\d{4})>)")
_QUANTIZED = re.compile(r"<loc_(\d{1,3})><loc_(\d{1,3})><loc_(\d{1,3})><loc_(\d{1,3})>")
_POINT_TAG = re.compile(rf"<points?\b([^<>]*?\bx1?\s*=\s*\"{_NUMBER}\"[^<>]*)>")
_COORDINATE = re.compile(rf"\b([xy])(\d*)\s*=\s*\"({_NUMBER})\"")
_CORNERS = re.compile(
    rf"\"x_?min\"\s*:\s*({_NUMBER})\s*,\s*\"y_?min\"\s*:\s*({_NUMBER})\s*,\s*\"x_?max\"\s*:\s*({_NUMBER})\s*,\s*\"y_?max\"\s*:\s*({_NUMBER})"
)
_NUMBERS = re.compile(_NUMBER)
_ROWS_FIRST = frozenset(("box_2d", "box2d"))
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n`]*)$", re.MULTILINE)
_DATA = frozenset(("", "json", "jsonc", "json5", "xml", "html", "text", "txt", "plaintext"))
_ABOUT_PLACES = re.compile(
    r"(?i)bounding|\bb?box(?:es)?\b|coordinat|\bdetect|\blocali[sz]|\bregions?\b|rectangle|koordinat|\brahmen\b|rechteck|"
    r"coordonn|coordenad|coordinat|坐标|边界框|檢測|检测|座標|検出"
)
_ASKS_WHERE = re.compile(
    r"(?i)\bwhere\b|\blocat|\bfind\b|\bpoint\b|\bposition|\bwo\b|\bfinde\b|\boù\b|dónde|\bdove\b|哪里|どこ"
)
_LABEL_KEY = re.compile(
    r"[\"'](?:label|name|class|category|object|text_content|text|description|title)[\"']\s*:\s*[\"']((?:[^\"'\\\n]|\\.)*)[\"']"
)
_REFERENCE = re.compile(r"<(?:\|object_ref_start\||ref|\|ref\|)>([^<>\n]*)<(?:\|object_ref_end\||/ref|\|/ref\|)>\s*$")
_MARKUP = re.compile(r"[*_`#>\"']+|^\s*(?:[-•+]|\d+[.)])\s+|<[^<>]*>")
_IN_PIXELS = re.compile(r"(?i)qwen[-_ ]?2[._]5[-_ ]?vl|qwen2[._]5vl|ui-?tars-?1[._]5|dots[._-]?ocr|olmocr|mimo-?vl")
"""Families whose numbers are pixels of the picture that they were sent."""
_ROWS_FIRST_FAMILY = re.compile(r"(?i)gemma|gemini")
_PADDED = re.compile(r"(?i)(?<!pali)gemma[-_ ]?3")
"""Families whose pictures llama.cpp sets into the middle of a square, in which their numbers count: the default of
mtmd's `fixed_size`."""
_MOST_REGIONS = 200
_LEAST_SHARE, _USUAL_SHARE = 0.01, 0.02
_SLACK, _OVERSHOOT = 0.02, 0.15
"""How far a place may reach out of the picture: models that count pixels are not told how large it is
(QwenLM/Qwen3-VL#1035)."""
_LABEL_LETTERS = 60


def find_regions(text: str, frame: RegionFrame) -> list[PictureRegion]:
    """In the order of the text. Those of an answer that is still growing may change with what follows: the labels, and
    what their numbers count."""
    if not any(sign in text for sign in ("[", "<", "(", "min")):
        return []
    found = _apart(_candidates(text, frame))
    listed = [one for one in found if one.convention is None]
    usual = _convention([one for one in listed if not one.is_plain] or listed, frame)
    regions: list[PictureRegion] = []
    for one in found:
        if len(regions) == _MOST_REGIONS:
            break
        shares = _shares(one, one.convention or usual, frame)
        if shares is not None and (not one.is_plain or _is_plausible(one, shares, text, frame)):
            regions.append(PictureRegion(one.start, one.end, _label(text, one), *shares))
    return regions


def _candidates(text: str, frame: RegionFrame) -> Iterator[_Found]:
    """The surest forms first."""
    for match in _BINS.finditer(text):
        top, left, bottom, right = map(float, match.groups())
        yield _Found(*match.span(), (left, top, right, bottom), "bins")
    for match in _QUANTIZED.finditer(text):
        yield _Found(*match.span(), tuple(map(float, match.groups())), "thousand")
    for match in _CORNERS.finditer(text):
        yield _Found(*match.span(), tuple(map(float, match.groups())))
    for match in _POINT_TAG.finditer(text):
        yield from _points(match)
    for match in _TAGGED.finditer(text):
        numbers = [float(one) for one in _NUMBERS.findall(match[1])]
        size = 4 if len(numbers) % 4 == 0 else 2
        for first in range(0, len(numbers) - size + 1, size):
            yield _Found(match.start(), match.end(), tuple(numbers[first : first + size]))
    rows_first = bool(_ROWS_FIRST_FAMILY.search(frame.model))
    for match in _KEYED.finditer(text):
        numbers = [float(one) for one in _NUMBERS.findall(match[2])]
        is_point = match[1].startswith("point")
        if len(numbers) == (2 if is_point else 4):
            if match[1] in _ROWS_FIRST or (match[1] == "point" and rows_first):
                numbers = [numbers[place ^ 1] for place in range(len(numbers))]
            yield _Found(match.start(2) - 1, match.end(2) + 1, tuple(numbers))
    code = list(_code(text))
    for pattern in (_PLAIN, _PAIRS):
        for match in pattern.finditer(text):
            if not any(start <= match.start() < end for start, end in code):
                yield _Found(*match.span(), tuple(map(float, _NUMBERS.findall(match[0]))), is_plain=True)


def _points(match: re.Match[str]) -> Iterator[_Found]:
    """Molmo's: <point x="61.5" y="40.6">, <points x1=… y1=… x2=… y2=…>, in percent."""
    given = {(axis, number): float(value) for axis, number, value in _COORDINATE.findall(match[1])}
    for (axis, number), across in given.items():
        if axis == "x" and ("y", number) in given:
            yield _Found(*match.span(), (across, given["y", number]), "percent")


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Fenced blocks of programs: their lists are data of theirs."""
    begun: tuple[int, str, str] | None = None
    for match in _FENCE.finditer(text):
        if begun is None:
            begun = (match.start(), match[1], match[2].strip().lower())
        elif match[1].startswith(begun[1]) and not match[2].strip():
            if begun[2] not in _DATA:
                yield begun[0], match.end()
            begun = None
    if begun is not None and begun[2] not in _DATA:
        yield begun[0], len(text)


def _apart(found: Iterable[_Found]) -> list[_Found]:
    """Of several forms of the same numbers the surest, in the order of the text. One tag may have several places."""
    taken: list[_Found] = []
    for one in found:
        place = bisect_right(taken, one.start, key=lambda other: other.start)
        before, behind = taken[place - 1] if place else None, taken[place] if place < len(taken) else None
        is_beside = before is not None and (before.start, before.end, before.is_plain) == (
            one.start,
            one.end,
            one.is_plain,
        )
        if is_beside or ((before is None or before.end <= one.start) and (behind is None or one.end <= behind.start)):
            taken.insert(place, one)
    return taken


def _convention(listed: Sequence[_Found], frame: RegionFrame) -> Convention:
    """Of all lists of an answer: by their numbers, and then by the family."""
    numbers = [number for one in listed for number in one.numbers]
    if not numbers:
        return "thousand"
    if max(numbers) <= 1 and any(number != int(number) for number in numbers):
        return "share"
    if max(numbers) > 1000:
        return "pixels"
    return "pixels" if _IN_PIXELS.search(frame.model) else "thousand"


def _shares(one: _Found, convention: Convention, frame: RegionFrame) -> Shares | None:
    """None for what is no place in the picture."""
    across, down = _units(one, convention, frame)
    if len(one.numbers) == 2:
        left, top = one.numbers[0] / across, one.numbers[1] / down
        right, bottom = left, top
    elif len(one.numbers) == 4:
        left, top, right, bottom = (
            number / (down if place % 2 else across) for place, number in enumerate(one.numbers)
        )
        if right <= left or bottom <= top:
            return None
    else:
        return None
    if _PADDED.search(frame.model):
        left, top, right, bottom = _without_padding((left, top, right, bottom), frame)
    slack = _SLACK if one.is_plain else _OVERSHOOT
    if min(left, top) < -slack or max(right, bottom) > 1 + slack or min(right, bottom) < 0 or max(left, top) > 1:
        return None
    left, top, right, bottom = (min(1.0, max(0.0, share)) for share in (left, top, right, bottom))
    return left, top, right, bottom


def _without_padding(shares: Shares, frame: RegionFrame) -> Shares:
    """In shares of the picture, of those of a square in whose middle it stands."""
    side = max(frame.width, frame.height)
    across, down = (side - frame.width) / 2, (side - frame.height) / 2
    left, top, right, bottom = (share * side for share in shares)
    return (
        (left - across) / frame.width,
        (top - down) / frame.height,
        (right - across) / frame.width,
        (bottom - down) / frame.height,
    )


def _units(one: _Found, convention: Convention, frame: RegionFrame) -> tuple[float, float]:
    match convention:
        case "share":
            return 1, 1
        case "percent":
            return 100, 100
        case "bins":
            return 1024, 1024
        case "pixels":
            wide, high = frame.width * (1 + _OVERSHOOT), frame.height * (1 + _OVERSHOOT)
            fits = all(number <= (high if place % 2 else wide) for place, number in enumerate(one.numbers))
            return (frame.width, frame.height) if fits else (frame.original_width, frame.original_height)
        case _:
            return 1000, 1000


def _is_plausible(one: _Found, shares: Shares, text: str, frame: RegionFrame) -> bool:
    """Whether a plain list is a place: it has four numbers, a size, and something speaks of places."""
    left, top, right, bottom = shares
    if len(one.numbers) != 4 or min(right - left, bottom - top) < _LEAST_SHARE:
        return False
    line = text[text.rfind("\n", 0, one.start) + 1 : one.start]
    if _ABOUT_PLACES.search(frame.question) or _ABOUT_PLACES.search(line):
        return True
    return bool(_ASKS_WHERE.search(frame.question)) and min(right - left, bottom - top) >= _USUAL_SHARE


def _label(text: str, one: _Found) -> str:
    begin, end = text.rfind("{", 0, one.start), text.find("}", one.end)
    if begin >= 0 and text.find("}", begin, one.start) < 0:
        inside = text[begin : end if end >= 0 else len(text)]
        match = _LABEL_KEY.search(inside)
        return _shortened(match[1]) if match else ""
    if match := _REFERENCE.search(text[: one.start]):
        return _shortened(match[1])
    if one.convention == "bins":
        behind = re.match(r"[^<;\n]*", text[one.end :])
        return _shortened(behind[0] if behind else "")
    if one.convention == "percent":
        behind = re.match(r"([^<\n]*)</point", text[one.end :])
        return _shortened(behind[1] if behind else "")
    line = text[
        max(text.rfind("\n", 0, one.start), text.rfind(">", 0, one.start), text.rfind("]", 0, one.start))
        + 1 : one.start
    ]
    return _shortened(re.split(r"[;,.!?，。]\s", _MARKUP.sub("", line))[-1].strip(" \t:：=-–—([{,;|"))


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LABEL_LETTERS else words[: _LABEL_LETTERS - 1].rstrip() + "…"
