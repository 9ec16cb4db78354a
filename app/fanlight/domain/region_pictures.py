"""Which of several pictures a place in an answer is in: by the number that the answer gives a picture beside it.

A number counts where it stands in the same object of JSON, in the same line, or in a heading above. What only a
sentence somewhere above says of a picture is no heading: then it is not told. Nor is it by "images 1 and 2".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from fanlight.domain.picture_regions import PictureRegion, RegionFrame, find_regions

_WORD = r"(?:images?|pictures?|photos?|img|bild(?:er)?|foto|imagen|immagine|图片?|圖片?|画像)"
_ORDINALS = (
    r"first|erste[nrms]?|premi[eè]re?|primer[ao]?|第一",
    r"second|zweite[nrms]?|deuxi[eè]me|segund[ao]|第二",
    r"third|dritte[nrms]?|troisi[eè]me|tercer[ao]?|第三",
    r"fourth|vierte[nrms]?|quatri[eè]me|cuart[ao]|第四",
)
_ORDINAL, _SHORT = (
    "|".join(f"(?P<{kind}{place}>{words})" for place, words in enumerate(_ORDINALS, 1)) for kind in ("o", "s")
)
_MENTION = re.compile(
    rf"(?i)(?<![a-z]){_WORD}(?:[ _-]?(?:no\.?|nr\.?|number|index|idx|id))?[\"']?[ _:#=-]{{0,3}}[\"']?"
    r"(?P<number>\d{1,3})(?![\d.,]\d)\b"
    rf"(?P<several>\s?(?:and|or|und|oder|et|ou|y|&)\s(?:(?:in|im|on|dans|en)\s)?(?:the\s)?(?:{_WORD}\s?)?\d{{1,3}}\b)?"
    rf"|(?<![a-z])(?:{_ORDINAL})(?:张|張)?\s?{_WORD}"
    rf"|(?<![a-z])(?:in|im|on|auf|dans|en|sur)\s(?:(?:the|der|dem|la|le|el)\s)?(?:{_SHORT})"
    r"(?:\s(?:one|it|is|at|bei|ist|il|est|à)){0,4}[\s,:]{0,2}(?=[\[({<])"
)
"""The last form is "in the second at [10, 20, 300, 400]"."""
_LEAD = (
    r"[^\w\n]{0,40}(?:(?:in|for|on|from|of|im|für|auf|dans|en|sur|para)\s+)?"
    r"(?:(?:the|der|dem|das|die|la|le|l'|el)\s+)?"
)
_HEADING = re.compile(rf"(?im)^{_LEAD}(?P<mention>{_MENTION.pattern[4:]})(?=[^\w\n]*$|[^:\n]{{0,60}}:)")


@dataclass(frozen=True, slots=True)
class PlacedRegions:
    """`regions` of the picture with that number, counted from 0. `is_told`: the answer says of all of them that they
    are in it."""

    picture: int
    regions: tuple[PictureRegion, ...]
    is_told: bool = True


def placed_regions(text: str, frames: Sequence[RegionFrame]) -> list[PlacedRegions]:
    """Of each picture in which there is a place. One of which it is not told is on each of them."""
    found = [find_regions(text, frame) for frame in frames]
    if not any(found):
        return []
    if len(frames) == 1:
        return [PlacedRegions(0, tuple(found[0]))]
    starts = sorted({one.start for regions in found for one in regions})
    numbers = dict(zip(starts, _numbers(text, starts, len(frames)), strict=True))
    placed = []
    for picture, regions in enumerate(found):
        here = tuple(one for one in regions if numbers[one.start] in (None, picture))
        if here:
            placed.append(PlacedRegions(picture, here, all(numbers[one.start] == picture for one in here)))
    return placed


def _numbers(text: str, starts: Sequence[int], count: int) -> list[int | None]:
    """From 0; None where it is not told. A model that calls one of them 0 counts from there."""
    headings = list(_HEADING.finditer(text))
    told = [_told(text, start, headings) for start in starts]
    first = 0 if 0 in told else 1
    return [one - first if one is not None and 0 <= one - first < count else None for one in told]


def _told(text: str, start: int, headings: Sequence[re.Match[str]]) -> int | None:
    """As it is written beside the place that begins there. A key of an object says more than its other words."""
    line = _line_around(text, start)
    for begin, end in (_object_around(text, start), line):
        mentions = list(_MENTION.finditer(text, begin, end))
        if (begin, end) != line:
            mentions = [one for one in mentions if ":" in one[0]] or mentions
        if before := [one for one in mentions if one.start() < start]:
            return _number(before[-1])
        if len({_number(one) for one in mentions}) == 1:
            return _number(mentions[0])
    above = bisect_left(headings, line[0], key=lambda one: one.start())
    return _number(headings[above - 1]) if above else None


def _number(match: re.Match[str]) -> int | None:
    """None of several at once."""
    if match["number"]:
        return int(match["number"]) if not match["several"] else None
    return next(place for place in range(1, len(_ORDINALS) + 1) if match[f"o{place}"] or match[f"s{place}"])


def _object_around(text: str, start: int) -> tuple[int, int]:
    """The innermost {…}; nothing where there is none."""
    begin = text.rfind("{", 0, start)
    if begin < 0 or text.find("}", begin, start) >= 0:
        return start, start
    end = text.find("}", start)
    return begin, end if end >= 0 else len(text)


def _line_around(text: str, start: int) -> tuple[int, int]:
    end = text.find("\n", start)
    return text.rfind("\n", 0, start) + 1, end if end >= 0 else len(text)
