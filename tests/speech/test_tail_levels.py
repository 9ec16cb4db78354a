"""Whether the end of a recording is softer than any part of a word."""

from __future__ import annotations

import numpy as np
import pytest

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.audio import Audio, silence
from fanlight.speech.streaming_limits import ReleaseLimits
from fanlight.speech.tail_levels import TailLevels


def noise(seconds: float, dbfs: float) -> Audio:
    count = round(seconds * SAMPLE_RATE)
    return np.random.default_rng(count).normal(scale=10 ** (dbfs / 20), size=count).astype(np.float32)


def is_soft(*pieces: tuple[Audio, bool]) -> bool:
    """After these, in blocks as a device has them; of each whether it is taken for speech."""
    levels = TailLevels(ReleaseLimits())
    for audio, spoken in pieces:
        for block in np.array_split(audio, max(1, len(audio) // 331)):
            levels.feed(block, spoken)
    return levels.is_soft


@pytest.mark.parametrize(("dbfs", "soft"), [(-20, False), (-45, False), (-50, False), (-59, True), (-90, True)])
def test_a_tail_counts_down_to_34_decibels_below_the_speech(dbfs: float, soft: bool) -> None:
    assert is_soft((silence(0.2), False), (noise(1, -20), True), (noise(0.1, dbfs), False)) is soft


def test_it_takes_as_long_as_the_word_must_be_over() -> None:
    assert not is_soft((noise(1, -20), True), (noise(0.1, -45), False), (silence(0.03), False))
    assert is_soft((noise(1, -20), True), (noise(0.1, -45), False), (silence(0.1), False))


@pytest.mark.parametrize("room", [-60.0, -40.0, -30.0])
def test_in_a_loud_room_the_room_is_soft(room: float) -> None:
    assert is_soft((noise(0.4, room), False), (noise(1, -20), True), (noise(0.2, room), False))
    assert not is_soft((noise(0.4, room), False), (noise(1, -20), True), (noise(0.2, room + 8), False))


def test_speech_that_became_softer_has_a_softer_tail() -> None:
    assert not is_soft((noise(1, -10), True), (noise(2.5, -35), True), (noise(0.1, -55), False))


def test_without_speech_nothing_is_waited_for() -> None:
    assert is_soft((noise(0.5, -40), False))
    assert is_soft()
