"""What a text holds that something can be done with, by rules, without a model: addresses, phone numbers, colors,
JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FoundKind = Literal["link", "mail", "phone", "colour", "json", "code"]

MOST_ITEMS = 6
LONGEST_SEARCHED = 50_000
"""Characters; more than a screen holds."""

_LINK = re.compile(r"(?:https?://|www\.(?=[a-z0-9-]+\.))[^\s<>\"“”„«»|]+", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,/+#-])(?:\+\d|\(0\d|0\d)[\d ()/.-]{5,20}\d(?![\w/-])")
_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|^\d{1,2}[.:]\d{2}\b")
_COLOUR = re.compile(
    r"(?<![\w&#])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3})(?!\w)|\brgba?\([\d.,%\s/]{5,40}\)", re.IGNORECASE
)
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
"""Of a phone number (ITU-T E.164)."""
_ENDS = ".,;:!?'’…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class FoundItem:
    """`text` as it stands there; `target` is the address that is opened, or what is copied."""

    kind: FoundKind
    text: str
    target: str


def found_items(text: str) -> tuple[FoundItem, ...]:
    """In the order of the text, each once, at most MOST_ITEMS."""
    text = text[:LONGEST_SEARCHED]
    if (whole := _tidy_json(text)) is not None:
        return (whole,)
    found = dict[str, FoundItem]()
    for _start, item in placed_items(text):
        found.setdefault(item.target, item)
    return tuple(found.values())[:MOST_ITEMS]


def placed_items(text: str) -> list[tuple[int, FoundItem]]:
    """All of them but JSON, in the order of the text, with where they begin in it."""
    found, taken = list[tuple[int, FoundItem]](), list[range]()
    for start, item in _matches(text):
        place = range(start, start + len(item.text))
        if not any(place.start < other.stop and other.start < place.stop for other in taken):
            taken.append(place)
            found.append((start, item))
    return sorted(found, key=lambda pair: pair[0])


def code_item(says: str) -> FoundItem:
    """What a QR code or a bar code says: an address is opened, all else is copied."""
    whole = next((item for start, item in placed_items(says.strip()) if item.text == says.strip()), None)
    if whole is not None and whole.kind in ("link", "mail"):
        return whole
    if says.lower().startswith("mailto:"):
        return FoundItem("mail", says[7:], says)
    return FoundItem("code", says, says)


def _matches(text: str) -> Iterator[tuple[int, FoundItem]]:
    """What is less likely something else comes first."""
    for match in _LINK.finditer(text):
        address = _without_end(match[0])
        if "." in address or "localhost" in address:
            yield match.start(), FoundItem("link", address, address if "://" in address else f"https://{address}")
    for match in _MAIL.finditer(text):
        yield match.start(), FoundItem("mail", match[0], f"mailto:{match[0]}")
    for match in _COLOUR.finditer(text):
        if match[0][0] != "#" or len(match[0]) > 4 or not match[0][1:].isdecimal():  # #123 is a number of something
            yield match.start(), FoundItem("colour", match[0], match[0])
    for match in _PHONE.finditer(text):
        digits = [character for character in match[0] if character.isdigit()]
        if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS and not _DATE.match(match[0]):
            number = "".join(digits)
            yield match.start(), FoundItem("phone", match[0], f"+{number}" if match[0][0] == "+" else number)


def _without_end(address: str) -> str:
    """Without the punctuation that ends the sentence around it."""
    while address and (address[-1] in _ENDS or _closes_nothing(address)):
        address = address[:-1]
    return address


def _closes_nothing(address: str) -> bool:
    opening = _BRACKETS.get(address[-1])
    return opening is not None and address.count(opening) < address.count(address[-1])


def _tidy_json(text: str) -> FoundItem | None:
    stripped = text.strip()
    if not stripped.startswith(("{", "[")) or len(stripped) < 3:
        return None
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        return None
    return FoundItem("json", stripped, json.dumps(value, indent=2, ensure_ascii=False))
