"""Formulas in a web page as they are in the window: outlines in the color and size of the text, with the source beside
them for the clipboard and for screen readers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape

from fanlight.markdown.formula_task import COORDINATES
from fanlight.markdown.typesetting import FormulaOutline, outline_of

STYLE = """
.formula { position: relative; white-space: nowrap; }
.formula svg { fill: currentColor; overflow: visible; }
.formula .source { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
div.formula { text-align: center; overflow-x: auto; overflow-y: hidden; padding: 0.4rem 0; margin: 0.8rem 0; }
"""
_UNIT = 1000
"""Of an em: the outlines' coordinates are whole numbers."""
_KEPT = 500


@lru_cache(_KEPT)
def formula_svg(source: str) -> str:
    """Of the formula `source`, marks included; "" where it cannot be drawn. Slow; any thread."""
    outline = outline_of(source)
    if outline is None:
        return ""
    width, height = outline.width, outline.ascent + outline.descent
    box = f"0 {-_whole(outline.ascent)} {_whole(width)} {_whole(height)}"
    return (
        f'<svg aria-hidden="true" viewBox="{box}" '
        f'style="width:{width:.3f}em;height:{height:.3f}em;vertical-align:{-outline.descent:.3f}em">'
        f'<path d="{"".join(_steps(outline))}"/></svg><span class="source">{escape(source)}</span>'
    )


def _steps(outline: FormulaOutline) -> Iterator[str]:
    at = 0
    for step in outline.steps:
        end = at + COORDINATES[step]
        yield step + " ".join(str(_whole(value)) for value in outline.points[at:end])
        at = end


def _whole(em: float) -> int:
    return round(em * _UNIT)
