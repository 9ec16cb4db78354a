"""The words of answers: one form for each."""

from __future__ import annotations

from recipe.palette import COLOURS
from recipe.scenes import CELLS, KINDS, Scene, Shape
from recipe.wordings import article

REFUSAL = "I am only a practice model and cannot tell."
PLACES = {
    cell: ("in the middle" if cell == "middle" else f"on the {cell}" if cell in ("left", "right") else f"at the {cell}")
    for cell in CELLS
}


def listed(words: list[str]) -> str:
    """As a list in words: one, two and three."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def name(kind: str, colour: str, plural: bool = False) -> str:
    """ "red circle", "red shapes", "circles", "shape"."""
    return f"{colour} {kind or 'shape'}{'s' if plural else ''}".strip()


def the(kind: str, colour: str) -> str:
    """With "the": the red circle, the red one."""
    return f"the {name(kind, colour)}" if kind or not colour else f"the {colour} one"


def full(shape: Shape) -> str:
    """With "a" or "an": a red circle."""
    return article(name(shape.kind, shape.colour))


def matching(scene: Scene, kind: str, colour: str) -> list[Shape]:
    """Shapes of that kind and color; "" matches any."""
    return [s for s in scene.shapes if kind in ("", s.kind) and colour in ("", s.colour)]


def capital(text: str) -> str:
    """The same text with a capital first letter."""
    return text[0].upper() + text[1:]


def absent(kind: str, colour: str) -> str:
    """The answer where there is no such shape."""
    return f"There is no {name(kind, colour)}."


def colours_answer(found: list[Shape], kind: str) -> str:
    """The colors of the shapes found."""
    if not found:
        return absent(kind, "")
    tints = listed([c for c in COLOURS if any(s.colour == c for s in found)])
    return f"The {name(kind, '')} is {tints}." if len(found) == 1 else f"The {name(kind, '', True)} are {tints}."


def kinds_listed(found: list[Shape]) -> str:
    """The kinds of the shapes found, with articles."""
    words = [(k, sum(s.kind == k for s in found)) for k in KINDS]
    return listed([article(k) if n == 1 else k + "s" for k, n in words if n])


def where_answer(found: list[Shape], kind: str, colour: str) -> str:
    """The places of the shapes found."""
    if not found:
        return absent(kind, colour)
    places = listed([PLACES[c] for c in CELLS if any(s.cell == c for s in found)])
    if len(found) == 1:
        return f"{capital(the(kind, colour))} is {places}."
    return f"The {name(kind, colour, True) if kind or not colour else colour + ' ones'} are {places}."
