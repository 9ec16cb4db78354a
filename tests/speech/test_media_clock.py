"""Sound keeps its place on the file's time line, and comes from the track and the channels with the voice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech import media
from fanlight.speech.audio import Audio, Resampler, level_dbfs, silence
from support.media_files import Track, muxed


def tone(pitch: float, seconds: float = 1.0, height: float = 0.3) -> Audio:
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(height * np.sin(2 * np.pi * pitch * at), np.float32)


def heard(path: Path, start: float = 0.0, language: str = "") -> Audio:
    return np.concatenate(list(media.blocks(path, start, language=language)))


def begins(audio: Audio) -> list[float]:
    """The seconds at which sound follows silence."""
    loud = np.abs(audio).reshape(-1)[: len(audio) // 160 * 160].reshape(-1, 160).max(axis=1) > 0.05
    return [round(float(at) / 100, 1) for at in np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int)])) == 1)]


def test_a_track_that_begins_late_is_heard_late(tmp_path: Path) -> None:
    path = muxed(tmp_path / "late.mkv", Track([(0, silence(0.1))]), Track([(4.0, tone(300))], default=True))
    assert begins(heard(path)) == [pytest.approx(4.0, abs=0.05)]


@pytest.mark.parametrize("start", [0.0, 2.0, 6.5])
def test_the_pause_of_a_recorder_is_silence(tmp_path: Path, start: float) -> None:
    path = muxed(tmp_path / "gap.mkv", Track([(0, tone(300)), (8.0, tone(400))]))
    sound = heard(path, start)
    assert len(sound) == pytest.approx((9 - start) * SAMPLE_RATE, abs=SAMPLE_RATE // 20)
    assert begins(sound)[-1] == pytest.approx(8 - start, abs=0.05)


def test_a_clock_that_starts_again_does_not_cost_what_follows(tmp_path: Path) -> None:
    one, other = muxed(tmp_path / "a.mkv", Track([(0, tone(300))])), muxed(tmp_path / "b.mkv", Track([(0, tone(400))]))
    joined = tmp_path / "joined.mkv"
    joined.write_bytes(one.read_bytes() + other.read_bytes())
    assert level_dbfs(heard(joined)[:SAMPLE_RATE]) > -20


def test_a_time_that_cannot_be_is_no_silence_of_a_day(tmp_path: Path) -> None:
    path = muxed(tmp_path / "far.mkv", Track([(0, tone(300)), (90_000.0, tone(400))]))
    assert len(heard(path)) == pytest.approx(2 * SAMPLE_RATE, abs=SAMPLE_RATE // 20)


def test_the_default_track_is_heard_unless_a_language_is_asked_for(tmp_path: Path) -> None:
    tracks = Track([(0, tone(300))], "fre"), Track([(0, tone(400, height=0.1))], "eng", default=True)
    path = muxed(tmp_path / "two.mkv", *tracks)
    quiet, loud = level_dbfs(tone(1, height=0.1)), level_dbfs(tone(1, height=0.3))
    assert level_dbfs(heard(path)) == pytest.approx(quiet, abs=0.5)
    assert level_dbfs(heard(path, language="fr")) == pytest.approx(loud, abs=0.5)
    assert level_dbfs(heard(path, language="en")) == pytest.approx(quiet, abs=0.5)
    assert level_dbfs(heard(path, language="de")) == pytest.approx(quiet, abs=0.5)
    info = media.probe(path, language="fr")
    assert (info.tracks, info.track) == (2, 1)
    assert media.probe(path).track == 2


SURROUND = ("FL", "FR", "FC", "LFE", "BL", "BR")


def strength(audio: Audio, pitch: float) -> float:
    at = np.arange(len(audio)) / SAMPLE_RATE
    return float(2 * np.abs(np.mean(audio * np.exp(-2j * np.pi * pitch * at))))


def test_the_center_of_a_film_is_heard_and_not_the_music_around_it() -> None:
    voice, music = tone(300, 2, 0.1), tone(700, 2, 0.4)
    sound = np.stack([music, music, voice, music, music, music], axis=1)
    mono = Resampler(SAMPLE_RATE, 6, SURROUND).resample(sound)
    assert strength(mono, 300) == pytest.approx(0.1, abs=0.01)
    assert strength(mono, 700) < 0.001


def test_a_center_without_sound_is_not_waited_for() -> None:
    voice = tone(300, 2, 0.1)
    sound = np.stack([voice, voice, 0 * voice, tone(50, 2, 0.5), 0 * voice, 0 * voice], axis=1)
    mono = Resampler(SAMPLE_RATE, 6, SURROUND).resample(sound)
    assert strength(mono, 300) == pytest.approx(0.1, abs=0.01)
    assert strength(mono, 50) < 0.001


@pytest.mark.parametrize("softer", [1.0, 0.25, 0.1])
def test_the_soft_side_of_a_call_is_heard_from_its_first_word(softer: float) -> None:
    near, far = tone(300, 4), tone(500, 4, 0.3 * softer)
    near[2 * SAMPLE_RATE :], far[: 2 * SAMPLE_RATE] = 0, 0
    near += 0.0005 * np.random.default_rng(1).standard_normal(len(near)).astype(np.float32)
    resampler, both = Resampler(SAMPLE_RATE, 2), np.stack([near, far], axis=1)
    mono = np.concatenate([resampler.resample(both[at : at + 8000]) for at in range(0, len(both), 8000)])
    first = mono[2 * SAMPLE_RATE : 2 * SAMPLE_RATE + 4800]
    assert strength(first, 500) == pytest.approx(0.15 * softer, rel=0.1)


def test_a_hum_in_one_channel_does_not_cost_the_voice_in_the_other() -> None:
    voice = tone(300, 2, 0.1)
    mono = Resampler(SAMPLE_RATE, 2).resample(np.stack([tone(50, 2, 0.3), voice], axis=1))
    assert strength(mono, 300) == pytest.approx(0.05, rel=0.1)
