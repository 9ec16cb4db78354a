"""What an answer's text is read as in English where the voice in the package would drop or misread it: versions, names
of files, addresses, keys, ranges of times, units of one letter, and signs between words.

Numbers, dates, money, and most units are read by the voice itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_WORDS = {"e.g.": "for example", "i.e.": "that is", "p.": "page", "pp.": "pages", "w/": "with", "w/o": "without"}
_KEYS = {
    "ctrl": "Control", "cmd": "Command", "del": "Delete", "esc": "Escape", "ins": "Insert", "pgup": "page up",
    "pgdn": "page down", "alt": "Alt", "shift": "Shift", "win": "Windows", "super": "Super", "meta": "Meta",
}  # fmt: skip
_MONEY = {"EUR": "€", "USD": "$", "GBP": "£", "€": "€", "$": "$", "£": "£"}
_UNITS = {
    "h": "hour",
    "s": "second",
    "m": "meter",
    "l": "liter",
    "g": "gram",
    "t": "ton",
    "L": "liter",
    "dB": "decibel",
}
_POWERS = {"²": "square", "³": "cubic"}
_LENGTHS = {"m": "meter", "km": "kilometer", "cm": "centimeter", "mm": "millimeter", "ft": "foot"}

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_TIME = r"\d{1,2}:\d\d(?: ?[ap]\.?m\.?)?"


def read_in_english(text: str) -> str:
    for pattern, read in _READINGS:
        text = pattern.sub(read, text)
    return " ".join(text.split())


def _unit(match: re.Match[str]) -> str:
    return f"{match[1]} {_plural(_UNITS[match[2]], match[1])}"


def _power(match: re.Match[str]) -> str:
    return f"{match[1]} {_POWERS[match[3]]} {_plural(_LENGTHS[match[2]], match[1])}"


def _plural(unit: str, number: str) -> str:
    return unit if number == "1" else {"foot": "feet"}.get(unit, f"{unit}s")


def _keys(match: re.Match[str]) -> str:
    return " ".join(_KEYS.get(key.lower(), key) for key in match[0].split("+"))


def _alternatives(match: re.Match[str]) -> str:
    if match[1].lower() == "and":
        return " "
    return " slash " if match[1].isupper() else " or "


def _one_of(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_READINGS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\(\s*[→←↑↓⇒✓✔✗✘•]+\s*\)"), ""),
    (re.compile(rf"(?<![\w.])(?:{_one_of(_WORDS)})(?![\w/])"), lambda match: _WORDS[match[0]]),
    (re.compile(rf"(?<!\w)(?:{_one_of(_KEYS)})(?:\+[\w↑↓←→]+)+", re.IGNORECASE), _keys),
    (re.compile(rf"(?<![\w.])({_NUMBER})\s?({_one_of(_MONEY)})(?!\w)"), lambda match: f"{_MONEY[match[2]]}{match[1]}"),
    (re.compile(rf"({_TIME})\s?[-–—]\s?(?={_TIME})"), r"\1 to "),
    (re.compile(rf"({_NUMBER}\s?%?)\s?[–—]\s?(?=[-−]?{_NUMBER})"), r"\1 to "),
    (re.compile(r"(?<![\w.:])(\d{1,3}):(\d)(?![\d:])"), r"\1 to \2"),
    (re.compile(rf"(?<=\d) ?[x×] ?(?={_NUMBER}\b)"), " by "),
    (re.compile(rf"(?<![\w.])({_NUMBER}) ?({_one_of(_LENGTHS)})([²³])"), _power),
    (re.compile(rf"(?<![\w.$€£])({_NUMBER}) ({_one_of(_UNITS)})(?![\w/'’])"), _unit),
    (re.compile(r"(?<![\w.])v?\d+(?:\.\d+){2,}(?![\w])"), lambda match: match[0].replace(".", " point ")),
    (re.compile(r"(?<=\w)[.](?=[A-Za-z_]{2,}\w*)|(?<![\w.])[.](?=[A-Za-z]{2,})"), " dot "),
    (re.compile(r"(?<=[A-Za-z)]) (?:>|→|») (?=[A-Z])"), ", "),
    (re.compile(r"(?<![A-Za-z])a(?= ?[=<>+*/≤≥≠-] ?\w\b)"), "A"),
    (re.compile(r"(?<=\b)([A-Za-z]+)/(?=[A-Za-z]{2,})"), lambda match: f"{match[1]}{_alternatives(match)}"),
)
"""In this order."""
