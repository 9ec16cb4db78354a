"""Questions that compare: a shape with a color, two shapes, one with all others."""

from __future__ import annotations

from random import Random

from recipe.answers import absent, capital, matching, name, the
from recipe.palette import COLOURS
from recipe.questions import Asked, Turn, count, exists
from recipe.scenes import KINDS, Scene, Shape
from recipe.wordings import article, ask, expand, grammar, phrase


def is_colour(random: Random, scene: Scene) -> Asked:
    """Whether a shape has that color."""
    shape = random.choice(scene.shapes) if scene.shapes else None
    if shape is None or len(matching(scene, shape.kind, "")) > 1:
        return exists(random, scene)
    colour = shape.colour if random.random() < 0.5 else random.choice(COLOURS)
    answer = f"{'Yes' if colour == shape.colour else 'No'}, the {shape.kind} is {shape.colour}."
    tint = expand(random, grammar()["colour"][colour], {})
    return Asked(
        Turn("is_colour", ask(random, "is_colour", what=phrase(random, shape.kind, ""), colour=tint), answer), shape
    )


def reference(random: Random, scene: Scene, shape: Shape) -> tuple[str, str]:
    """Kind and colour that single this shape out, shortened by chance."""
    kind, colour = shape.kind, shape.colour
    if random.random() < 0.25 and len(matching(scene, kind, "")) == 1:
        return kind, ""
    if random.random() < 0.2 and len(matching(scene, "", colour)) == 1:
        return "", colour
    return kind, colour


def compare(random: Random, scene: Scene) -> Asked:
    """Which of two shapes is larger or smaller."""
    sort = "larger" if random.random() < 0.65 else "smaller"
    singles = [s for s in scene.shapes if len(matching(scene, s.kind, s.colour)) == 1]
    if len(singles) < 2 or random.random() < 0.06:
        kind, colour = random.choice(KINDS), random.choice(COLOURS)
        if matching(scene, kind, colour) or not singles:
            return extreme(random, scene)
        first = singles[0]
        pair = [(first.kind, first.colour), (kind, colour)]
        random.shuffle(pair)
        answer, about = absent(kind, colour), None
    else:
        pairs = [(a, b) for a in singles for b in singles if a.larger_than(b)]
        if not pairs:
            return exists(random, scene)
        big, little = random.choice(pairs)
        about = big if sort == "larger" else little
        refs = {id(s): reference(random, scene, s) for s in (big, little)}
        answer = f"{capital(the(*refs[id(about)]))} is {sort}."
        pair = [refs[id(big)], refs[id(little)]]
        random.shuffle(pair)
    a, b = (phrase(random, *ref) for ref in pair)
    style = random.random()
    a, b = (
        (f"the {a}", f"the {b}")
        if style < 0.8
        else (a, b)
        if style < 0.9
        else (f"the {a}", b)
        if style < 0.95
        else (article(a), article(b))
    )
    return Asked(Turn("compare", ask(random, sort, a=a, b=b), answer), about)


def extreme(random: Random, scene: Scene) -> Asked:
    """Which shape is the largest or smallest."""
    largest = random.random() < 0.6
    if not scene.shapes:
        return Asked(Turn("compare", ask(random, "largest" if largest else "smallest"), "There are no shapes."))
    ranked = [
        s
        for s in scene.shapes
        if all(s is o or (s.larger_than(o) if largest else o.larger_than(s)) for o in scene.shapes)
    ]
    if not ranked:
        return count(random, scene)
    shape = ranked[0]
    if len(scene.shapes) == 2 and random.random() < 0.5:
        sort, end = ("bigger_of_two", "larger") if largest else ("smaller_of_two", "smaller")
    else:
        sort, end = ("largest", "the largest") if largest else ("smallest", "the smallest")
    return Asked(Turn("compare", ask(random, sort), f"The {name(shape.kind, shape.colour)} is {end}."), shape)
