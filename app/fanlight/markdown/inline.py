"""Inline Markdown as runs of one style, as values without Qt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from fanlight.i18n import _
from fanlight.markdown.formulas import add_formulas
from fanlight.markdown.half_marks import add_half_marks
from fanlight.markdown.operators import add_operators

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_URL = re.compile(r"\bhttps?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}]")


@cache
def inline_parser() -> MarkdownIt:
    """As `blocks.parser`, for one sentence that is spoken: escaped characters and half marks are tokens."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
    return add_half_marks(add_operators(add_formulas(made.disable(["reference", "html_inline", "text_join"]))))


FORMULA_STYLE = "f"
"""Behind the letters of other styles; no kind of code ends with it."""


class TextRun(NamedTuple):
    """Text of one style. `style`: letters b(old), i(talic), s(truck), c(ode), f(ormula: its source), or a kind of
    highlight.KINDS."""

    text: str
    style: str = ""
    href: str = ""

    @property
    def is_formula(self) -> bool:
        return self.style.endswith(FORMULA_STYLE)


def inline(token: Token) -> tuple[TextRun, ...]:
    """The runs of an inline token: neighbors of one style are joined, bare addresses become links."""
    out: list[TextRun] = []
    on: list[str] = []
    href: list[str] = []
    for child in token.children or ():
        match child.type:
            case "strong_open":
                on.append("b")
            case "em_open":
                on.append("i")
            case "s_open":
                on.append("s")
            case "strong_close" | "em_close" | "s_close":
                on.pop()
            case "link_open":
                href.append(str(child.attrGet("href") or ""))
            case "link_close":
                href.pop()
            case "image":
                words = child.content or _("picture")
                _add_span(out, f"[{words}]", _style(on), str(child.attrGet("src") or ""))
            case "code_inline":
                _add_span(out, child.content, _style([*on, "c"]), href[-1] if href else "")
            case "formula":
                out.append(formula_run(child.content, _style(on), href[-1] if href else ""))
            case "softbreak" | "hardbreak":
                _add_span(out, "\u2028", _style(on), href[-1] if href else "")
            case _ if href:
                _add_span(out, child.content, _style(on), href[-1])
            case _:
                _add_linked(out, child.content, _style(on))
    return tuple(out)


def formula_run(source: str, style: str = "", href: str = "") -> TextRun:
    return TextRun(source.replace("\n", "\u2028"), style + FORMULA_STYLE, href)


def _style(on: Sequence[str]) -> str:
    return "".join(letter for letter in "bisc" if letter in on)


def _add_linked(out: list[TextRun], text: str, style: str) -> None:
    at = 0
    for found in _URL.finditer(text) if "://" in text else ():
        _add_span(out, text[at : found.start()], style, "")
        _add_span(out, found[0], style, found[0])
        at = found.end()
    _add_span(out, text[at:], style, "")


def _add_span(out: list[TextRun], text: str, style: str, href: str) -> None:
    if not text:
        return
    if out and not out[-1].is_formula and out[-1].style == style and out[-1].href == href:
        out[-1] = TextRun(out[-1].text + text, style, href)
    else:
        out.append(TextRun(text, style, href))


def without(runs: tuple[TextRun, ...], count: int) -> tuple[TextRun, ...]:
    """`runs` without the first `count` characters."""
    kept: list[TextRun] = []
    for run in runs:
        cut = min(count, len(run.text))
        count -= cut
        if len(run.text) > cut:
            kept.append(run._replace(text=run.text[cut:]))
    return tuple(kept)
