"""Documents of 20 to 300 pages, the same each time, and questions that one page of one of them answers.

Each page is about a thing, speaks of others, and has some facts. A question has other forms of the words, some of them
the same as on many pages.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

COUNTS = (20, 35, 50, 60, 80, 100, 120, 150, 180, 220, 260, 300)
QUESTIONS_EACH = 5


@dataclass(frozen=True, slots=True)
class Language:
    """`facts`: what a page says, and what is asked about it; `fillers` name any things."""

    things: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    fillers: tuple[str, ...]
    heading: str


@dataclass(frozen=True, slots=True)
class LongDocument:
    """`asked`: (question, the page that answers it)."""

    name: str
    pages: tuple[str, ...]
    asked: tuple[tuple[str, int], ...]


_KINDS = [
    "main",
    "auxiliary",
    "front",
    "rear",
    "upper",
    "lower",
    "inner",
    "outer",
    "electric",
    "manual",
    "spare",
    "portable",
]
_PARTS = [
    "pump",
    "valve",
    "heater",
    "filter",
    "boiler",
    "fan",
    "gate",
    "sensor",
    "battery",
    "compressor",
    "hinge",
    "nozzle",
    "tank",
    "lever",
    "spring",
    "motor",
    "dryer",
    "mixer",
    "conveyor",
]
ENGLISH = Language(
    tuple(f"{kind} {part}" for part in _PARTS for kind in _KINDS),
    (
        ("The guarantee of the {thing} ends after {n} months.", "How long is the {thing} guaranteed?"),
        ("Torque for the bolts of the {thing}: {n} Nm.", "With which torque are the {thing}'s bolts tightened?"),
        (
            "The {thing} weighs {n} kilograms without its cover.",
            "What is the weight of the {thing}? How many kilograms?",
        ),
        ("Order number of a new {thing}: {n}-{m}.", "which number do I order a {thing} under"),
        ("After {n} hours of use the {thing} has to be lubricated.", "When must I lubricate the {thing}?"),
        ("Alarm E{n}: the {thing} is blocked. Switch it off first.", "What does alarm E{n} mean?"),
    ),
    (
        "Before anyone works at the {thing}, the {other} is switched off and secured.",
        "The {thing} stands beside the {other}, as figure {n} shows.",
        "Dirt in the {other} is removed with a brush; water must not reach the {thing}.",
        "Staff who operate the {thing} have been instructed about the {other}.",
        "Keep {n} centimetres between the {thing} and the wall behind the {other}.",
    ),
    "Chapter {n}: The {thing}",
)
GERMAN = Language(
    tuple(
        f"{kind}{part}"
        for part in ("pumpe", "klappe", "heizung", "bremse", "leitung", "dichtung", "spindel")
        for kind in (
            "Haupt",
            "Hilfs",
            "Vorder",
            "Hinter",
            "Ober",
            "Unter",
            "Ersatz",
            "Wasser",
            "Luft",
            "Öl",
            "Förder",
            "Kühl",
        )
    ),
    (
        (
            "Die Gewährleistungsfrist der {thing} beträgt {n} Monate.",
            "Welche Gewährleistungsfristen gelten bei der {thing}?",
        ),
        (
            "Anzugsmoment der Schrauben der {thing}: {n} Nm.",
            "Mit welchem Moment werden Schrauben an der {thing} angezogen?",
        ),
        ("Nach {n} Betriebsstunden wird die {thing} geschmiert.", "Wann muss man die {thing} schmieren?"),
        ("Bestellnummer einer neuen {thing}: {n}-{m}.", "Unter welcher Nummer bestelle ich eine {thing}?"),
    ),
    (
        "Vor Arbeiten an der {thing} wird die {other} abgeschaltet und gesichert.",
        "Die {thing} steht neben der {other}, siehe Bild {n}.",
        "Wer die {thing} bedient, ist an der {other} unterwiesen.",
    ),
    "Kapitel {n}: Die {thing}",
)
CHINESE = Language(
    tuple(
        f"{kind}{part}"
        for part in ("水泵", "阀门", "加热器", "过滤器", "风扇", "电池", "油箱", "电机")
        for kind in ("主", "辅助", "前", "后", "上", "下", "备用", "手动")
    ),
    (
        ("{thing}的保修期为{n}个月。", "{thing}的保修期是多久？"),
        ("拧紧{thing}螺栓的扭矩为{n}牛米。", "{thing}的螺栓用多大扭矩拧紧？"),
        ("{thing}的订货号是{n}-{m}。", "怎么订{thing}？订货号是什么？"),
    ),
    ("在{thing}上工作之前，先关闭{other}。", "{thing}位于{other}旁边，见图{n}。", "操作{thing}的人员必须了解{other}。"),
    "第{n}章 {thing}",
)
_LANGUAGES = (ENGLISH, ENGLISH, GERMAN, ENGLISH, CHINESE, ENGLISH)


def long_documents() -> Iterator[LongDocument]:
    for place, count in enumerate(COUNTS):
        yield _document(place, count, _LANGUAGES[place % len(_LANGUAGES)])


def _document(place: int, count: int, language: Language) -> LongDocument:
    dice = random.Random(place)
    facts = [(thing, fact) for thing in language.things for fact in language.facts]
    dice.shuffle(facts)
    pages, possible = [], []
    for number in range(1, count + 1):
        said = [facts.pop() for _fact in range(2)] if len(facts) >= 2 else []
        about = said[0][0] if said else dice.choice(language.things)
        lines = [language.heading.format(n=number, thing=about)]
        lines += [_filler(dice, language, about) for _line in range(24)]
        for thing, (written, asked) in said:
            values = {"thing": thing, "n": dice.randint(2, 999), "m": dice.randint(1000, 9999)}
            lines.insert(dice.randint(1, len(lines)), written.format(**values))
            possible.append((asked.format(**values), number))
        pages.append("\n".join(lines))
    return LongDocument(f"manual-{place}.pdf", tuple(pages), tuple(dice.sample(possible, QUESTIONS_EACH)))


def _filler(dice: random.Random, language: Language, about: str) -> str:
    thing = about if dice.random() < 0.3 else dice.choice(language.things)
    return dice.choice(language.fillers).format(thing=thing, other=dice.choice(language.things), n=dice.randint(1, 400))
