"""Spans of speech and places to cut, from verdicts that are made up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.speech.segmentation import SHORTEST, SpeechSpan, best_cut, speech_spans

YES, NO, MAYBE = 0.9, 0.1, 0.4


def test_speech_goes_on_while_it_is_likely_enough() -> None:
    assert speech_spans([NO] * 5 + [YES] * 10 + [MAYBE] * 10 + [NO] * 5) == [SpeechSpan(5, 25)]


def test_a_click_is_no_speech() -> None:
    assert speech_spans([NO] * 5 + [YES] * (SHORTEST - 1) + [NO] * 5) == []


def test_a_stop_inside_a_word_does_not_end_it() -> None:
    assert speech_spans([YES] * 5 + [NO] * 3 + [YES] * 5) == [SpeechSpan(0, 13)]


def test_a_pause_does() -> None:
    assert speech_spans([YES] * 8 + [NO] * 8 + [YES] * 8) == [SpeechSpan(0, 8), SpeechSpan(16, 24)]


def test_the_cut_is_in_the_middle_of_the_longest_pause() -> None:
    verdicts = [YES] * 10 + [NO] * 2 + [YES] * 10 + [NO] * 6 + [YES] * 10
    assert best_cut(verdicts, 5, len(verdicts)) == 25


def test_without_a_pause_it_is_where_speech_was_least_sure() -> None:
    verdicts = [YES] * 20
    verdicts[12] = 0.5
    assert best_cut(verdicts, 5, 20) in (11, 12, 13)


def test_a_cut_out_of_reach_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no cut"):
        best_cut([YES], 0, 5)


@given(st.lists(st.floats(0, 1), max_size=60))
def test_spans_are_in_order_apart_and_long_enough(verdicts: list[float]) -> None:
    spans = speech_spans(verdicts)
    assert all(span.end - span.start >= SHORTEST for span in spans)
    assert all(one.end < other.start for one, other in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(verdicts) for span in spans)
