"""Questions off the subject: templates filled from word lists and from the standard library's manual, and nonsense."""

from __future__ import annotations

import re
import string
import tomllib
from functools import cache
from pathlib import Path
from random import Random

from recipe.wordings import SLOT, _split

FILE = Path(__file__).with_name("offtopic.toml")
OWN = re.compile(
    r"circ|disc|squar|triang|star|shape|object|figur|thing|item|form|number|digit|colou?r|red|blue|green|yellow|orange|purple|pink|black|white|"
    r"left|right|top|bottom|middle|larg|small|big|see|where|describe|count|^read|picture|image|there|here|which|what|box|round|figure|element|value"
)


@cache
def _data() -> tuple[dict[str, str], list[str]]:
    data = tomllib.loads(FILE.read_text("utf-8"))
    return data["parts"], data["off"]["forms"]


@cache
def _english() -> tuple[list[str], list[str]]:
    """Words and sentences of Python's language reference, which every Python ships: plain prose on another subject."""
    from pydoc_data.topics import topics

    text = " ".join(topics.values())
    words = sorted({w for w in re.findall(r"\b[a-z]{3,11}\b", text) if not OWN.search(w)})
    sentences = sorted({s.strip() for s in re.findall(r"[A-Z][a-z ,']{20,70}[.]", text) if not OWN.search(s.lower())})
    return words, sentences


def nonsense(random: Random) -> str:
    """Keys hit at random, or syllables."""
    if random.random() < 0.5:
        return " ".join(
            "".join(random.choices(string.ascii_lowercase, k=random.randint(2, 9))) for _ in range(random.randint(1, 5))
        )
    if random.random() < 0.3:
        return "".join(random.choices(string.digits + string.punctuation + " ", k=random.randint(1, 10))).strip() or "?"
    parts = [
        "".join(random.choice("bcdfghklmnprstvwz") + random.choice("aeiou") for _ in range(random.randint(1, 4)))
        for _ in range(random.randint(1, 5))
    ]
    return " ".join(parts)


def offtopic(random: Random) -> str:
    parts, forms = _data()
    words, sentences = _english()
    roll = random.random()
    if roll < 0.04:
        return nonsense(random)
    if roll < 0.08:
        return random.choice(sentences)
    pattern = random.choice(forms)
    while True:
        if slot := SLOT.search(pattern):
            value = random.choice(words) if slot[1] == "word" else random.choice(_split(parts[slot[1]][1:-1]))
            pattern = pattern[: slot.start()] + value + pattern[slot.end() :]
        elif "(" in pattern:
            end = pattern.index(")")
            start = pattern.rindex("(", 0, end)
            pattern = pattern[:start] + random.choice(pattern[start + 1 : end].split("|")) + pattern[end + 1 :]
        else:
            return re.sub(r"  +", " ", pattern.replace(",?", ",")).strip()
