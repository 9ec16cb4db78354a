"""How a question about selected text is written, and what comes into its place."""

from __future__ import annotations

import pytest

from fanlight.domain.selected_text import excerpt, question_about, replacement, same_text


@pytest.mark.parametrize(
    ("selected", "answer", "text"),
    [
        ("a teh text", "the text", "the text"),
        ("  with spaces \n", "\nWith spaces.\n", "  With spaces. \n"),
        ("plain", "```\nfenced\n```", "fenced"),
        ("plain", "```text\ntwo\nlines\n```", "two\nlines"),
        ("plain", '"quoted"', "quoted"),
        ("plain", "“quoted”", "quoted"),
        ('"quoted"', '"Quoted"', '"Quoted"'),
        ("he said", '"Yes," he said, "no."', '"Yes," he said, "no."'),
        ("plain", "```\na\n```\nand\n```\nb\n```", "```\na\n```\nand\n```\nb\n```"),
        ("x", "half of a pair: \ud83d", "half of a pair: \ufffd"),
        ("x", "  ", ""),
    ],
)
def test_what_a_model_adds_around_the_text_is_left_out(selected: str, answer: str, text: str) -> None:
    assert replacement(selected, answer) == text


def test_the_text_stands_between_marks_that_it_does_not_contain() -> None:
    asked = question_about("a\n```\nb\n```", "Make it shorter.")
    assert asked == "Make it shorter.\n\n````\na\n```\nb\n```\n````"


def test_spaces_and_line_ends_do_not_make_another_text() -> None:
    assert same_text("one\r\ntwo  three ", "one\ntwo three")
    assert not same_text("one two", "one three")


def test_the_beginning_of_a_long_text_is_shown_in_one_line() -> None:
    assert excerpt(" one\n\ttwo ") == "one two"
    shown = excerpt("word " * 1_000)
    assert shown.endswith("word…")
    assert len(shown) < 170
