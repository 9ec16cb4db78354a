from __future__ import annotations

import pytest

from fanlight.domain.sentence_ends import ends_sentence, is_abbreviation


@pytest.mark.parametrize(
    ("word", "following"),
    [
        ("end.", "Then"), ("end!", "Then"), ("end?", "Then"), ('end."', "Then"), ("end.)", "Then"), ("end…", "Then"),
        ("。", "我"), ("है।", "वह"), ("؟", "نعم"), ("ہے۔", "وہ"), ("։", "Նա"), ("ነው።", "እሱ"), ("1990.", "Then"),
        ("end.", ""), ("No.", "We"), ("in Jan.", "We"),
    ],
)  # fmt: skip
def test_a_sentence_ends_with(word: str, following: str) -> None:
    assert ends_sentence(word, following)


@pytest.mark.parametrize(
    ("word", "following"),
    [
        ("Mr.", "Jones"), ("Dr.", "Smith"), ("(Mrs.", "Bell)"), ("St.", "Paul"), ("Gen.", "Lee"), ("No.", "5"),
        ("Jan.", "5"), ("e.g.", "Bonn"), ("J.", "Smith"), ("U.S.", "Army"), ("p.m.", "on"), ("etc.", "and"),
        ("z.B.", "Bonn"), ("word", "Then"), ("end,", "Then"), ("2.", "of"), ("“Mr.", "Jones"), ("Mme.", "Curie"),
    ],
)  # fmt: skip
def test_and_does_not_end_with(word: str, following: str) -> None:
    assert not ends_sentence(word, following)


def test_a_single_capital_is_an_initial_and_the_pronoun_is_not() -> None:
    assert is_abbreviation("J", "Smith")
    assert not is_abbreviation("I", "We")
