"""Right, wrong, and what lies between: known answers get known scores."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from fanlight.evaluation.cases import EvaluationCase, Scoring, Tolerance
from fanlight.evaluation.numbers import as_number, numbers_in
from fanlight.evaluation.scoring import chosen_letter, score_answer

NONE = Tolerance()
OPTIONS = {"A": "red", "B": "dark red", "C": "blue", "D": "a red car"}


def score(
    answer: str, *expected: Any, by: Scoring, tolerance: Tolerance = NONE, options: Mapping[str, str] = OPTIONS
) -> float:
    return score_answer(EvaluationCase(1, "?", expected, by, options=options, tolerance=tolerance), answer)


@pytest.mark.parametrize("answer", ["Yes", "yes.", " **Yes** ", "“Yes!”", "YES\n", "ＹＥＳ"])
def test_exact_is_without_case_and_marks(answer: str) -> None:
    assert score(answer, "yes", by=Scoring.EXACT) == 1


@pytest.mark.parametrize("answer", ["Yes, it is.", "yess", "", "no"])
def test_exact_is_no_part(answer: str) -> None:
    assert score(answer, "yes", by=Scoring.EXACT) == 0


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        ("There is a red circle.", "red", True), ("It is coloured.", "red", False), ("Red", "red", True),
        ("Total: 3.50 EUR", "3.50", True), ("Total: 13", "3", False), ("Total: 3.5", "3", False), ("3.", "3", True),
        ("Das ist Straße 5", "STRASSE 5", True), ("答えは赤色です。", "赤", True), ("dark  red", "dark red", True),
        ("C++ and Rust", "C++", True), ("anything", "…", False), ("a sofa", "couch", False),
        ("Yes, the gravestone has a death notice.", "no", False),
    ],
)  # fmt: skip
def test_contains_looks_for_whole_words(answer: str, expected: str, right: bool) -> None:
    assert score(answer, expected, by=Scoring.CONTAINS) == right


def test_any_of_several_answers_is_right() -> None:
    assert score("It is a couch.", "sofa", "couch", by=Scoring.CONTAINS) == 1


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,234.5", ["1234.5"]), ("1.234,5", ["1234.5"]), ("1 234 567", ["1234567"]), ("1,234", ["1234"]),
        ("3,5 kg", ["3.5"]), ("0,125", ["0.125"]), ("1.234.567", ["1234567"]), ("−12 %", ["-12"]), ("1e3", ["1E+3"]),
        ("from 3 to 5.", ["3", "5"]), ("There are three shapes.", ["3"]), ("one of 7", ["7"]), ("A4 and v2", []),
        ("none", []), ("1’000", ["1000"]), ("12:30", ["12", "30"]),
        ("The total is 72 clips, altogether.", ["72"]), ("\\boxed{$9{,}500}", ["9500"]), ("$29.00", ["29.00"]),
        ("\\boxed{8,000}", ["8000"]), ("72, in total", ["72"]), ("#### 1,234", ["1234"]), ("." * 50, []),
        ("9" * 5000, []),
    ],
)  # fmt: skip
def test_numbers_are_found_as_people_write_them(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == [Decimal(number) for number in numbers]


@pytest.mark.parametrize("value", [True, None, [], float("nan"), float("inf"), "3 to 5", "no"])
def test_what_is_no_number_is_none(value: object) -> None:
    assert as_number(value) is None


def test_the_last_number_counts_and_the_bound_belongs_to_the_tolerance() -> None:
    third = Tolerance(Decimal("0.3"))
    assert score("2 and 1 make 3.3", 3, by=Scoring.NUMBER, tolerance=third) == 1
    assert score("2.7", 3, by=Scoring.NUMBER, tolerance=third) == 1
    assert score("3.31", 3, by=Scoring.NUMBER, tolerance=third) == 0
    assert score("3 or 4", 3, by=Scoring.NUMBER) == 0
    assert score("#### 3\nQuestion: And then?\n#### 7 more", 3, by=Scoring.NUMBER) == 1
    assert score("the cost is $3.00.", 3, by=Scoring.NUMBER) == 1
    assert score("no idea", 3, by=Scoring.NUMBER) == 0
    assert score("95", -100, by=Scoring.NUMBER, tolerance=Tolerance(Decimal("0.05"), relative=True)) == 0
    assert score("-95", -100, by=Scoring.NUMBER, tolerance=Tolerance(Decimal("0.05"), relative=True)) == 1


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("C", "C"), ("c.", "C"), ("(C)", "C"), ("**C**", "C"), ("C. blue", "C"), ("C) it is", "C"), ("blue", "C"),
        ("The answer is C.", "C"), ("Answer: **C**", "C"), ("\\boxed{C}", "C"), ("It is blue.", "C"),
        ("dark red", "B"), ("It looks dark red to me.", "B"), ("Option B, I think", "B"), ("I see a red car.", "D"),
        ("A cat.", ""), ("Blue or dark red.", ""), ("", ""), ("E", ""), ("I cannot tell.", ""), ("A", "A"),
        ("The correct answer is C. Here's why: the sky. Option B is wrong because it is dark.", "C"),
        ("The answer is C. Note that A is a common distractor.", "C"), ("ANSWER IS C. A is incorrect.", "C"),
        ("The answer is C because I computed the integral.", "C"), ("I considered (A), but no. Final answer: C.", "C"),
        ("The correct answer is c.", "C"), ("The answer is a matter of taste.", ""), ("正确答案是C。", "C"),
        ("First I thought the answer is B. But the answer is C.", "C"), ("Answer: the blue one", "C"),
        ("\\boxed{\\text{C}}", "C"), ("Both B and C.", ""), ("I would say C", "C"), ("A. red", "A"),
    ],
)  # fmt: skip
def test_a_choice_is_read_by_letter_or_by_text(answer: str, letter: str) -> None:
    assert chosen_letter(answer, OPTIONS) == letter
    assert score(answer, "C", by=Scoring.CHOICE) == (letter == "C")


FIELDS = {"total": 12.5, "shop": {"name": "Café Ü", "open": True}, "items": ["tea", 2], "tip": None}


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        ('{"total": 12.5, "shop": {"name": "café ü", "open": true}, "items": ["Tea", 2], "tip": null}', 1.0),
        ('Here it is:\n```json\n{"total": "12.50 EUR", "shop": {"name": "x"}, "tip": null}\n```\nDone.', 0.4),
        ('{"total": 12.5, "more": {}} {"shop": 1}', 0.2),
        ("total is 12.5", 0.0),
        ("[1, 2]", 0.0),
        ('{"shop": "Café Ü"}', 0.0),
        ('{"total": 12.5', 0.0),
        ("{" * 10_000, 0.0),
        ('{"total": true, "tip": 0, "shop": {"open": 1}}', 0.0),
    ],
)
def test_fields_give_the_share_that_is_right(answer: str, share: float) -> None:
    assert score(answer, FIELDS, by=Scoring.FIELDS) == pytest.approx(share)


def test_numbers_in_fields_have_the_tolerance() -> None:
    assert score('{"total": 12.9}', {"total": 12.5}, by=Scoring.FIELDS, tolerance=Tolerance(Decimal("0.5"))) == 1
