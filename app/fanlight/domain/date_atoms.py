"""Single dates and times in flat text (`date_words.flat`), before they are joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from fanlight.domain.date_words import DAYS_FROM_TODAY, MONTHS, WEEKDAYS, ZONES, one_of

_MONTH, _ZONE = one_of(MONTHS), one_of(ZONES)
_LONG_WEEKDAY = one_of(name for name in WEEKDAYS if len(name) > 4)
_BEFORE = rf"(?<![\w.,:/+#€$£-])(?:(?P<weekday>{one_of(WEEKDAYS)})\b\.?[\s,]*(?:(?:the|le|el|den|dem|am|on)\s+)?)?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|re|[.ºª°])?"
_LAST_DAY = r"(?:\s*(?:-|–|—|bis|to|au|al|and|und|et|y)\s*(?P<last>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|[.ºª])?(?!\d))?"
_YEAR = r"(?P<year>(?:19[7-9]|20\d)\d)(?!\d)"
_TAIL = r"(?![\w])(?![.,/-]\d)"

_ISO = re.compile(
    r"(?<![\w.,:/+#-])(?P<year>(?:19[7-9]|20\d)\d)(?P<sign>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=sign)"
    r"(?P<day>0?[1-9]|[12]\d|3[01])(?!\d|[-/.]\d)"
)
_NUMERIC = re.compile(
    rf"{_BEFORE}(?P<day>\d{{1,2}})\s?(?P<sign>[./-])\s?(?P<month>\d{{1,2}})\s?(?P=sign)"
    rf"(?P<year>\s?(?:19[7-9]|20\d)\d|\d\d)(?![\w%])(?![./-]\d|:\d)"
)
_SHORT = re.compile(rf"{_BEFORE}(?P<day>0?[1-9]|[12]\d|3[01])\.\s?(?P<month>0?[1-9]|1[0-2])\.(?!\s?\d\d?\.)")
"""German, without a year: "Fr. 13.03."; see `DateAtom.needs_time`."""
_RANGE_OF_SHORT = re.compile(
    rf"{_BEFORE}(?P<day>0?[1-9]|[12]\d|3[01])\.\s*(?:-|–|—|bis)\s*(?P<last>0?[1-9]|[12]\d|3[01])\.\s?"
    rf"(?P<month>0?[1-9]|1[0-2])\.\s?(?P<year>(?:19[7-9]|20\d)\d)?(?!\d)"
)
_DAY_MONTH = re.compile(
    rf"{_BEFORE}{_DAY}{_LAST_DAY}\s*(?:of\s+|de\s+)?(?P<name>{_MONTH})(?![a-z])\.?"
    rf"(?:\s*,?\s*(?:de(?:l)?\s*)?(?:{_YEAR}|['’](?P<short>\d\d)(?!\d)))?(?!\d)"
)
_MONTH_DAY = re.compile(
    rf"(?<![a-z])(?:(?P<weekday>{one_of(WEEKDAYS)})\b\.?[\s,]*)?(?P<name>{_MONTH})\.?\s*(?:the\s+)?{_DAY}(?!\d)"
    rf"{_LAST_DAY}(?:\s*,?\s*{_YEAR})?(?![\w:])(?!\s?[%€$£]|[.,]\d)"
)
_RELATIVE = re.compile(rf"(?<![\w-])(?:(?P<word>{one_of(DAYS_FROM_TODAY)})|(?P<weekday>{_LONG_WEEKDAY}))(?![\w-])")

_MERIDIEM = r"(?P<meridiem{n}>[ap]\.?\s?m\b\.?)"
_CLOCK = r"(?P<hour{n}>[01]?\d|2[0-4])"
_TO = r"\s*(?:-|–|—|−|bis|to|until|till|au?|a\s+las?|hasta(?:\s+las?)?|y(?:\s+las?)?|et|und|and)\s*"
_WHEN = (
    rf"{_CLOCK}(?:[:.h]\s?(?P<minute{{n}}>[0-5]\d)(?::(?P<second{{n}}>[0-5]\d)(?:[.,]\d+)?)?)?"
    rf"\s*(?:{_MERIDIEM}|(?P<unit{{n}}>uhr|hrs?\b|h(?:eures|oras)?\b))?"
)
_TIME = re.compile(
    rf"(?<![\w.,/€$£+#-])(?<!\d:)(?:(?<=\d)t)?{_WHEN.format(n=1)}(?:{_TO}{_WHEN.format(n=2)})?(?![\w€$£%])(?![.,:/]\d)"
    rf"(?:\s?\(?(?P<zone>(?:{_ZONE})\b(?:[+-]\d{{1,2}}(?::?\d\d)?)?|[+-]\d\d:?\d\d))?(?!\w)"
)
_ISO_TIME = re.compile(
    r"(?<=\dt)(?P<hour>[01]\d|2[0-3]):?(?P<minute>[0-5]\d)(?::?[0-5]\d(?:\.\d+)?)?"
    r"(?P<zone>z|[+-]\d\d:?\d\d)?(?!\w)"
)


@dataclass(frozen=True, slots=True)
class DateAtom:
    """`month` 0: a weekday alone. `last_day`: of the same month, 0 for none. `days_ahead`: from today. `needs_time`: it
    is a date only with a time beside it."""

    begin: int
    end: int
    year: int | None = None
    month: int = 0
    day: int = 0
    weekday: int | None = None
    last_day: int = 0
    days_ahead: int | None = None
    needs_time: bool = False


@dataclass(frozen=True, slots=True)
class TimeAtom:
    """`zone`: hours ahead of UTC, None for this computer's. `is_log`: with seconds, as programs write what they did."""

    begin: int
    end: int
    at: time
    until: time | None = None
    zone: float | None = None
    is_log: bool = False

    @property
    def has_end(self) -> bool:
        return self.until is not None

    def on(self, day: date, at: time) -> datetime:
        """In this computer's zone, without one written."""
        moment = datetime.combine(day, at)
        if self.zone is None:
            return moment
        there = moment.replace(tzinfo=timezone(timedelta(hours=self.zone)) if self.zone else UTC)
        return there.astimezone().replace(tzinfo=None)


