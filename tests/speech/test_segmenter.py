"""Recordings are cut at pauses, and what lies between is left out without a shift of the times."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from fanlight.domain.speech import SAMPLE_RATE, Word
from fanlight.speech.audio import Audio, silence
from fanlight.speech.parts import Part
from fanlight.speech.segmentation import passages
from fanlight.speech.segmenter import LONG_PARTS, PartLimits, Segmenter
from fanlight.speech.vad import LoudnessVad

BLOCK = SAMPLE_RATE // 2


def speech(seconds: float) -> Audio:
    return np.full(round(seconds * SAMPLE_RATE), 0.1, np.float32)


def cut(*pieces: Audio, block: int = BLOCK, limits: PartLimits = LONG_PARTS) -> list[Part]:
    audio = np.concatenate(pieces)
    segmenter = Segmenter(LoudnessVad(), 0.0, lambda: limits)
    parts = [part for i in range(0, len(audio), block) for part in segmenter.feed(audio[i : i + block])]
    return [*parts, *segmenter.flush()]


def test_a_pause_inside_a_part_is_shortened_and_words_keep_their_times() -> None:
    (part,) = cut(silence(2), speech(3), silence(6), speech(4), silence(1))
    assert len(part.audio) / SAMPLE_RATE == pytest.approx(0.5 + 3 + 1 + 4 + 0.5, abs=0.15)
    words = (Word(" man.", 2.5, 3.3), Word(" Unless", 3.4, 4.9), Word(" to", 4.9, 5.2))
    assert [word.start for word in part.placed(words)] == pytest.approx([4.0, 10.9, 11.3], abs=0.07)
    assert part.upto == pytest.approx(16, abs=0.05)


def test_parts_fill_most_of_what_the_model_can_hear() -> None:
    parts = [part for part in cut(*[speech(5), silence(6)] * 12) if part.speech]
    assert [round(len(part.audio) / SAMPLE_RATE) for part in parts] == [18, 18, 18, 18]
    assert [len(part.speech) for part in parts] == [3, 3, 3, 3]


@pytest.mark.parametrize("block", [1600, 5 * SAMPLE_RATE, 60 * SAMPLE_RATE])
def test_where_it_is_cut_does_not_depend_on_the_blocks(block: int) -> None:
    pieces = [speech(20), silence(0.8), speech(18), silence(3), speech(40), silence(30), speech(1)]
    found, usual = cut(*pieces, block=block), cut(*pieces)
    assert [part.upto for part in found if part.speech][:4] == [part.upto for part in usual if part.speech][:4]


def test_a_few_words_before_a_long_silence_are_a_part() -> None:
    parts = cut(speech(2), silence(600), speech(2))
    assert [bool(part.speech) for part in parts][:2] == [True, False]
    assert parts[0].upto < 12
    assert max(len(part.audio) for part in parts) < 4 * SAMPLE_RATE


def test_a_part_is_divided_in_its_pauses_and_nothing_is_lost() -> None:
    (part,) = cut(silence(2), speech(3), silence(6), speech(4), silence(1.5), speech(4), silence(1))
    spans = passages(part.speech, 0.7)
    assert len(spans) == 3
    ends = [(one.end + other.start) // 2 for one, other in pairwise(spans)]
    pieces = part.divided(ends)
    assert [len(piece.speech) for piece in pieces] == [1, 1, 1]
    assert np.array_equal(np.concatenate([piece.audio for piece in pieces]), part.audio)
    assert pieces[-1].upto == part.upto
    starts = [piece.placed((Word(" a", 0.4, 1.0),))[0].start for piece in pieces]
    assert starts == pytest.approx([1.9, 10.9, 16.4], abs=0.15)


def test_passages_are_where_they_are_in_the_parts_audio() -> None:
    (part,) = cut(silence(2), speech(3), silence(6), speech(4), silence(0.5), speech(1))
    first, second = passages(part.speech, 0.7)
    assert part.seconds(first) == pytest.approx((0.5, 3.5), abs=0.07)
    assert part.seconds(second) == pytest.approx((4.5, 10.0), abs=0.15)
