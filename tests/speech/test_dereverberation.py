"""Reverberation is taken off, and speech without it stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.audio import Audio, silence
from fanlight.speech.dereverberation import dereverberated
from support.conditions import Spoken, at_speech_level, conditions, reverberant, telephone
from support.recordings import NAMES, noises, recording

SPOKEN = [Spoken(name, recording(name)[: 6 * SAMPLE_RATE], "") for name in NAMES]


def distance(audio: Audio, other: Audio) -> float:
    """Decibels between two spectra, as an ear or a log-mel measures them, the mean difference left out."""
    levels = []
    for each in (audio, other):
        frames = np.lib.stride_tricks.sliding_window_view(each, 512)[::256] * np.hanning(512)
        power = np.square(np.abs(np.fft.rfft(frames, axis=1)[:, 5:200]))
        levels.append(10 * np.log10(power + 1e-4))
    difference = levels[0] - levels[1]
    return float(np.std(difference))


@pytest.mark.parametrize("seconds", [0.4, 0.7, 1.2])
def test_speech_in_a_room_becomes_more_like_the_speech_itself(seconds: float) -> None:
    for i, each in enumerate(SPOKEN):
        dry = at_speech_level(each.audio)
        wet = reverberant(dry, seconds, seed=i)
        clear = dereverberated(wet)
        assert len(clear) == len(wet)
        assert clear.dtype == np.float32
        assert distance(clear, dry) < distance(wet, dry) - 0.3, each.name


def test_speech_without_a_room_is_the_same_array() -> None:
    dry = ("clean", "babble", "pink", "telephone")
    for condition, spoken in conditions(SPOKEN):
        for each in spoken if condition.startswith(dry) else ():
            assert dereverberated(each.audio) is each.audio, (condition, each.name)


def test_a_direct_current_is_no_room() -> None:
    audio = at_speech_level(recording("jfk")[: 4 * SAMPLE_RATE]) + np.float32(0.25)
    assert dereverberated(audio) is audio


@pytest.mark.parametrize("seconds", [1.0, 2.0])
def test_short_pieces_are_told_apart_too(seconds: float) -> None:
    count = round(seconds * SAMPLE_RATE)
    for name in ("jfk", "lj0131", "twocities"):
        whole = at_speech_level(recording(name)[: 6 * SAMPLE_RATE])
        hall = reverberant(whole, 0.7, seed=4)
        for begin in (SAMPLE_RATE, 3 * SAMPLE_RATE):
            dry, wet = whole[begin : begin + count], hall[begin : begin + count]
            assert dereverberated(dry) is dry
            assert dereverberated(wet) is not wet


def test_a_room_over_the_telephone_is_heard_at_any_level() -> None:
    wet = telephone(reverberant(at_speech_level(recording("jfk")), 0.7, seed=2))
    clear = dereverberated(wet)
    assert clear is not wet
    for gain in (np.float32(1e-3), np.float32(30)):
        assert np.allclose(dereverberated(wet * gain) / gain, clear, atol=2e-3)


@pytest.mark.parametrize("samples", [0, 1, 511, 2559, 2560, 2561, 40_001])
def test_any_length_and_silence_pass(samples: int) -> None:
    rng = np.random.default_rng(1)
    for audio in (silence(samples / SAMPLE_RATE), rng.normal(0, 0.1, samples).astype(np.float32)):
        clear = dereverberated(audio)
        assert clear.shape == audio.shape
        assert np.isfinite(clear).all()


def test_a_click_in_silence_and_full_scale_stay_finite() -> None:
    click = silence(3)
    click[20_000] = 1.0
    square = np.sign(np.sin(np.arange(3 * SAMPLE_RATE) / 20)).astype(np.float32)
    for audio in (click, square, *(noise for _, noise in noises(12))):
        assert np.isfinite(dereverberated(audio)).all()
