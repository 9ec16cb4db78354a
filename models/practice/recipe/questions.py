"""A scene becomes a conversation: questions in many wordings, answers in one form each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from recipe.answers import PLACES, absent, colours_answer, full, kinds_listed, listed, matching, name, where_answer
from recipe.palette import COLOURS
from recipe.scenes import CELLS, KINDS, Scene, Shape
from recipe.wordings import article, ask, expand, grammar, noun, phrase


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of one `kind`, and its answer."""

    kind: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn, and what a follow-up may refer to: the shape it was about and the kind of question."""

    turn: Turn
    about: Shape | None = None


def pick(random: Random, scene: Scene, present: float, both: float = 0.4) -> tuple[str, str]:
    """A kind and a colour (either may be empty), of a shape that is there with the chance `present`."""
    roll = random.random()
    if scene.shapes and random.random() < present:
        shape = random.choice(scene.shapes)
        kind, colour = shape.kind, shape.colour
    elif scene.shapes and random.random() < 0.5:  # hard: the kind of one with the colour of another
        kind, colour = random.choice(scene.shapes).kind, random.choice(scene.shapes).colour
        if random.random() < 0.4:
            kind, colour = (kind, random.choice(COLOURS)) if random.random() < 0.5 else (random.choice(KINDS), colour)
    else:
        kind, colour = random.choice(KINDS), random.choice(COLOURS)
    return (kind, colour) if roll < both else (kind, "") if roll < both + (1 - both) / 2 else ("", colour)


def count(random: Random, scene: Scene) -> Asked:
    """How many shapes there are, of a kind, of a color, of both."""
    kind, colour = ("", "") if random.random() < 0.4 else pick(random, scene, 0.75, 0.3)
    found = len(matching(scene, kind, colour))
    answer = f"There {'is' if found == 1 else 'are'} {found or 'no'} {name(kind, colour, found != 1)}."
    sort = "count_" + ("both" if kind and colour else "kind" if kind else "colour" if colour else "all")
    return Asked(
        Turn(sort, ask(random, "count", whats=phrase(random, kind, colour, True)), answer),
        matching(scene, kind, colour)[0] if found == 1 else None,
    )


def colour_of(random: Random, scene: Scene) -> Asked:
    """Which color a shape of one kind has."""
    if random.random() < 0.2:
        return at(random, scene, "colour_at")
    kind, _ = pick(random, scene, 0.85, 1)
    found = matching(scene, kind, "")
    if len(scene.shapes) == 1 and random.random() < 0.3:
        kind = ""
        found = list(scene.shapes)
    elif len(found) > 1 and random.random() < 0.5:
        return count(random, scene)
    plural = len(found) > 1 and random.random() < 0.8
    question = (
        ask(random, "colours", whats=phrase(random, kind, "", True))
        if plural
        else ask(random, "colour", what=phrase(random, kind, ""))
    )
    if plural and kind and noun_missing(question):
        found, kind = list(scene.shapes), ""
    return Asked(Turn("colour", question, colours_answer(found, kind)), found[0] if len(found) == 1 else None)


def noun_missing(question: str) -> bool:
    """True when the wording speaks of colours alone ("what colours do you see")."""
    return not re.search(r"circ|disc|disk|round|dot|squ|box|tri|three|star|point", question)


def colours_all(random: Random, scene: Scene) -> Asked:
    """Which colors there are."""
    found = list(scene.shapes)
    answer = colours_answer(found, "") if found else "There are no shapes."
    return Asked(
        Turn("colour", ask(random, "colours", whats=noun(random, "", True)), answer),
        found[0] if len(found) == 1 else None,
    )


def shape_of(random: Random, scene: Scene) -> Asked:
    """Which kind a shape of one color is."""
    if random.random() < 0.3:
        return at(random, scene, "shape_at")
    _, colour = pick(random, scene, 0.85, 1)
    found = matching(scene, "", colour)
    if len(scene.shapes) == 1 and random.random() < 0.2:
        found, colour = list(scene.shapes), ""
    elif len(found) > 1 and random.random() < 0.5:
        return exists(random, scene)
    tint = expand(random, grammar()["colour"][colour], {}) if colour else ""
    what = (
        f"{tint} {random.choice(('one', 'one', 'shape', 'thing', 'object', 'figure', 'item', ''))}".strip()
        if colour
        else "shape"
    )
    question = (
        ask(random, "shape", what=what, bare=tint)
        if colour
        else random.choice(
            (
                "what shape is it",
                "what shape is this",
                "which shape is that",
                "what shape do you see",
                "what shape is in the picture",
                "what shape is there",
                "what shape is shown",
            )
        )
    )
    if not found:
        answer = absent("", colour)
    elif len(found) == 1:
        answer = f"The {colour + ' one' if colour else 'shape'} is {article(found[0].kind)}."
    else:
        same = len({s.kind for s in found}) == 1
        answer = f"The {colour} ones are {found[0].kind + 's' if same else kinds_listed(found)}."
    return Asked(Turn("shape", question, answer), found[0] if len(found) == 1 else None)


def at(random: Random, scene: Scene, sort: str) -> Asked:
    """The shapes of one cell."""
    cell = random.choice(scene.shapes).cell if scene.shapes and random.random() < 0.85 else random.choice(CELLS)
    found = [s for s in scene.shapes if s.cell == cell]
    question = ask(random, sort, place=expand(random, grammar()["place"][cell], {}))
    if not found:
        answer = f"There is nothing {PLACES[cell]}."
    elif sort == "what_at":
        answer = f"There {'is' if len(found) == 1 else 'are'} {listed([full(s) for s in found])} {PLACES[cell]}."
    elif sort == "shape_at":
        answer = (
            f"The shape {PLACES[cell]} is {article(found[0].kind)}."
            if len(found) == 1
            else f"The shapes {PLACES[cell]} are {kinds_listed(found)}."
        )
    else:
        tints = listed([c for c in COLOURS if any(s.colour == c for s in found)])
        answer = (
            f"The shape {PLACES[cell]} is {tints}." if len(found) == 1 else f"The shapes {PLACES[cell]} are {tints}."
        )
    return Asked(Turn("at", question, answer), found[0] if len(found) == 1 else None)


def what_at(random: Random, scene: Scene) -> Asked:
    """What is at one place."""
    return at(random, scene, "what_at")


def where(random: Random, scene: Scene) -> Asked:
    """Where a shape is."""
    kind, colour = pick(random, scene, 0.88, 0.45)
    found = matching(scene, kind, colour)
    if len(found) > 1 and random.random() < 0.6:
        shape = random.choice(found)
        kind, colour = shape.kind, shape.colour
        found = matching(scene, kind, colour)
    return Asked(
        Turn("where", ask(random, "where", what=phrase(random, kind, colour)), where_answer(found, kind, colour)),
        found[0] if len(found) == 1 else None,
    )


def exists(random: Random, scene: Scene) -> Asked:
    """Whether there is such a shape."""
    if random.random() < 0.06:
        return Asked(
            Turn(
                "exists",
                ask(random, "number_exists"),
                "Yes, there is a number." if scene.number else "No, there is no number.",
            )
        )
    kind, colour = pick(random, scene, 0.5, 0.5)
    some = phrase(random, kind, colour)
    some = some.split(" ", 1)[1] if some.startswith(("a ", "an ")) else some
    found = matching(scene, kind, colour)
    bare = expand(random, grammar()["colour"][colour], {}) if colour else ""
    question = (
        ask(random, "exists_colour", colour=bare)
        if not kind and random.random() < 0.5
        else ask(random, "exists", some=article(some), what=some, whats=phrase(random, kind, colour, True))
    )
    answer = f"Yes, there is {article(name(kind, colour))}." if found else f"No, there is no {name(kind, colour)}."
    return Asked(Turn("exists", question, answer), found[0] if len(found) == 1 else None)


def describe(random: Random, scene: Scene) -> Asked:
    """Everything in the picture, in reading order."""
    question = ask(random, "describe")
    if scene.number:
        return Asked(Turn("number", question, f"The number is {scene.number.text}."))
    found = scene.shapes
    if not found:
        return Asked(Turn("describe", question, "There are no shapes."))
    things = listed([f"{full(s)} {PLACES[s.cell]}" for s in found])
    answer = f"There {'is 1 shape' if len(found) == 1 else f'are {len(found)} shapes'}: {things}."
    return Asked(Turn("describe", question, answer), found[0] if len(found) == 1 else None)


def number(random: Random, scene: Scene) -> Asked:
    """Which number is shown."""
    return Asked(
        Turn(
            "number",
            ask(random, "number"),
            f"The number is {scene.number.text}." if scene.number else "There is no number.",
        )
    )
