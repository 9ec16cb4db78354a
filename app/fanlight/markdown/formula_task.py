"""What a parsing process does with a formula: from TeX to an outline. No other process imports the library for it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from fanlight.parsing.channel import Packet

if TYPE_CHECKING:
    from xml.etree import ElementTree

MOST_STEPS = 30_000
COORDINATES = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
"""How many each step of an outline has."""
_PIXELS = 24.0
"""The size that the library draws in; its smallest script is a part of that of its font."""

_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_DROPPED = re.compile(
    r"\\(?:begin|end)\{(?:equation|displaymath|math)\*?\}|\\label\{[^{}]*\}|\\(?:nonumber|notag|displaylimits)(?![a-zA-Z])"
)
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
_CENTERED = re.compile(r"\\(begin|end)\{(?:gather|gathered|multline)\*?\}")
_ALIGNED = re.compile(r"\\(begin|end)\{(?:align|aligned|alignat|alignedat|eqnarray|flalign|split)\*?\}(?:\{\d+\})?")
_BINOMIAL = re.compile(r"\\binom(?![a-zA-Z])")
_NAMED_WITH_LIMITS = re.compile(r"\\operatorname\*|\\operatornamewithlimits(?![a-zA-Z])")
_RULED = re.compile(r"\\h(?:dash)?line(?![a-zA-Z])|\\begin\{array\}\s*(?:\[[^\]]*\]\s*)?\{[^}]*[|:]")
"""With lines between its columns or rows, which the library leaves out: a matrix and its right side would be one."""
_ROWS = ('rowspacing="3pt"', 'rowspacing="0.5em"')
"""Of aligned equations: the letters of one nearly touch those of the next."""


def draw_formula(request: Packet) -> Generator[Packet, None, None]:
    """Its outline; no byte strings where it cannot be drawn."""
    try:
        drawn = _drawn(request.values["tex"], request.values["display"])
    except Exception:  # the library raises whatever comes of a formula that it does not know
        drawn = None
    yield drawn if drawn is not None else Packet({})


def prepared(tex: str, display: bool) -> str:
    """`tex` in the words that the library knows. Raises ValueError for what it would draw as something else."""
    if _RULED.search(tex):
        raise ValueError("lines in a table")
    tex = _DROPPED.sub(" ", _COMMENT.sub("", tex))
    tex = _TAG.sub(r" \\qquad \\text{(\1)} ", tex)
    tex = _CENTERED.sub(r"\\\1{matrix}", tex)
    tex = _NAMED_WITH_LIMITS.sub(r"\\operatorname", tex).replace(r"\mathbb{1}", "\U0001d7d9")
    tex = _ALIGNED.sub(r"\\\1{align*}", tex)
    return _BINOMIAL.sub(r"\\dbinom" if display else r"\\tbinom", tex).strip()


def _drawn(tex: str, display: bool) -> Packet | None:
    import ziamath
    from ziamath.tex import tex2mml

    from fanlight.markdown.formula_rows import forget_measured_rows

    forget_measured_rows()
    ziamath.config.svg2 = False  # each letter as a path of its own
    mathml = tex2mml(prepared(tex, display), inline=not display).replace(*_ROWS)
    math = ziamath.Math(mathml, size=_PIXELS, margin=0)
    if any("\\" in text for text in math.mathml.itertext()) or not _has_all_letters(math.node):
        return None
    steps, points = _steps_of(math.svgxml())
    box = math.node.bbox
    if not steps or len(steps) > MOST_STEPS:
        return None
    left = min(0.0, box.xmin)
    shifted = array("f", ((value - (0 if i % 2 else left)) / _PIXELS for i, value in enumerate(points)))
    sizes = {
        "width": (box.xmax - left) / _PIXELS,
        "ascent": max(0.0, box.ymax) / _PIXELS,
        "descent": max(0.0, -box.ymin) / _PIXELS,
    }
    return Packet(sizes, [steps.encode(), shifted.tobytes()])


def _has_all_letters(node: Any) -> bool:
    """Whether the font has them: it draws a box for others."""
    glyph = getattr(node, "glyph", None)
    if glyph is not None and glyph.index == 0:
        return False
    return all(_has_all_letters(inner) for inner in getattr(node, "nodes", ()))


def _steps_of(svg: ElementTree.Element) -> tuple[str, list[float]]:
    """What is drawn, as the letters of an SVG path and their coordinates. Raises ValueError for any other element."""
    steps: list[str] = []
    points: list[float] = []
    for element in svg.iter():
        for step, *values in _path(element):
            steps.append(str(step))
            points += map(float, values)
    return "".join(steps), points


def _path(element: ElementTree.Element) -> Iterator[tuple[Any, ...]]:
    stroke = float(element.get("stroke-width", "0"))
    match element.tag:
        case "svg" | "g":
            return
        case "path" if not stroke:
            yield from _path_steps(element.get("d", "").split())
        case "path":
            (_, x1, y1), (_, x2, y2) = _path_steps(element.get("d", "").split())
            yield from _line(x1, y1, x2, y2, stroke)
        case "rect":
            x, y, width, height = (float(element.get(name, "0")) for name in ("x", "y", "width", "height"))
            if not stroke:
                yield from _line(x, y + height / 2, x + width, y + height / 2, height)
            else:
                for edge in (y, y + height):
                    yield from _line(x - stroke / 2, edge, x + width + stroke / 2, edge, stroke)
                for edge in (x, x + width):
                    yield from _line(edge, y, edge, y + height, stroke)
        case _:
            raise ValueError(f"an element that is not known: {element.tag}")


def _path_steps(words: list[str]) -> Iterator[tuple[Any, ...]]:
    at = 0
    while at < len(words):
        count = COORDINATES[words[at]]
        yield (words[at], *map(float, words[at + 1 : at + 1 + count]))
        at += 1 + count


def _line(x1: float, y1: float, x2: float, y2: float, thickness: float) -> Iterator[tuple[Any, ...]]:
    """A line as the area that it covers."""
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0
    dx, dy = (y1 - y2) / length * thickness / 2, (x2 - x1) / length * thickness / 2
    yield ("M", x1 - dx, y1 - dy)
    yield ("L", x2 - dx, y2 - dy)
    yield ("L", x2 + dx, y2 + dy)
    yield ("L", x1 + dx, y1 + dy)
    yield ("Z",)
