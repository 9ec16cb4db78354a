"""What a new version of a text changes, word by word."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.difference import ChangedPart, difference, likeness


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[part.change].format(part.text) for part in difference(before, after))


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("the same", "the same", "the same"),
        ("I has a dog.", "I have a dog.", "I [-has -][+have +]a dog."),
        ("a quick brown fox", "a slow red fox", "a [-quick brown -][+slow red +]fox"),
        ("Well then", "Well, then", "Well[- -][+, +]then"),
        ("it's late", "it’s late", "[-it's -][+it’s +]late"),
        ("one two", "one\ntwo", "one[- -][+\n+]two"),
        ("我今天去学校", "我昨天去学校", "我[-今-][+昨+]天去学校"),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
    ],
)
def test_whole_words_are_marked_and_the_rest_stays(before: str, after: str, parts: str) -> None:
    assert shown(before, after) == parts


@given(st.text(st.sampled_from("ab 。.\n'é你"), max_size=60), st.text(st.sampled_from("ab 。.\n'é你"), max_size=60))
def test_both_texts_can_be_read_from_it(before: str, after: str) -> None:
    parts = difference(before, after)
    assert "".join(part.text for part in parts if part.change != "added") == before
    assert "".join(part.text for part in parts if part.change != "removed") == after
    assert all(part.text for part in parts)


def test_a_long_text_is_compared_quickly_and_by_its_sentences_first() -> None:
    sentences = [f"This is sentence number {i}, and the rest of it says nothing new at all. " for i in range(1_300)]
    after = [*sentences]
    after[600] = after[600].replace("nothing new", "little")
    began = time.thread_time()
    parts = difference("".join(sentences), "".join(after))
    assert time.thread_time() - began < 5.0
    changed = [part for part in parts if part.change != "same"]
    assert changed == [ChangedPart("removed", "nothing new "), ChangedPart("added", "little ")]


def test_how_alike_two_texts_are() -> None:
    assert likeness(difference("a b c", "a b c")) == 1
    assert likeness(difference("one two", "eins zwei")) == 0
    assert likeness(()) == 1
    assert 0.6 < likeness(difference("I has a dog and a cat", "I have a dog and a cat")) < 1
