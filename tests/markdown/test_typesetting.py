"""Formulas become outlines, in a process of their own, within a time limit."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Iterator

import pytest

from fanlight.markdown import typesetting
from fanlight.markdown.typesetting import FormulaOutline, outline_of, tex_of
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import ParserCrashed
from fanlight.parsing.pool import pool_of
from support.formulas import IN_LINE, NOT_DRAWN, OF_THEIR_OWN


@pytest.fixture(scope="module", autouse=True)
def process() -> Iterator[None]:
    """One for all of them."""
    yield
    pool_of(typesetting.PARSER).end_all()


def drawn(source: str) -> FormulaOutline:
    outline = outline_of(source)
    assert outline is not None, source
    return outline


@pytest.mark.parametrize("source", [*IN_LINE, *OF_THEIR_OWN])
def test_a_formula_that_models_write_is_drawn(source: str) -> None:
    outline = drawn(source)
    ys = outline.points[1::2]
    xs = outline.points[::2]
    assert outline.width > 0.2
    assert min(xs) >= -0.3
    assert max(xs) <= outline.width + 0.3
    assert -outline.ascent - 0.3 <= min(ys)
    assert max(ys) <= outline.descent + 0.3


@pytest.mark.parametrize("source", NOT_DRAWN)
def test_what_cannot_be_drawn_has_no_outline(source: str) -> None:
    assert outline_of(source) is None


def test_the_parts_of_a_formula_are_where_they_belong() -> None:
    plain, power, low = drawn("$x$"), drawn("$x^2$"), drawn("$x_2$")
    assert power.ascent > plain.ascent + 0.1
    assert low.descent > plain.descent + 0.1
    fraction = drawn(r"\(\frac{a}{b}\)")
    assert fraction.descent > 0.2
    assert fraction.ascent > plain.ascent
    assert drawn(r"$$\frac{a}{b}$$").ascent > fraction.ascent
    assert drawn(r"\[\begin{aligned} a &= b \\ &= c \\ &= d \end{aligned}\]").descent > 1


@pytest.mark.parametrize(
    "inside", [r"\sum_i x_i", r"\prod_{k=1}^n k", r"\bigcup_i A_i", r"\overbrace{x}^n", r"\frac{a}{b}"]
)
def test_brackets_are_about_as_tall_as_what_they_hold(inside: str) -> None:
    bare, held = drawn(rf"\[ {inside} \]"), drawn(rf"\[ \left[ {inside} \right] \]")
    assert held.ascent + held.descent < 1.6 * (bare.ascent + bare.descent)
    assert held.ascent + held.descent > 0.8 * (bare.ascent + bare.descent)


def test_fractions_in_fractions_are_drawn() -> None:
    assert drawn("\\[" + r"\frac{1}{1+" * 10 + "x" + "}" * 10 + "\\]").descent > 3


def test_names_and_signs_are_those_that_are_written() -> None:
    assert drawn(r"$\operatorname*{argmax}_x f$") == drawn(r"$\operatorname{argmax}_x f$")
    assert drawn(r"$\mathbb{1}$").steps != drawn("$1$").steps


def test_a_binomial_has_both_its_parts_whatever_they_are() -> None:
    assert drawn(r"\(\binom{n_{1}}{k_{2}}\)").width > drawn(r"\(\binom{n}{k}\)").width > drawn("$n$").width


@pytest.mark.parametrize(
    "source",
    [
        "\\[" + r"\frac{1}{1+" * 14 + "x" + "}" * 14 + "\\]",
        "\\[" + r"\left(" * 25 + "x" + r"\right)" * 25 + "\\]",
        "$" + r"\sum_{" * 40 + "x" + "}" * 40 + "$",
        "$" + "{" * 900 + "x" + "}" * 900 + "$",
        "$" + "x^" * 900 + "x$",
        "$" + r"\sqrt{" * 300 + "x" + "}" * 300 + "$",
        "$" + "x+" * 900 + "x$",
    ],
    ids=["fractions", "brackets", "sums", "groups", "powers", "roots", "terms"],
)
def test_nesting_takes_no_longer_than_the_limit_and_the_next_one_is_drawn(source: str) -> None:
    outline_of(source)
    assert outline_of("$x + 1$") is not None


def test_one_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 0.0)
    with caplog.at_level(logging.ERROR):
        assert outline_of("\\[" + r"\frac{1}{1+" * 14 + "x" + "}" * 14 + "\\]") is None
    assert not caplog.records
    monkeypatch.undo()
    assert outline_of("$x$") is not None


def test_a_process_that_a_formula_has_taken_over_is_not_believed() -> None:
    sizes = {"width": 1.0, "ascent": 1.0, "descent": 0.0}
    points = array("f", [0.0, 0.0, 1.0, 1.0])
    whole = Packet(sizes, [b"ML", points.tobytes()])
    assert typesetting._checked(whole) == FormulaOutline(1.0, 1.0, 0.0, "ML", points)
    wrong = (
        Packet({**sizes, "width": float("nan")}, whole.blobs),
        Packet({**sizes, "width": 1e9}, whole.blobs),
        Packet({**sizes, "ascent": "1"}, whole.blobs),
        Packet({}, whole.blobs),
        Packet(sizes, [b"MX", whole.blobs[1]]),
        Packet(sizes, [b"MLL", whole.blobs[1]]),
        Packet(sizes, [b"ML", array("f", [0.0, 0.0, float("inf"), 1.0]).tobytes()]),
        Packet(sizes, [b"ML", b"123"]),
        Packet(sizes, [b"ML"]),
        Packet(sizes, ["ü".encode(), b""]),
    )
    for reply in wrong:
        with pytest.raises(ParserCrashed):
            typesetting._checked(reply)


@pytest.mark.parametrize(
    ("source", "tex", "is_display"),
    [
        (r"\(x\)", "x", False),
        ("$x$", "x", False),
        ("$$x$$", "x", True),
        ("\\[\u2028x\u2028\\]", "\nx\n", True),
        (r"\begin{align*}x\end{align*}", r"\begin{align*}x\end{align*}", True),
    ],
)
def test_the_marks_are_no_part_of_it(source: str, tex: str, is_display: bool) -> None:
    assert tex_of(source) == (tex, is_display)


@pytest.mark.parametrize("source", [r"\[ x", "$x", "$", "$$", r"\(\)", "", r"\begin{align} x", "$$x$"])
def test_one_that_is_not_closed_is_none(source: str) -> None:
    assert tex_of(source) is None
