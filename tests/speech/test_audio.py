"""Audio at any rate, in any number of channels, at any level."""

from __future__ import annotations

import numpy as np
import pytest

from fanlight.domain.audio import SILENT_DBFS
from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.audio import Audio, DirectCurrentFilter, Resampler, level_dbfs, normalize_level, resampled, silence


def tone(hertz: float, seconds: float = 1.0, rate: int = SAMPLE_RATE, height: float = 0.5) -> Audio:
    return (height * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def strength(audio: Audio, hertz: float) -> float:
    """Amplitude of one frequency at 16 kHz."""
    t = np.arange(len(audio)) / SAMPLE_RATE
    return float(2 * np.abs(np.mean(audio * np.exp(-2j * np.pi * hertz * t))))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_any_rate_becomes_16_khz_with_the_same_pitch_and_length(rate: int) -> None:
    audio = resampled(tone(440, 1.0, rate), rate)
    assert abs(len(audio) - SAMPLE_RATE) <= 2
    assert strength(audio[2000:-2000], 440) == pytest.approx(0.5, abs=0.02)


def test_what_is_too_high_vanishes_instead_of_folding_down() -> None:
    audio = resampled(tone(10_000, 1.0, 48_000), 48_000)
    assert level_dbfs(audio[2000:-2000]) < -80


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_blocks_give_the_same_as_the_whole(rate: int) -> None:
    whole, block = tone(300, 0.7, rate), rate // 50
    resampler = Resampler(rate)
    pieces = [resampler.resample(whole[i : i + block].tobytes()) for i in range(0, len(whole), block)]
    streamed = np.concatenate([*pieces, resampler.flush()])
    assert np.allclose(streamed, resampled(whole, rate), atol=1e-4)


def test_channels_that_cancel_out_are_heard_all_the_same() -> None:
    voice = tone(200)
    both = np.stack([voice, -voice], axis=1)
    assert level_dbfs(Resampler(SAMPLE_RATE, 2).resample(both)) == pytest.approx(level_dbfs(voice), abs=0.1)


@pytest.mark.parametrize("live", [0, 1, 3])
def test_one_live_channel_among_dead_ones_keeps_its_level(live: int) -> None:
    channels = np.zeros((SAMPLE_RATE, 4), np.float32)
    channels[:, live] = tone(200)
    assert level_dbfs(Resampler(SAMPLE_RATE, 4).resample(channels)) == pytest.approx(level_dbfs(tone(200)), abs=0.1)


def test_two_speakers_on_two_channels_are_both_heard() -> None:
    left, right = tone(300, 2), tone(500, 2)
    left[SAMPLE_RATE:], right[:SAMPLE_RATE] = 0, 0
    resampler = Resampler(SAMPLE_RATE, 2)
    both = np.stack([left, right], axis=1)
    mono = np.concatenate([resampler.resample(both[i : i + 320]) for i in range(0, len(both), 320)])
    assert strength(mono[:SAMPLE_RATE], 300) > 0.2
    assert strength(mono[-SAMPLE_RATE // 2 :], 500) > 0.2


def test_levels_are_decibels_of_full_scale() -> None:
    assert level_dbfs(tone(100, height=1.0)) == pytest.approx(-3.01, abs=0.01)
    assert level_dbfs(np.ones(100, np.float32)) == pytest.approx(0)
    assert level_dbfs(silence(1)) == level_dbfs(silence(0)) == SILENT_DBFS


@pytest.mark.parametrize("height", [0.001, 0.01, 0.1, 0.9])
def test_speech_at_any_volume_is_brought_to_one(height: float) -> None:
    assert level_dbfs(normalize_level(tone(200, height=height))) == pytest.approx(-23, abs=0.1)


def test_peaks_stay_below_full_scale_and_silence_stays_silence() -> None:
    click = silence(1)
    click[100] = 0.5
    assert np.max(np.abs(normalize_level(click))) <= 1
    assert level_dbfs(normalize_level(silence(1))) == SILENT_DBFS


def test_a_direct_current_is_removed_and_voices_are_kept() -> None:
    voice = tone(100, 2)
    centered = DirectCurrentFilter().filtered(voice + np.float32(0.3))
    assert abs(float(centered[SAMPLE_RATE:].mean())) < 1e-3
    assert strength(centered, 100) == pytest.approx(0.5, abs=0.01)
    assert np.max(np.abs(DirectCurrentFilter().filtered(np.full(100, 0.3, np.float32)))) < 1e-6


def test_a_direct_current_is_removed_from_blocks_as_from_the_whole() -> None:
    whole = tone(300, 1) + np.linspace(0, 0.2, SAMPLE_RATE, dtype=np.float32)
    blocks = DirectCurrentFilter()
    pieces = [blocks.filtered(whole[i : i + 4000]) for i in range(0, len(whole), 4000)]
    assert np.allclose(np.concatenate(pieces), DirectCurrentFilter().filtered(whole), atol=1e-3)


def test_a_direct_current_does_not_count_as_level() -> None:
    assert np.allclose(normalize_level(tone(200, height=0.01) + np.float32(0.2)), normalize_level(tone(200)), atol=1e-2)


def test_a_driver_that_delivers_no_numbers_does_no_harm() -> None:
    block = np.array([0.1, np.nan, np.inf, -np.inf, 0.2], np.float32)
    assert Resampler(SAMPLE_RATE).resample(block.tobytes()).tolist() == pytest.approx([0.1, 0, 1, -1, 0.2])


def test_a_device_without_channels_is_a_bug() -> None:
    with pytest.raises(ValueError, match="0 channels"):
        Resampler(48_000, 0)
