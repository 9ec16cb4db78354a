"""Turns about one picture: questions, follow-ups that lean on the one before, and what is off the subject."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from recipe.answers import PLACES, REFUSAL, colours_answer, matching, name, where_answer
from recipe.comparisons import compare, extreme, is_colour
from recipe.offtopic import mutated, offtopic
from recipe.questions import (
    Asked,
    Turn,
    colour_of,
    colours_all,
    count,
    describe,
    exists,
    number,
    pick,
    shape_of,
    what_at,
    where,
)
from recipe.scenes import Scene, number_scene, shapes_scene
from recipe.slips import slip
from recipe.wordings import article, ask, frame, phrase


def follow(random: Random, scene: Scene, last: Asked) -> Asked | None:
    """A question that leans on the one before, or None."""
    shape = last.about
    if shape is None:
        return None
    kind = random.choice(("it_colour", "it_shape", "it_where", "also", "also"))
    if last.turn.kind == "describe" and kind == "also":
        return None
    if kind == "it_colour":
        return Asked(Turn("follow", ask(random, kind), f"It is {shape.colour}."), shape)
    if kind == "it_shape":
        return Asked(Turn("follow", ask(random, kind), f"It is {article(shape.kind)}."), shape)
    if kind == "it_where":
        return Asked(Turn("follow", ask(random, kind), f"It is {PLACES[shape.cell]}."), shape)
    if last.turn.kind in ("where", "colour", "exists") or last.turn.kind.startswith("count_"):
        new, colour = pick(random, scene, 0.8, 0.4)
        if last.turn.kind == "colour":
            new, colour = pick(random, scene, 0.9, 1)[0], ""
        found = matching(scene, new, colour)
        if last.turn.kind == "where":
            answer, words = where_answer(found, new, colour), "the " + phrase(random, new, colour)
        elif last.turn.kind == "colour":
            answer, words = colours_answer(found, new), "the " + phrase(random, new, "")
        elif last.turn.kind == "exists":
            some = phrase(random, new, colour)
            words = article(some)
            answer = (
                f"Yes, there is {article(name(new, colour))}." if found else f"No, there is no {name(new, colour)}."
            )
        else:
            words = phrase(random, new, colour, True)
            answer = (
                f"There {'is' if len(found) == 1 else 'are'} {len(found) or 'no'} {name(new, colour, len(found) != 1)}."
            )
        return Asked(Turn("follow_also", ask(random, "also", the=words), answer), found[0] if len(found) == 1 else None)
    return None


ABOUT_SHAPES: tuple[tuple[float, Callable[[Random, Scene], Asked]], ...] = (
    (1.6, count),
    (1.8, colour_of),
    (0.15, colours_all),
    (1.6, shape_of),
    (2.5, where),
    (0.8, exists),
    (0.3, is_colour),
    (4.0, compare),
    (1.0, extreme),
    (0.7, describe),
    (0.35, what_at),
    (0.12, number),
)
ABOUT_NUMBERS: tuple[tuple[float, Callable[[Random, Scene], Asked]], ...] = (
    (3.0, number),
    (0.7, describe),
    (0.4, exists),
    (0.3, count),
    (0.1, colour_of),
    (0.1, where),
    (0.1, shape_of),
)


OFF = 0.3
"""Share of questions off the subject about a picture that is on it: the world is large, and little of it is heard."""


def elsewhere(random: Random, scene: Scene | None) -> str:
    """A question off the subject; every third sounds like one of the subject."""
    if random.random() < 0.35:
        about = scene or shapes_scene(random)
        makers = ABOUT_NUMBERS if about.number else ABOUT_SHAPES
        make = random.choices([m for _, m in makers], [w for w, _ in makers])[0]
        if changed := mutated(random, make(random, about).turn.question):
            return changed
    return offtopic(random)


def turns(random: Random, scene: Scene | None, length: int) -> list[Turn]:
    """A conversation about one picture; None is a conversation with no picture."""
    said: list[Turn] = []
    last: Asked | None = None
    knows = scene is not None and scene.knows
    imagined = scene if scene is not None and scene.knows else None
    while len(said) < length:
        asked: Asked | None = None
        if random.random() < (OFF if knows else 0.3):
            leans = last is not None and random.random() < 0.3
            question = elsewhere(random, scene if knows else None)
            asked = Asked(
                Turn("follow_off" if leans else "off", question, REFUSAL), last.about if last and leans else None
            )
        elif last is not None and knows and scene is not None and random.random() < 0.3:
            asked = follow(random, scene, last)
        elif knows and scene is not None and len(scene.shapes) == 1 and random.random() < 0.12:
            asked = follow(random, scene, Asked(Turn("first", "", ""), scene.shapes[0]))  # "it" is the only one
        if asked is None:
            if imagined is None:
                about = shapes_scene(random) if random.random() < 0.85 else number_scene(random)
            else:
                about = imagined
            makers = ABOUT_NUMBERS if about.number else ABOUT_SHAPES
            make = random.choices([m for _, m in makers], [w for w, _ in makers])[0]
            asked = make(random, about)
            if not knows:
                again = follow(random, about, asked) if random.random() < 0.15 else None
                kind = "no_picture" if scene is None else "other_picture"
                asked = Asked(Turn(kind, (again or asked).turn.question, REFUSAL))
        turn = asked.turn
        said.append(Turn(turn.kind, slip(random, frame(random, turn.question)), turn.answer))
        last = asked
    return said