def date_atoms(plain: str, *, month_first: bool) -> list[DateAtom]:
    """In the order of the text; what is less likely something else comes first."""
    atoms = list[DateAtom]()
    for atom in _found(plain, month_first):
        if not any(atom.begin < one.end and one.begin < atom.end for one in atoms):
            atoms.append(atom)
    return sorted(atoms, key=lambda atom: atom.begin)


def _found(plain: str, month_first: bool) -> Iterator[DateAtom]:
    for match in _ISO.finditer(plain):
        yield DateAtom(*match.span(), int(match["year"]), int(match["month"]), int(match["day"]))
    for pattern in (_RANGE_OF_SHORT, _DAY_MONTH, _MONTH_DAY):
        yield from (_named(match) for match in pattern.finditer(plain))
    numeric = list(_NUMERIC.finditer(plain))
    months = (
        [int(match["day"]) for match in numeric if match["sign"] == "/"],
        [int(match["month"]) for match in numeric if match["sign"] == "/"],
    )
    first_is_month = max(months[1], default=0) > 12 or (month_first and max(months[0], default=0) <= 12)
    for match in numeric:
        day, month = int(match["day"]), int(match["month"])
        if match["sign"] == "/" and first_is_month:
            day, month = month, day
        if 1 <= month <= 12 and 1 <= day <= 31:
            year = int(match["year"])
            # "1.2.26" may be a version or a section
            unsure = year < 100 and not (len(match["day"]) == len(match["month"]) == 2 or match["weekday"])
            yield DateAtom(*match.span(), year + 2000 * (year < 100), month, day, _weekday(match), needs_time=unsure)
    for match in _SHORT.finditer(plain):
        day, month = int(match["day"]), int(match["month"])
        yield DateAtom(*match.span(), None, month, day, _weekday(match), needs_time=match["weekday"] is None)
    for match in _RELATIVE.finditer(plain):
        ahead = DAYS_FROM_TODAY[match["word"]] if match["word"] else None
        yield DateAtom(*match.span(), weekday=_weekday(match), days_ahead=ahead, needs_time=True)


def _named(match: re.Match[str]) -> DateAtom:
    groups = match.groupdict()
    month = MONTHS[groups["name"]] if groups.get("name") else int(groups["month"])
    year = int(groups["year"]) if groups["year"] else 2000 + int(groups["short"]) if groups.get("short") else None
    last, day, weekday = int(groups["last"] or 0), int(groups["day"]), _weekday(match)
    unsure = groups.get("name") == "may" and year is None and weekday is None  # "may 12 people come"
    return DateAtom(*match.span(), year, month, day, weekday, last if last > day else 0, needs_time=unsure)


def _weekday(match: re.Match[str]) -> int | None:
    return WEEKDAYS[match["weekday"]] if match["weekday"] else None


def time_atoms(plain: str) -> list[TimeAtom]:
    """In the order of the text."""
    atoms = list[TimeAtom]()
    for match in _ISO_TIME.finditer(plain):
        at = time(int(match["hour"]), int(match["minute"]))
        atoms.append(TimeAtom(match.start(), match.end(), at, None, _zone(match["zone"])))
    for match in _TIME.finditer(plain):
        atom = _clock(match)
        if atom is not None and not any(atom.begin < one.end and one.begin < atom.end for one in atoms):
            atoms.append(atom)
    return sorted(atoms, key=lambda atom: atom.begin)


def _clock(match: re.Match[str]) -> TimeAtom | None:
    """None for a number that says nothing of a time."""
    said_1, said_2 = _is_said(match, 1), match["hour2"] is not None and _is_said(match, 2)
    if not said_1 and not said_2:
        return None
    late = match["meridiem2"] if match["hour2"] else None
    at = _time(match, 1, match["meridiem1"] or late)
    until = _time(match, 2, late) if match["hour2"] else None
    if at is None or (match["hour2"] and until is None):
        return None
    if until is not None and late and not match["meridiem1"] and at > until and at.hour >= 12:
        at = at.replace(hour=at.hour - 12)  # "11-1 pm"
    return TimeAtom(*match.span(), at, until, _zone(match["zone"]), match["second1"] is not None)


def _is_said(match: re.Match[str], n: int) -> bool:
    """Whether it is a time by itself: with a colon, "h", "pm", or the like."""
    whole = match.group(0)
    minutes, marked = match[f"minute{n}"], match[f"meridiem{n}"] or match[f"unit{n}"]
    if marked:
        return True
    if not minutes:
        return False
    place = match.start(f"minute{n}") - match.start()
    return whole[:place].rstrip()[-1:] in (":", "h")


def _time(match: re.Match[str], n: int, meridiem: str | None) -> time | None:
    hour, minute = int(match[f"hour{n}"]), int(match[f"minute{n}"] or 0)
    if meridiem:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (meridiem[0] == "p")
    if hour == 24:
        hour = 0
    return time(hour, minute)


def _zone(text: str | None) -> float | None:
    if not text:
        return None
    name = re.match(r"[a-z]*", text)
    ahead = ZONES.get(name[0], 0.0) if name and name[0] else 0.0
    if shift := re.search(r"([+-])(\d{1,2}):?(\d\d)?", text):
        ahead += (1 if shift[1] == "+" else -1) * (int(shift[2]) + int(shift[3] or 0) / 60)
    return ahead
