"""Turns the grammar of wordings.toml into questions."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FILE = Path(__file__).with_name("wordings.toml")
SLOT = re.compile(r"\{(\w+)\}")


@cache
def grammar() -> dict[str, Any]:
    """The wordings of the recipe, with the parts they are made of."""
    parts = tomllib.loads(FILE.read_text("utf-8"))
    parts["parts"]["the_picture"] = "(the|the|this) {picture}"
    return parts


@cache
def _split(text: str) -> tuple[str, ...]:
    """Alternatives at the top level of `text`."""
    depth, start, found = 0, 0, []
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            found.append(text[start:index])
            start = index + 1
    return (*found, text[start:])


def expand(random: Random, pattern: str, arguments: dict[str, str]) -> str:
    """One of the texts a pattern stands for."""
    parts = grammar()["parts"]
    while True:
        if (slot := SLOT.search(pattern)) and slot[1] in parts | arguments:
            value = arguments.get(slot[1]) or parts[slot[1]]
            value = f"({value})" if "|" in value else value
            pattern = pattern[: slot.start()] + value + pattern[slot.end() :]
            continue
        if (start := pattern.find("(")) < 0:
            break
        depth, end = 0, start
        while True:
            depth += (pattern[end] == "(") - (pattern[end] == ")")
            if depth == 0:
                break
            end += 1
        pattern = pattern[:start] + random.choice(_split(pattern[start + 1 : end])) + pattern[end + 1 :]
    pattern = pattern.replace(",?", "," if random.random() < 0.6 else "")
    return re.sub(r"  +", " ", pattern).strip()


def noun(random: Random, kind: str, plural: bool = False) -> str:
    """`kind` may be empty: then any shape."""
    if not kind:
        return expand(random, "{things}" if plural else "{thing}", {})
    return expand(random, grammar()["kinds" if plural else "kind"][kind], {})


def phrase(random: Random, kind: str, colour: str, plural: bool = False) -> str:
    """A shape as people name it, with no article: "red circle", "circle that is red", "blue ones"."""
    thing = noun(random, kind, plural)
    if not colour:
        return thing if kind or plural else thing.replace("one", "shape")
    tint = expand(random, grammar()["colour"][colour], {})
    roll = random.random()
    if roll < 0.9:
        if not kind and plural and random.random() < 0.25:
            return f"{tint} ones"
        return f"{tint} {thing}"
    if roll < 0.94:
        return f"{thing} that {'are' if plural else 'is'} {tint}"
    if roll < 0.97:
        return f"{tint}{random.choice((' coloured', ' colored', '-coloured', '-colored'))} {thing}"
    return f"{thing} in {tint}" if random.random() < 0.5 else f"{thing} which {'are' if plural else 'is'} {tint}"


def article(words: str) -> str:
    """With "a" or "an" before it."""
    return ("an " if words[0] in "aeiou" else "a ") + words


def ask(random: Random, kind: str, **arguments: str) -> str:
    """One wording of a kind of question, before frames and slips."""
    return expand(random, random.choice(grammar()["ask"][kind]), arguments)


def frame(random: Random, question: str) -> str:
    """Courtesies, capitals and punctuation, or their absence."""
    frames = grammar()["frame"]
    if random.random() < 0.16:
        question = random.choice(frames["before"]) + question
    if random.random() < 0.1:
        question += random.choice(frames["after"])
    roll = random.random()
    if roll < 0.58:
        question = question[:1].upper() + question[1:]
    elif roll < 0.88:
        question = question.lower()
    elif roll < 0.96:
        question = question.upper()
    elif roll < 0.98:
        question = question.title()
    roll = random.random()
    return question + (
        "?"
        if roll < 0.62
        else ""
        if roll < 0.86
        else "."
        if roll < 0.94
        else random.choice(("!", "??", " ?", "?!", "...", "? "))
    )
