"""Letters that the network takes for others that look alike, where only one of them makes sense."""

from __future__ import annotations

import re
from dataclasses import replace

from fanlight.domain.reading import TextLine

_CAPITALS = re.compile(r"\b[A-Z]+0[A-Z][A-Z0]*\b")
_ENDING_IN_O = re.compile(r"\b(AUDI|AUT|DEM|ECH|INF|LOG|MEM|MON|PHOT|RADI|RED|STERE|T[O0]D|UND|VIDE|ZER)0\b")
"""Words in capitals, which are rarely names with a number."""
_TODO = re.compile(r"(?<=[#/*;] )[Tt][oO0][Dd][oO0]\b")
"""As it is written in comments."""
_HEX = frozenset("ABCDEF0")
_LEVEL = re.compile(r"(?<![\w-])-0(?=[0-3s]\b)")
_PYTHON = (
    "all|call|class|del|dict|doc|enter|eq|exit|file|future|getattr|hash|init|iter|len|main|name|new|next|post_init|repr|"
    "slots|str|version"
)
_DUNDER = re.compile(rf"(?<!\w)_{{1,3}}({_PYTHON})_{{1,3}}(?!\w)")


def without_lookalikes(line: TextLine) -> TextLine:
    """O for a zero between capitals that are no hexadecimal number, and in compilers' -O2; two underscores on each side
    of Python's own names. Letters that come in have no width."""
    text = _CAPITALS.sub(lambda word: word[0] if set(word[0]) <= _HEX else word[0].replace("0", "O"), line.text)
    text = _ENDING_IN_O.sub(lambda word: word[0].replace("0", "O"), text)
    text = _TODO.sub("TODO", text)
    text = _LEVEL.sub("-O", text)
    places = list(line.places)
    for match in reversed(list(_DUNDER.finditer(text))):
        right = f"__{match[1]}__"
        if match[0] != right and places:
            before = places[: match.start()] + _stretched(places[match.start() : match.start(1)])
            after = _stretched(places[match.end(1) : match.end()]) + places[match.end() :]
            places = [*before, *places[match.start(1) : match.end(1)], *after]
        text = text[: match.start()] + right + text[match.end() :]
    return line if text == line.text else replace(line, text=text, places=tuple(places))


def _stretched(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of two underscores where these were."""
    begin, end = places[0][0], places[-1][1]
    return [(begin, (begin + end) / 2), ((begin + end) / 2, end)]
