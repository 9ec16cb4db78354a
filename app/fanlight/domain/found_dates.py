"""Dates in a text, with their times, as people write them in English, German, French and Spanish, and as ISO 8601 has
them. Relative ones count only where they say a time of today, of tomorrow, or of the coming weekday.

Single dates and times are found first (`date_atoms`), then joined by the words between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fanlight.domain.date_atoms import DateAtom, TimeAtom, date_atoms, time_atoms
from fanlight.domain.date_words import flat
from fanlight.domain.event_times import USUAL_LENGTH, EventTime

_TO = re.compile(r"\s*(?:-|–|—|−|~|bis|to|until|till|through|thru|au|a|al|hasta|jusqu'au)\s*"
                 r"(?:zum|el|le|les|the|dem|den)?\s*")  # fmt: skip
_LABEL = (
    r"(?:time|uhrzeit|zeit|heure|hora|horaire|beginn|begin|starts?|when|wann|quand|debut|inicio|einlass|doors)\s*:?"
)
_AT = (
    r"(?:at|um|a\s+las?|a\s+partir\s+de|a|from|von|ab|de(?:s)?(?:\s+las?)?|desde(?:\s+las?)?|entre(?:\s+las?)?|between|"
    r"zwischen|gegen|vers|kl|@|t|der|ca)"
)
_THEN_TIME = re.compile(rf"[\s,;:|·•()/–—-]{{0,6}}(?:{_LABEL})?\s*(?:{_AT}\.?)?\s*")
_THEN_DATE = re.compile(r"[\s,;|·•()–—-]{0,4}(?:on|am|le|el|del|den|de)?\s*(?:the)?\s*")
_LABEL_BEFORE = re.compile(
    r"(?:next|last|nachste[nrms]?|kommende[nrms]?|letzte[nrms]?|vergangene[nrms]?|ultimo|pasado)\s*$"
)
_LABEL_AFTER = re.compile(r"\s*(?:prochaine?|derniere?|passee?|proximo|pasado|que viene|letzter|nachster)\b")
_YEAR_BACK, _YEAR_AHEAD = timedelta(days=45), timedelta(days=320)
"""From today: where a date without a year is looked for."""


@dataclass(frozen=True, slots=True)
class DatePlace:
    """Characters `begin` to `end` of the text."""

    begin: int
    end: int
    time: EventTime


@dataclass(frozen=True, slots=True)
class DateContext:
    """What dates are read by. `now` is in this computer's zone, without one written. `month_first`: 3/4/2026 is in
    March, unless the text shows otherwise."""

    now: datetime
    month_first: bool = False


def dates_in(text: str, context: DateContext) -> Iterator[DatePlace]:
    """In the order of the text."""
    plain, now = flat(text), context.now
    dates = date_atoms(plain, month_first=context.month_first)
    times = [atom for atom in time_atoms(plain) if not any(_overlap(atom, one) for one in dates)]
    used: set[int] = set()
    place = 0
    while place < len(dates):
        first = dates[place]
        last, taken = _range_end(plain, dates, times, place)
        place += taken
        found = _resolved(plain, first, last, times, used, now)
        if found is not None:
            yield found


def _overlap(one: TimeAtom | DateAtom, other: DateAtom) -> bool:
    return one.begin < other.end and other.begin < one.end


def _range_end(
    plain: str, dates: Sequence[DateAtom], times: Sequence[TimeAtom], place: int
) -> tuple[DateAtom | None, int]:
    """The date that ends the range which begins there, with times between them or not; and how many are used."""
    if place + 1 == len(dates):
        return None, 1
    first, second = dates[place], dates[place + 1]
    if first.last_day or second.last_day or first.days_ahead is not None or second.days_ahead is not None:
        return None, 1
    begin = first.end
    if (after := _time_after(plain, begin, times)) is not None and after.end <= second.begin and not after.has_end:
        begin = after.end
    return (second, 2) if _TO.fullmatch(plain, begin, second.begin) else (None, 1)


def _resolved(
    plain: str, first: DateAtom, last: DateAtom | None, times: Sequence[TimeAtom], used: set[int], now: datetime
) -> DatePlace | None:
    begin_day = _day_of(plain, first, last, now)
    if begin_day is None:
        return None
    end_day = begin_day
    begin, end = first.begin, first.end
    if first.last_day:
        end_day = _safe(begin_day.year, begin_day.month, first.last_day) or begin_day
    if last is not None:
        end_day, end = _day_of(plain, last, None, now, begin_day) or begin_day, last.end
    if end_day < begin_day:
        return None
    start = _time_after(plain, first.end, times) or (_time_before(plain, first.begin, times) if last is None else None)
    if start is not None and id(start) in used:
        start = None
    if start is None:
        if first.needs_time:
            return None
        return DatePlace(begin, end, EventTime(_midnight(begin_day), _midnight(end_day), is_all_day=True))
    if start.is_log:
        return None
    used.add(id(start))
    begin, end = min(begin, start.begin), max(end, start.end)
    stop = _time_after(plain, last.end, times) if last is not None else None
    if stop is not None:
        end = max(end, stop.end)
    return DatePlace(begin, end, _with_times(begin_day, end_day, start, stop))


def _with_times(begin_day: date, end_day: date, start: TimeAtom, stop: TimeAtom | None) -> EventTime:
    begin = start.on(begin_day, start.at)
    if stop is not None:
        end = stop.on(end_day, stop.at)
    elif start.until is not None:
        end = start.on(begin_day, start.until)
        end += timedelta(days=1) if end <= begin else timedelta()
    else:
        end = begin + USUAL_LENGTH
    if end_day > begin_day and stop is None:  # the same hours each day; the entry begins and ends with them
        end = start.on(end_day, start.until or start.at) + (timedelta() if start.until else USUAL_LENGTH)
    return EventTime(begin, max(begin, end))


def _time_after(plain: str, place: int, times: Sequence[TimeAtom]) -> TimeAtom | None:
    near = next((atom for atom in times if atom.begin >= place), None)
    return near if near is not None and _THEN_TIME.fullmatch(plain, place, near.begin) else None


def _time_before(plain: str, place: int, times: Sequence[TimeAtom]) -> TimeAtom | None:
    near = next((atom for atom in reversed(times) if atom.end <= place), None)
    return near if near is not None and _THEN_DATE.fullmatch(plain, near.end, place) else None


def _day_of(plain: str, atom: DateAtom, last: DateAtom | None, now: datetime, after: date | None = None) -> date | None:
    """The day; where it has no year, that of the range's `last`, or the one in which its weekday is right, or the
    nearest. `after`: it ends a range that begins then."""
    today = now.date()
    if atom.days_ahead is not None or not atom.month:
        if _LABEL_BEFORE.search(plain, max(0, atom.begin - 14), atom.begin) or _LABEL_AFTER.match(plain, atom.end):
            return None
        if atom.days_ahead is not None:
            return today + timedelta(days=atom.days_ahead)
        return today + timedelta(days=(atom.weekday - today.weekday()) % 7 or 7) if atom.weekday is not None else None
    if atom.year is not None:
        return _safe(atom.year, atom.month, atom.day)
    if last is not None and last.year is not None:
        found = _safe(last.year, atom.month, atom.day)
        until = _safe(last.year, last.month, last.day)
        return found if not found or not until or found <= until else _safe(last.year - 1, atom.month, atom.day)
    around = (_safe(today.year + step, atom.month, atom.day) for step in (0, 1, -1))
    days = [day for day in around if day is not None]
    if after is not None:
        return next((day for day in sorted(days) if day >= after), None)
    if atom.weekday is not None:
        days = [day for day in days if day.weekday() == atom.weekday]
        return min(days, key=lambda day: abs(day - today), default=None)
    return next((day for day in days if today - _YEAR_BACK <= day <= today + _YEAR_AHEAD), None)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
