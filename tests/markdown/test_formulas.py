r"""Formulas are found and left as they were written; prices and escaped brackets are what they were."""

from __future__ import annotations

import time

import pytest

from fanlight.markdown.blocks import Block, Op, plain
from fanlight.markdown.formulas import LONGEST, end_of_formula
from fanlight.markdown.inline import TextRun, formula_run
from fanlight.markdown.stream import MarkdownStream


def blocks(text: str) -> list[Op]:
    stream = MarkdownStream()
    stream.feed(text)
    stream.finish()
    return stream.pop_committed()


def shown(text: str) -> str:
    return "\n".join(plain(op) for op in blocks(text)).replace("\u2028", "\n")


@pytest.mark.parametrize(
    "text",
    [
        r"\(a^2\)",
        r"Euler: \(e^{i\pi} + 1 = 0\), and so on.",
        r"\[\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}\]",
        "\\[\na_1 = b_1 \\\\\n- c_1\n= d\n\\]",
        "$$\nx^2\n+ y^2\n$$",
        r"$$ \sum_{i=1}^{n} i = \frac{n(n+1)}{2} $$",
        r"Let $x_1$ and $x_2$ be $\alpha * \beta * \gamma$.",
        r"Of $n$ and $f(x)$, $2n$ grows.",
        r"\(a*b*c\) and \(d*e*f\)",
        r"A set $\{a, b\}$ of $a < b$.",
        r"The profit is $5 if $5 < x \le 10*a*$ and $12 if $x > 14*b*$.",
        r"\[\begin{pmatrix} a & b \\ c & d \end{pmatrix}\]",
        r"**Bold \(x_1\)** and \(y_1\)",
        "\\begin{align}\na_1 &= b_1 \\\\\n- c &= d*e*f\n\\end{align}",
        r"\begin{equation*} E = m*c^2 \end{equation*}",
        r"The rate \(e=5.2\frac{\$}{€}\) and the price $p=25.6\$$.",
    ],
)
def test_a_formula_is_left_as_it_was_written(text: str) -> None:
    assert shown(text) == text.replace("**", "")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It costs $5 and *not* $10.", "It costs $5 and not $10."),
        ("$20, or US$ *30*", "$20, or US$ 30"),
        ("$5-$10 a *day*", "$5-$10 a day"),
        ("between $1,000 and $2,000", "between $1,000 and $2,000"),
        ("*a* $ b $ *c*", "a $ b $ c"),
        ("Please donate $50 to $100 *soon*.", "Please donate $50 to $100 soon."),
        ("the $2k *cohort* and the $25-50k tier", "the $2k cohort and the $25-50k tier"),
        ("$/PR is *down* but $/session is up", "$/PR is down but $/session is up"),
        ("only **$1.50** for it, and **$2**", "only $1.50 for it, and $2"),
        ("$5+$3 = $8 and US$4/US$5 *each*", "$5+$3 = $8 and US$4/US$5 each"),
        ("$HOME and $PATH_1 and *more_$X", "$HOME and $PATH_1 and *more_$X"),
        (r"a citation\[1\] of *it*", "a citation[1] of it"),
        (r"\[not a link\](here)", "[not a link](here)"),
        (r"\(see below\)", "(see below)"),
        (r"\*no emphasis\*", "*no emphasis*"),
        (r"an open \(x_1 mark and *more*", "an open (x_1 mark and more"),
        ("$$", "$$"),
        (r"`\(a\)` is code", r"\(a\) is code"),
        ("$HOME/bin:$PATH/*x*", "$HOME/bin:$PATH/x"),
        ("from $990/mo to a $1,500 *freebie*", "from $990/mo to a $1,500 freebie"),
        ("~$0.79/m³ and $300/t of *it*", "~$0.79/m³ and $300/t of it"),
        ("pays **$1.50** for it", "pays $1.50 for it"),
        ("价格是 $100 到 $200 *左右*", "价格是 $100 到 $200 左右"),
        (r"\begin{figure} *x* \end{figure}", r"\begin{figure} x \end{figure}"),
    ],
)
def test_what_is_no_formula_is_read_as_markdown(text: str, wanted: str) -> None:
    assert shown(text) == wanted


def test_lines_of_a_formula_are_one_block_wherever_they_stand() -> None:
    assert blocks("So:\n\\[\n- x_1\n\\]\nand on") == [
        Block("text", (TextRun("So:"),)),
        Block("formula", (formula_run("\\[\n- x_1\n\\]"),), gap=11),
        Block("text", (TextRun("and on"),), gap=11),
    ]
    (inside,) = blocks("- \\[\n  x_1\n  \\]")
    assert (inside.kind, inside.nest, inside.marker) == ("formula", "l", "•")  # type: ignore[union-attr]
    (quoted,) = blocks("> $$\n> x_1\n> $$")
    assert (quoted.kind, quoted.nest, plain(quoted)) == ("formula", "q", "$$\u2028x_1\u2028$$")  # type: ignore[union-attr]


def test_an_open_formula_ends_with_its_paragraph() -> None:
    assert shown("\\[\nx_1\n\n*after*") == "\\[\nx_1\nafter"
    fence = blocks("```\n\\[\n*x*\n```")
    assert [plain(op) for op in fence] == ["\\[", "*x*", ""]


def test_marks_without_an_end_take_no_longer_than_others() -> None:
    began = time.thread_time()
    for mark in ("\\(", "\\[", "$", "$$", "$a ", "\\(a "):
        shown(mark * 3_000)
        assert end_of_formula(mark + "x" * LONGEST, 0) == 0
    assert time.thread_time() - began < 20
