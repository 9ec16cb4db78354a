"""Screens with a table and dates on them, whose cells and times are known, drawn from a seed: an invoice, a timetable,
a list of files, a result of a query, in four languages, as programs and web pages draw them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fanlight.domain.event_times import EventTime
from fanlight.domain.messages import Image
from support import written_words as words
from support.written import MONO, SANS, SERIF, Canvas

NOW = datetime.fromisoformat("2026-03-04T09:30")
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}
WORDS = {
    "en": ("Team meeting", "Dentist", "Release review", "Train to Leeds"),
    "de": ("Elternabend", "Zahnarzt", "Vorstandssitzung", "Zug nach Kiel"),
    "fr": ("Réunion", "Rendez-vous", "Concert", "Train pour Lyon"),
    "es": ("Consulta", "Clase de piano", "Entrega", "Tren a Sevilla"),
}


@dataclass(frozen=True, slots=True)
class WrittenTable:
    name: str
    image: Image
    cells: tuple[tuple[str, ...], ...]
    times: tuple[EventTime, ...]


def forty_tables() -> list[WrittenTable]:
    """Of each kind ten, in light and dark, at 100 and 200 %."""
    return [drawn(kind, number) for number in range(10) for kind in KINDS]


def drawn(kind: str, number: int) -> WrittenTable:
    chance = random.Random(f"{kind} {number}")
    canvas = Canvas(760, 460, dark=number % 2 == 1, scale=2.0 if number % 4 >= 2 else 1.0)
    name = chance.choice(MONO if kind == "query" else (*SANS, *SERIF))
    size = chance.choice((12, 13, 14, 15))
    canvas.row(12, [(24, words.title(chance))], name, size + 3)
    cells = KINDS[kind](chance)
    below = _table(canvas, chance, cells, name, size, ruled=kind == "invoice")
    language, times = tuple(MONTHS)[number % 4], list[EventTime]()
    for line in range(2):
        text, time = _date(chance, language)
        canvas.row(below + 26 + 2.2 * line * size, [(24, text)], name, size)
        times.append(time)
    return WrittenTable(f"{kind} {number}", canvas.image(), cells, tuple(times))


Cells = tuple[tuple[str, ...], ...]


def _invoice(chance: random.Random) -> Cells:
    rows = [("Item", "Quantity", "Price", "Total")]
    for name in chance.sample(GOODS, chance.randint(3, 7)):
        count, price = chance.randint(1, 24), chance.randint(99, 90000)
        rows.append((name, str(count), _money(price), _money(count * price)))
    return tuple(rows)


def _timetable(chance: random.Random) -> Cells:
    rows = [("Departure", "Destination", "Track", "Remark")]
    for place in chance.sample(PLACES, chance.randint(4, 8)):
        remark = chance.choice(("", "on time", "5 min late", "cancelled", "on time"))
        rows.append((f"{chance.randint(6, 22)}:{chance.randint(10, 59)}", place, str(chance.randint(1, 19)), remark))
    return tuple(rows)


def _files(chance: random.Random) -> Cells:
    rows = [
        (name, f"{chance.randint(1, 999)} {chance.choice(('kB', 'MB'))}", chance.choice(FILE_KINDS))
        for name in chance.sample(FILES, chance.randint(4, 8))
    ]
    return (("Name", "Size", "Kind"), *rows)


def _query(chance: random.Random) -> Cells:
    rows = [("id", "customer", "city", "balance", "active")]
    for place in chance.sample(PLACES, chance.randint(3, 8)):
        balance = f"{chance.choice(('', '-'))}{chance.randint(1, 9999)}.{chance.randint(10, 99)}"
        rows.append(
            (str(chance.randint(100, 9999)), chance.choice(PEOPLE), place, balance, chance.choice(("yes", "no")))
        )
    return tuple(rows)


KINDS: dict[str, Callable[[random.Random], Cells]] = {
    "invoice": _invoice, "timetable": _timetable, "files": _files, "query": _query,
}  # fmt: skip
GOODS = (
    "Paper A4",
    "Envelopes, large",
    "Desk lamp",
    "Chair",
    "Cable 2 m",
    "Toner black",
    "Shelf",
    "Pens, blue",
    "Clock",
)
PLACES = ("Berlin", "Lyon", "Sevilla", "Leeds", "New York", "Bern", "Le Havre", "Kiel", "Oslo", "San Juan", "Graz")
FILES = (
    "report.pdf", "holiday.jpg", "budget 2026.xlsx", "notes.txt", "minutes.docx", "backup.zip", "song.flac", "map.svg",
    "draft 2.odt",
)  # fmt: skip
FILE_KINDS = ("Document", "Picture", "Spreadsheet", "Archive", "Text file")
PEOPLE = ("Anna Weber", "Tom Hill", "Luis Vega", "Marie Roux", "Jo Park", "Ines Sousa", "Karl Lang")


def _money(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _table(canvas: Canvas, chance: random.Random, cells: Cells, name: str, size: int, *, ruled: bool) -> float:
    """Returns where it ends."""
    step, top = size * chance.choice((1.6, 1.9, 2.2)), 58.0
    gap = size * chance.choice((1.6, 2.2, 3.0))
    wide = [max(canvas.width_of(row[place], name, size) for row in cells) for place in range(len(cells[0]))]
    lefts = [24 + sum(wide[:place]) + place * gap for place in range(len(wide))]
    right = [all(_is_number(row[place]) for row in cells[1:]) for place in range(len(wide))]
    for row in cells:
        placed = [
            (lefts[at] + (wide[at] - canvas.width_of(text, name, size)) * right[at], text)
            for at, text in enumerate(row)
            if text
        ]
        if ruled:
            canvas.box(24 - gap / 3, top - step * 0.2, lefts[-1] + wide[-1] - 24 + gap * 2 / 3, step)
        canvas.row(top, placed, name, size)
        top += step
    return top


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("-", "").isdecimal()


def _date(chance: random.Random, language: str) -> tuple[str, EventTime]:
    day = NOW.replace(hour=0, minute=0) + timedelta(days=chance.randint(3, 300))
    begin = day.replace(hour=chance.randint(8, 20), minute=chance.choice((0, 15, 30, 45)))
    end = begin + timedelta(minutes=chance.choice((30, 60, 90, 150)))
    month, weekday = MONTHS[language].split()[day.month - 1], WEEKDAYS[language].split()[day.weekday()]
    what = chance.choice(WORDS[language])
    written: Sequence[tuple[str, EventTime]] = _formats(day, begin, end, month, weekday)[language]
    text, time = chance.choice(written)
    return f"{what}: {text}", time


def _formats(
    day: datetime, begin: datetime, end: datetime, month: str, weekday: str
) -> dict[str, list[tuple[str, EventTime]]]:
    whole, hour = EventTime(day, day, is_all_day=True), timedelta(hours=1)
    until, alone = EventTime(begin, end), EventTime(begin, begin + hour)
    clock = f"{begin:%H:%M}", f"{end:%H:%M}"
    twelve = [f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}" for at in (begin, end)]
    french = [f"{at.hour}h{at:%M}" for at in (begin, end)]
    later = day + timedelta(days=2)
    days = EventTime(day, later, is_all_day=True) if later.month == day.month else whole
    span = later.month == day.month
    return {
        "en": [
            (f"{weekday}, {day.day} {month} {day.year}, {clock[0]}–{clock[1]}", until),
            (f"{month} {day.day}, {day.year} at {twelve[0]}", alone),
            (f"{twelve[0]} – {twelve[1]}, {month} {day.day}, {day.year}", until),
            (f"{day:%Y-%m-%d} {clock[0]}", alone),
            (f"{month} {day.day}–{later.day}, {day.year}" if span else f"{month} {day.day}, {day.year}", days),
        ],
        "de": [
            (f"{weekday}, {day.day}. {month} {day.year}, {clock[0]}–{clock[1]} Uhr", until),
            (f"{day:%d.%m.%Y} um {begin.hour}.{begin:%M} Uhr", alone),
            (f"{day:%d.%m.%Y}, {clock[0]} bis {clock[1]} Uhr", until),
            (f"{weekday[:2]}. {day:%d.%m.}, {clock[0]} Uhr", alone),
            (f"{day.day}.–{later.day}. {month} {day.year}" if span else f"{day.day}. {month} {day.year}", days),
        ],
        "fr": [
            (f"{weekday} {day.day} {month} {day.year} de {french[0]} à {french[1]}", until),
            (f"le {day.day} {month} {day.year} à {french[0]}", alone),
            (f"{day:%d/%m/%Y} à {clock[0]}", alone),
            (f"du {day.day} au {later.day} {month} {day.year}" if span else f"le {day.day} {month} {day.year}", days),
        ],
        "es": [
            (f"{weekday} {day.day} de {month} de {day.year}, de {clock[0]} a {clock[1]}", until),
            (f"el {day.day} de {month} de {day.year} a las {clock[0]}", alone),
            (f"{day:%d/%m/%Y} a las {clock[0]} h", alone),
            (f"del {day.day} al {later.day} de {month} de {day.year}" if span else f"{day:%d/%m/%Y}", days),
        ],
    }
