"""What a text holds that something can be done with, by rules, without a model: addresses, phone numbers, colors,
dates, amounts, tables, JSON, stack traces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fanlight.domain.event_times import EventTime
from fanlight.domain.found_dates import DateContext, dates_in
from fanlight.domain.reading import TextLine
from fanlight.domain.stack_traces import tidy_trace
from fanlight.domain.text_tables import TextTable, table_in

FoundKind = Literal[
    "link", "mail", "phone", "colour", "json", "broken-json", "trace", "code", "date", "amount", "table"
]

MOST_ITEMS, MOST_DATES = 6, 2
LONGEST_SEARCHED = 50_000
LONGEST_WITH_DATES = 10_000
"""Characters; more than a screen holds."""

_LINK = re.compile(r"(?:https?://|www\.(?=[a-z0-9-]+\.))[^\s<>\"“”„«»|]+", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,/+#-])(?:\+\d|\(0\d|0\d)[\d ()/.-]{5,20}\d(?![\w/-])")
_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|^\d{1,2}[.:]\d{2}\b")
_COLOUR = re.compile(
    r"(?<![\w&#])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3})(?!\w)|\brgba?\([\d.,%\s/]{5,40}\)", re.IGNORECASE
)
_SIGN = r"(?:US\$|[€$£¥]|\b(?:EUR|USD|GBP|CHF|JPY|CAD|AUD)\b)"
_SUM = r"-?\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?|-?\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"(?<![\w.,])(?:{_SIGN}\s?(?P<after>{_SUM})(?![\w.,]*\d)|(?P<before>{_SUM})\s?{_SIGN}(?!\s?\d))")
_QUOTES = str.maketrans("“”„‟", '""""')
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


@dataclass(frozen=True, slots=True)
class FoundDate(FoundItem):
    """`target` is the date as ISO 8601 has it. Characters `begin` to `end` of `around`, the text beside it, are the
    date itself."""

    time: EventTime
    around: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class FoundTable(FoundItem):
    """`text` is its first row."""

    table: TextTable


def found_items(text: str, context: DateContext | None = None, lines: Sequence[TextLine] = ()) -> tuple[FoundItem, ...]:
    """A table in `lines` first, then in the order of the text, each once, at most MOST_ITEMS. With a `context`, dates
    that are not over: at most MOST_DATES. Amounts are too many to be offered."""
    text = text[:LONGEST_SEARCHED]
    if (whole := _json(text) or _trace(text)) is not None:
        return (whole,)
    found = dict[str, FoundItem]()
    if (table := table_in(lines)) is not None:
        found["table"] = FoundTable("table", " ".join(filter(None, table.rows[0])), "", table)
    dates = 0
    for _start, item in placed_items(text, context):
        if isinstance(item, FoundDate):
            if (
                context is None
                or item.time.end.date() < context.now.date()
                or item.target in found
                or dates == MOST_DATES
            ):
                continue
            dates += 1
        if item.kind != "amount":
            found.setdefault(item.target, item)
    return tuple(found.values())[:MOST_ITEMS]


def placed_items(text: str, context: DateContext | None = None) -> list[tuple[int, FoundItem]]:
    """What is a part of a line, in the order of the text, with where it begins in it. With a `context`, dates
    and amounts, too."""
    found, taken = list[tuple[int, FoundItem]](), list[range]()
    for start, item in _matches(text, context):
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


def _matches(text: str, context: DateContext | None) -> Iterator[tuple[int, FoundItem]]:
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
    if context is not None:
        yield from _dates(text, context)
        for match in _AMOUNT.finditer(text):
            yield match.start(), FoundItem("amount", match[0], _plain_sum(match["after"] or match["before"]))


def _dates(text: str, context: DateContext) -> Iterator[tuple[int, FoundDate]]:
    for place in dates_in(text[:LONGEST_WITH_DATES], context):
        start = text.rfind("\n", 0, max(0, text.rfind("\n", 0, place.begin))) + 1
        stop = text.find("\n", place.end)
        stop = text.find("\n", stop + 1) if stop >= 0 else -1
        around = text[start : stop if stop >= 0 else len(text)]
        time, begin, end = place.time, place.begin - start, place.end - start
        kind = "%Y-%m-%d" if time.is_all_day else "%Y-%m-%dT%H:%M"
        target = f"{time.begin:{kind}}/{time.end:{kind}}"
        yield place.begin, FoundDate("date", text[place.begin : place.end], target, time, around, begin, end)


def _plain_sum(number: str) -> str:
    """Without marks between thousands; the decimal one stays as it is."""
    decimal = re.search(r"[.,]\d{1,2}$", number)
    whole = number[: decimal.start()] if decimal else number
    return re.sub(r"[^\d-]", "", whole) + (decimal[0] if decimal else "")


def _without_end(address: str) -> str:
    """Without the punctuation that ends the sentence around it."""
    while address and (address[-1] in _ENDS or _closes_nothing(address)):
        address = address[:-1]
    return address


def _closes_nothing(address: str) -> bool:
    opening = _BRACKETS.get(address[-1])
    return opening is not None and address.count(opening) < address.count(address[-1])


def _json(text: str) -> FoundItem | None:
    """All of the text, or from a line that begins with a bracket to the last one that ends with one; quotation marks
    are read as other ones."""
    first = re.search(r"^\s*[{\[]", text, re.MULTILINE)
    last = max(text.rfind("}"), text.rfind("]")) + 1
    if first is None or last <= first.end() or text[last:].strip(" \n;,"):
        return None
    stripped = text[first.start() : last].strip()
    for candidate in (stripped, stripped.translate(_QUOTES)):
        try:
            value = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        return FoundItem("json", stripped, json.dumps(value, indent=2, ensure_ascii=False))
    fields = len(re.findall(r"^\s*[\"“]\w[^\"”:]*[\"”]\s*:", stripped, re.MULTILINE))
    return FoundItem("broken-json", stripped, stripped) if fields >= 2 and stripped[0] == "{" else None


def _trace(text: str) -> FoundItem | None:
    tidy = tidy_trace(text)
    return FoundItem("trace", text, tidy) if tidy is not None else None
