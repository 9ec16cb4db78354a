"""Words begin where they are said, whatever the decoder's attention says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.speech import Word
from fanlight.speech.word_times import Stretch, placed_in_speech

SPEECH = (Stretch(0.0, 3.0), Stretch(9.0, 12.0))


def times(*words: Word, speech: tuple[Stretch, ...] = SPEECH) -> list[tuple[float, float]]:
    return [(round(word.start, 2), round(word.end, 2)) for word in placed_in_speech(words, speech)]


def test_the_first_word_behind_a_pause_does_not_begin_in_it() -> None:
    found = times(Word(" young", 2.0, 2.5), Word(" man.", 2.5, 2.9), Word(" Unless", 2.9, 9.6), Word(" to", 9.6, 9.8))
    assert found[2:] == [(8.9, 9.6), (9.6, 9.8)]
    assert found[:2] == [(2.0, 2.5), (2.5, 2.9)]


def test_the_last_word_before_a_pause_does_not_end_behind_it() -> None:
    assert times(Word(" young", 1.0, 2.0), Word(" man.", 2.0, 9.1), Word(" Unless", 9.1, 9.7)) == [
        (1.0, 2.0), (2.0, 3.2), (9.1, 9.7),
    ]  # fmt: skip


@pytest.mark.parametrize("start", [3.1, 3.4])
def test_a_word_that_lies_in_the_pause_belongs_to_the_speech_that_has_none(start: float) -> None:
    speech = (Stretch(0.0, 3.0), Stretch(4.0, 5.0))
    found = times(Word(" Yes.", 2.0, 2.6), Word(" No.", start, start + 0.4), speech=speech)
    assert found == [(2.0, 2.6), (4.0, 4.3)]


def test_short_words_far_apart_are_one_in_each_place() -> None:
    speech = (Stretch(2.0, 2.4), Stretch(6.4, 6.8), Stretch(10.8, 11.2))
    found = times(Word(" Yes.", 1.9, 2.4), Word(" No.", 3.2, 6.6), Word(" Stop.", 8.0, 11.0), speech=speech)
    assert [start for start, _ in found] == [1.9, 6.3, 10.7]


def test_noise_that_the_vad_takes_for_speech_gets_no_word() -> None:
    speech = (Stretch(0.0, 0.4), Stretch(5.0, 8.0), Stretch(20.0, 20.3))
    assert times(Word(" so", 5.1, 5.4), Word(" what", 5.4, 6.0), speech=speech) == [(5.1, 5.4), (5.4, 6.0)]


def test_short_gaps_and_small_inaccuracies_stay_as_they_are() -> None:
    speech = (Stretch(0.0, 1.0), Stretch(1.2, 2.0))
    assert times(Word(" a", 0.0, 1.1), Word(" b", 1.1, 2.1), speech=speech) == [(0.0, 1.1), (1.1, 2.1)]


def test_without_words_or_speech_nothing_changes() -> None:
    assert placed_in_speech((), SPEECH) == ()
    assert placed_in_speech((Word(" a", 0, 1),), ()) == (Word(" a", 0, 1),)


@given(st.lists(st.floats(0, 2), max_size=20), st.lists(st.tuples(st.floats(0, 3), st.floats(0.1, 3)), max_size=6))
def test_words_stay_in_order_and_near_speech(lengths: list[float], gaps: list[tuple[float, float]]) -> None:
    words, at = [], 0.0
    for length in lengths:
        words.append(Word(" a", at, at + length))
        at += length
    speech, at = [], 0.0
    for gap, length in gaps:
        speech.append(Stretch(at + gap, at + gap + length))
        at += gap + length
    placed = placed_in_speech(words, speech)
    assert [word.text for word in placed] == [word.text for word in words]
    assert all(one.end <= other.start for one, other in pairwise(placed))
