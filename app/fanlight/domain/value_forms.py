"""Numbers and dates as pages write them, for comparing them with a value that was read there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

CURRENCIES = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "RUB": "₽",
    "TRY": "₺",
}
_NUMBER = re.compile(r"\d[\d.,'’ \u00a0\u202f٬٫]*")
_GROUPED = re.compile(r"\d{1,3}([.,'’ \u00a0\u202f٬])\d{3}(?:\1\d{3})*")
_SPACES = re.compile(r"['’ \u00a0\u202f٬]")
_FIRST_YEAR = 1900
_MONTHS: tuple[tuple[str, ...], ...] = (
    ("jan", "ene", "gen", "styc", "sty", "янв", "ocak", "led", "ian"),
    ("feb", "fev", "fév", "lut", "фев", "şub", "sub", "uno"),
    ("mar", "mär", "mae", "mrt", "maa", "мар", "brez", "bře", "bre"),
    ("apr", "abr", "avr", "kwi", "апр", "nis", "dub"),
    ("may", "mai", "mag", "mei", "maj", "мая", "май", "kvě", "kve"),
    ("jun", "giu", "juin", "cze", "июн", "haz", "cer", "čer", "ιουν"),
    ("jul", "lug", "juil", "lip", "июл", "tem"),
    ("aug", "ago", "aoû", "aou", "sie", "авг", "ağu", "agu", "srp"),
    ("sep", "set", "wrz", "сен", "eyl", "zář", "zar"),
    ("oct", "okt", "ott", "out", "paź", "paz", "окт", "eki", "říj", "rij"),
    ("nov", "lis", "ноя", "kas"),
    ("dec", "dez", "dic", "déc", "gru", "дек", "ara", "pro", "des"),
)  # fmt: skip
"""How the names of the months begin in languages that write them out in dates; Czech and Polish share some, which then
stand for both."""


def numbers_in(text: str) -> set[Decimal]:
    """What the number in `text` can mean: "1.234" is a thousand or one. Signs and currencies are left out."""
    found: set[Decimal] = set()
    for match in _NUMBER.finditer(text):
        written = match[0].strip(" .,'’\u00a0\u202f")
        if not written or len(written) > 40:
            continue
        bare = _SPACES.sub("", written).replace("٫", ".")
        options = {bare.replace(",", ""), bare.replace(".", "").replace(",", ".")}
        if _GROUPED.fullmatch(written):
            options.add(bare.replace(",", "").replace(".", ""))
        for option in options:
            try:
                found.add(Decimal(option).normalize())
            except InvalidOperation:
                continue
    return found


def number_of(value: object) -> Decimal | None:
    """Without its sign: pages write it in many ways."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return abs(Decimal(str(value))).normalize()


def date_of(value: object) -> date | None:
    """Of "2026-01-31", with or without a time behind it."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def is_date_in(words: Sequence[str], wanted: date) -> bool:
    """Whether these words, beside each other, are that date: in numbers, in any order, or with the month's name."""
    tokens = [token for word in words for token in re.findall(r"\d+|[^\W\d_]+", word.casefold())]
    numbers = [int(token) for token in tokens if token.isdigit() and len(token) <= 4]
    if len(numbers) != sum(token.isdigit() for token in tokens):
        return False
    years = {wanted.year, wanted.year % 100} if wanted.year >= _FIRST_YEAR else {wanted.year}
    if len(numbers) == 3:
        orders = ((0, 1, 2), (2, 1, 0), (2, 0, 1))  # year, month, day
        return any(numbers[y] in years and (numbers[m], numbers[d]) == (wanted.month, wanted.day) for y, m, d in orders)
    if len(numbers) != 2 or {wanted.day} - set(numbers) or not years & set(numbers):
        return False
    if numbers[0] not in years and numbers[1] not in years:
        return False
    names = [token for token in tokens if not token.isdigit()]
    return any(name.startswith(_MONTHS[wanted.month - 1]) for name in names)
