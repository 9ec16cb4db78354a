"""Questions off the subject: templates filled from word lists and from the standard library's manual, and nonsense."""

from __future__ import annotations

import re
import string
import tomllib
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from recipe.wordings import SLOT, _split

FILE = Path(__file__).with_name("offtopic.toml")
WORDS, COOKIES = Path("/usr/share/dict/words"), Path("/usr/share/games/fortunes")
SUBJECT = re.compile(
    r"\b(circle|square|triangle|star|disc|disk|dot|box|shape|object|figure|thing|item|form|element|number|digit|numeral)(e?s)?\b",
    re.IGNORECASE,
)
OWN = re.compile(
    r"circ|disc|squar|triang|star|shape|object|figur|thing|item|form|number|digit|colou?r|red|blue|green|yellow|orange|purple|pink|black|white|"
    r"left|right|top|bottom|middle|larg|small|big|see|where|describe|count|^read|picture|image|there|here|which|what|box|round|figure|element|value"
)


NEAR = re.compile(
    r"\{shape\}|how many|^count|number of|colou?r of|what colou?r|is there|do you see|are there|where is|which is"
)


@cache
def _data() -> tuple[dict[str, str], list[str], list[float]]:
    """Parts, forms and how often each form comes: those that sound like the subject are the hard ones."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    forms = data["off"]["forms"]
    return data["parts"], forms, list(accumulate(3.0 if NEAR.search(form) else 1.0 for form in forms))


@cache
def _english() -> tuple[list[str], list[str]]:
    """Words and sentences on other subjects: Python's language reference, which every Python ships, and, where they are
    installed, a list of English words and the fortune cookies."""
    from pydoc_data.topics import topics

    prose = [" ".join(topics.values()), *(path.read_text("utf-8", "replace") for path in _cookies())]
    text = re.sub(r"\s+", " ", " ".join(prose))
    words = sorted({w for w in re.findall(r"\b[a-z]{3,11}\b", text) if not OWN.search(w)})
    if WORDS.exists():
        listed = [w for w in WORDS.read_text("utf-8").split() if re.fullmatch(r"[a-z]{3,12}", w) and not OWN.search(w)]
        words += listed
    found = re.findall(r"(?<=[.!?] )[A-Z][A-Za-z ,']{15,80}[.?!]", text)
    sentences = sorted({s.strip() for s in found if not OWN.search(s.lower())})
    return words, sentences


def _cookies() -> list[Path]:
    return [path for path in sorted(COOKIES.glob("*")) if not path.suffix] if COOKIES.exists() else []


def mutated(random: Random, question: str) -> str | None:
    """A question of the subject about something else: "how many carpets are there on the left?"; None where it names
    nothing that could be put in its place."""
    words = _english()[0]
    other: dict[str, str] = {}

    def instead(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word not in other:
            new = random.choice(words)
            other[word] = new + "s" if word.endswith("s") and not new.endswith("s") else new
        return other[word]

    changed, count = SUBJECT.subn(instead, question)
    return changed if count else None


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
    """A question or remark that has nothing to do with shapes and numbers."""
    parts, forms, often = _data()
    words, sentences = _english()
    roll = random.random()
    if roll < 0.04:
        return nonsense(random)
    if roll < 0.14:
        return random.choice(sentences)
    pattern = random.choices(forms, cum_weights=often)[0]
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
