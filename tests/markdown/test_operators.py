"""Operators and types of programs are no marks of Markdown; marks of emphasis are, in every script."""

from __future__ import annotations

import time

import pytest

from fanlight.markdown.blocks import Block, TableRows
from fanlight.markdown.inline import TextRun
from fanlight.markdown.stream import MarkdownStream
from fanlight.synthesis.spoken_text import SpokenText


def runs(text: str) -> list[TextRun]:
    stream = MarkdownStream()
    stream.feed(text)
    stream.finish()
    (block,) = stream.pop_committed()
    assert isinstance(block, Block)
    return list(block.runs)


@pytest.mark.parametrize(
    "text",
    [
        "2**10 = 1024 and 2**20 = 1048576",
        "3*4*5 = 60",
        "x**2 + y**2, or r**2",
        "a*b*c and a**b**c",
        "2*n and 3*m",
        "width*height and 2*width*depth",
        "(a)*(b) and (c)*(d)",
        "(x+1)*(x-1)*(x+2)",
        "(a)*b*(c)",
        "f(x)**2 + g(x)**2",
        "a[i]*b[j]*c[k]",
        "|a|*|b|*|c|",
        "π*r**2*h and α*β*γ",
        "snake_case_name and _private and x_1",
        "f(*args, **kwargs) and g(*args, **kwargs)",
        "int *p, *q; char **argv",
        "std::vector<std::string> and map<int, std::string>",
        "If a<b and c>d, vector<int> or List<Dict<String, int>>",
        "std::shared_ptr<ns::Type>",
        "<b>bold</b>",
    ],
)
def test_operators_and_types_are_shown_as_they_are_written(text: str) -> None:
    assert runs(text) == [TextRun(text)]
    assert [run.text for run in runs(f"# {text}")] == [text]


def test_they_are_shown_so_in_cells_and_items_too() -> None:
    stream = MarkdownStream()
    stream.feed("| a | b |\n|---|---|\n| 2**8 | 2**9 and 2**10 |\n\n- 3*4*5\n")
    stream.finish()
    table, item = stream.pop_committed()
    assert isinstance(table, TableRows)
    assert [cell[0].text for cell in table.rows[1]] == ["2**8", "2**9 and 2**10"]
    assert isinstance(item, Block)
    assert item.runs == (TextRun("3*4*5"),)


@pytest.mark.parametrize(
    ("text", "emphasized"),
    [
        ("**bold** and *soft*", ["bold", "soft"]),
        ("**bold**ly and *soft*ly", ["bold", "soft"]),
        ("the **2**nd and **10**x", ["2", "10"]),
        ("steam**ship** and Schiff**fahrt**.", ["ship", "fahrt"]),
        ("**2**10 is 1024**", ["2**10 is 1024"]),
        ("**Note: 2**10 = 1024** is right", ["Note: 2**10 = 1024"]),
        ("这是**重点**内容", ["重点"]),
        ("共有3**个重点**在此", ["个重点"]),
        ("この**言葉**は", ["言葉"]),
        ("단어**강조**입니다", ["강조"]),
        ("ב**בית**", ["בית"]),
        ("و**كلمة**", ["كلمة"]),
        ("(see **this**)", ["this"]),
        ("**(a)**(b)", ["(a)"]),
        ("**a**/**b**", ["a", "b"]),
        ("`a`**b**", ["b"]),
        ("***both***", ["both"]),
        ("“**quoted**”", ["quoted"]),
    ],
)
def test_emphasis_is_emphasis(text: str, emphasized: list[str]) -> None:
    assert [run.text for run in runs(text) if set(run.style) & {"b", "i"}] == emphasized


@pytest.mark.parametrize("address", ["https://example.org/a?b=1", "ftp://a.b/c", "mailto:a@b.c", "obsidian://open"])
def test_an_address_in_brackets_is_a_link(address: str) -> None:
    assert [run.href for run in runs(f"see <{address}> now") if run.href] == [address]
    assert runs("<me@example.org>")[0].href == "mailto:me@example.org"


@pytest.mark.parametrize(
    ("so_far", "shown"),
    [
        ("so 2**10", "so 2**10"),
        ("so 2**", "so 2"),
        ("**bold**ly", "boldly"),
        ("**Note: 2**10 is", "Note: 2**10 is"),
        ("2**10 and **bo", "2**10 and bo"),
        (r"\[ \frac{a}{b} \]", r"\[ \frac{a}{b} \]"),
        (r"So \[ x + 1", r"So [ x + 1"),
        ("See [the pa", "See the pa"),
    ],
)
def test_a_line_that_is_being_written_shows_no_marks_of_its_own(so_far: str, shown: str) -> None:
    stream = MarkdownStream()
    stream.feed(so_far)
    (block,) = stream.pending()
    assert isinstance(block, Block)
    assert "".join(run.text for run in block.runs).rstrip() == shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a**b and c**d", "a**b and c**d"),
        ("x*y*z", "x*y*z"),
        ("std::vector<std::string> is a type", "std::vector<std::string> is a type"),
        ("这是**重点**内容", "这是重点内容"),
        ("the **2**nd one", "the 2nd one"),
    ],
)
def test_speech_reads_them_alike(text: str, said: str) -> None:
    speech = SpokenText()
    assert [sentence.text for sentence in (*speech.feed(text), *speech.finish())] == [said]


def test_many_stars_take_no_longer_than_other_letters() -> None:
    began = time.thread_time()
    for text in ("*" * 3_000, "a*" * 1_500, "a**" * 1_000, "**a" * 1_000, "*a b*c " * 400):
        runs(f"x{text}y")
    assert time.thread_time() - began < 10
