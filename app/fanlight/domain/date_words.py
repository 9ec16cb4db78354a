"""Words of dates and times in English, German, French and Spanish, as regular expressions over text without case and
accents (`flat`)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january januar jänner janvier enero jan janv ene",
            "february februar feber février fevrier febrero feb febr fév févr",
            "march märz maerz mars marzo mar mär mrz",
            "april avril abril apr avr abr",
            "may mai mayo",
            "june juni juin junio jun",
            "july juli juillet julio jul juil",
            "august août aout agosto aug ago",
            "september septembre septiembre setiembre sep sept",
            "october oktober octobre octubre oct okt",
            "november novembre noviembre nov",
            "december dezember décembre diciembre dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}
"""Without accents, see below."""

WEEKDAYS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes mon mo lun",
            "tuesday dienstag mardi martes tues tue di mar",
            "wednesday mittwoch mercredi miércoles wed mi mer mié",
            "thursday donnerstag jeudi jueves thurs thur thu do jeu jue",
            "friday freitag vendredi viernes fri fr ven vie",
            "saturday samstag sonnabend samedi sábado sat sa sam sáb",
            "sunday sonntag dimanche domingo sun so dim dom",
        )
    )
    for name in names.split()
}

DAYS_FROM_TODAY: dict[str, int] = {
    **dict.fromkeys(("today", "heute", "aujourd'hui", "aujourd’hui", "hoy"), 0),
    **dict.fromkeys(("tomorrow", "morgen", "demain", "mañana"), 1),
}

ZONES: dict[str, float] = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2,
    "eest": 3, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9,
}  # fmt: skip
"""Hours ahead of UTC. Names that stand for several zones, as CST and IST do, are left out."""


@lru_cache(maxsize=4096)
def _flat_letter(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].lower()[0]


def flat(text: str) -> str:
    """Without case and accents, letter by letter: as long as `text`."""
    return "".join(map(_flat_letter, text))


MONTHS, WEEKDAYS, DAYS_FROM_TODAY = (
    {flat(name): number for name, number in words.items()} for words in (MONTHS, WEEKDAYS, DAYS_FROM_TODAY)
)


def one_of(words: Iterable[str]) -> str:
    """The longest first: "mar" is the beginning of "march"."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
