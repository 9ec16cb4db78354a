"""Speech is told from what is none, at any level, in a stream."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fanlight.domain.errors import SpeechModelError
from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech import segmentation, vad
from fanlight.speech.audio import Audio, level_dbfs
from fanlight.speech.vad import WINDOW, VoiceActivityDetector
from support.conditions import after_room_noise
from support.recordings import at_level, noises, recording

MakeVad = Callable[[], VoiceActivityDetector]


def test_a_stream_in_small_blocks_is_judged_as_in_one(make_vad: MakeVad) -> None:
    audio = recording("austen880")
    stream, whole = make_vad(), make_vad().probabilities(audio)
    pieces = [p for i in range(0, len(audio), 321) for p in stream.probabilities(audio[i : i + 321])]
    assert len(whole) == len(audio) // WINDOW
    assert np.allclose(pieces, whole, atol=1e-4)


@pytest.mark.parametrize("level", [-20, -30, -45])
def test_speech_is_speech_at_every_level(make_vad: MakeVad, level: float) -> None:
    audio = recording("austen920")
    said = segmentation.speech_spans(make_vad().probabilities(at_level(audio, level)))
    spoken = sum(span.end - span.start for span in said) * WINDOW
    assert spoken > 0.8 * len(audio)


def first_speech(make_vad: MakeVad, audio: Audio, after: float = 0.0) -> float:
    """Seconds from `after` on to the first speech that ends behind it."""
    spans = segmentation.speech_spans(make_vad().probabilities(audio))
    return min(span.start for span in spans if span.end * WINDOW > after * SAMPLE_RATE) * WINDOW / SAMPLE_RATE - after


@pytest.mark.parametrize("name", ["austen880", "austen920", "jfk"])
def test_after_a_minute_of_a_rooms_noise_speech_is_noticed_as_soon(make_vad: MakeVad, name: str) -> None:
    """The network's state drifts in noise: speech was noticed up to 1.4 s late."""
    soon = after_room_noise(at_level(recording(name), -24), seed=2, seconds=1.0)
    late = after_room_noise(at_level(recording(name), -24), seed=2, seconds=60.0)
    assert first_speech(make_vad, late, 60) <= first_speech(make_vad, soon, 1) + 0.1


def test_a_direct_current_hides_no_speech(make_vad: MakeVad) -> None:
    audio = at_level(recording("jfk"), -32)
    without, with_it = (segmentation.speech_spans(make_vad().probabilities(each)) for each in (audio, audio + 0.25))
    spoken = [sum(span.end - span.start for span in spans) for spans in (without, with_it)]
    assert spoken[1] > 0.95 * spoken[0]


@pytest.mark.parametrize(("level", "steps"), [(-62, 2**15), (-70, 2**23), (-80, None)])
def test_recordings_that_are_made_to_be_raised_later_are_heard(
    make_vad: MakeVad, level: float, steps: int | None
) -> None:
    audio = recording("jfk") * 10 ** ((level - level_dbfs(recording("jfk"))) / 20)
    if steps:
        audio = np.round(audio * steps) / steps
    spoken, usual = (
        sum(span.end - span.start for span in segmentation.speech_spans(make_vad().probabilities(each)))
        for each in (audio.astype(np.float32), recording("jfk"))
    )
    assert spoken > 0.8 * usual


def test_a_gate_that_hears_nothing_would_fail_here(make_vad: MakeVad) -> None:
    assert segmentation.speech_spans(make_vad().probabilities(recording("jfk")))


@pytest.mark.parametrize(("name", "clip"), [pytest.param(n, c, id=n) for n, c in noises(48, seed=7)])
def test_noise_is_no_speech(make_vad: MakeVad, name: str, clip: np.ndarray) -> None:
    assert segmentation.speech_spans(make_vad().probabilities(clip)) == []


def test_speech_under_the_noise_floor_of_a_dead_microphone_is_none(make_vad: MakeVad) -> None:
    assert segmentation.speech_spans(make_vad().probabilities(at_level(recording("austen880"), -95))) == []


def test_a_missing_network_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vad, "_network", lambda: tmp_path / "none.onnx")
    with pytest.raises(SpeechModelError, match="cannot be loaded") as error:
        vad.load_session()
    assert "pip install" in error.value.hint


def test_a_damaged_network_is_said_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "silero_vad.onnx").write_bytes(b"no network")
    monkeypatch.setattr(vad, "_network", lambda: tmp_path / "silero_vad.onnx")
    with pytest.raises(SpeechModelError, match="cannot be loaded"):
        vad.load_session()
