"""The end of an utterance after the key is up: as soon as the last word is over, and not before."""

from __future__ import annotations

import queue
import statistics
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from fanlight.audio.recording import RecordingLimits
from fanlight.domain.audio import RecordingMark
from fanlight.domain.speech import SAMPLE_RATE, LiveTranscript, TranscriptionOptions
from fanlight.speech.audio import Audio, Resampler, silence
from fanlight.speech.live_input import Incoming, transcribe_stream
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.vad import LoudnessVad, VoiceActivityDetector
from fanlight.speech.whisper import WhisperTranscriber
from support.recordings import recording
from support.releases import Release, finished, phrases, releases

MakeVad = Callable[[], VoiceActivityDetector]
MARK = RecordingMark


def speech(seconds: float) -> Audio:
    return np.full(round(seconds * SAMPLE_RATE), 0.1, np.float32)


def wait_after(*pieces: Audio, at: float) -> float:
    """How long after a release at that second the transcript is final."""
    audio = np.concatenate([*pieces, silence(2)])
    return finished(Release(0, "", audio, at, at), ScriptedTranscriber(), LoudnessVad()).seconds


def heard(*items: Audio | RecordingMark) -> tuple[list[LiveTranscript], ScriptedTranscriber]:
    """What is known when the queue has only these, in blocks of 20 ms; ENDED would be waited for."""
    incoming: Incoming = queue.SimpleQueue()
    for item in items:
        pieces: Iterable[Audio | RecordingMark] = (
            [item] if isinstance(item, RecordingMark) else np.array_split(item, max(1, round(len(item) / 320)))
        )
        for piece in pieces:
            incoming.put(piece)
    transcriber = ScriptedTranscriber("hello")
    live = LiveTranscription(transcriber, LoudnessVad(), TranscriptionOptions("en"))
    return list(transcribe_stream(live, Resampler(SAMPLE_RATE), incoming)), transcriber


def test_a_word_that_is_over_is_waited_for_only_as_long_as_sound_is_on_its_way() -> None:
    assert wait_after(speech(1), at=1.5) == pytest.approx(0.1, abs=0.03)


def test_a_word_that_ends_with_the_release_is_waited_for_until_it_is_surely_over() -> None:
    assert wait_after(speech(1), at=1.0) == pytest.approx(0.12, abs=0.05)


def test_a_word_that_goes_on_is_waited_for_to_its_end() -> None:
    assert wait_after(speech(1.3), at=1.0) == pytest.approx(0.42, abs=0.05)


def test_the_closure_of_a_stop_is_not_the_end_of_a_word() -> None:
    assert wait_after(speech(1), silence(0.06), speech(0.1), at=0.98) == pytest.approx(0.3, abs=0.05)


def test_a_soft_tail_that_is_no_speech_any_more_is_waited_for() -> None:
    tail = speech(0.2) * np.float32(0.025)
    assert wait_after(speech(1), tail, at=1.0) == pytest.approx(0.25, abs=0.04)


def test_somebody_who_speaks_on_and_on_is_not_waited_for() -> None:
    assert wait_after(speech(5), at=1.0) == pytest.approx(RecordingLimits().last_word, abs=0.03)


def test_a_first_word_that_is_noticed_late_is_waited_for() -> None:
    assert wait_after(silence(0.5), at=0.2) == pytest.approx(0.3, abs=0.03)
    late = finished(Release(0, "", np.concatenate([silence(0.4), speech(0.4), silence(2)]), 0, 0.2),
                    ScriptedTranscriber(), LoudnessVad())  # fmt: skip
    assert late.text == "hello"


def test_it_is_final_without_the_end_of_the_recording() -> None:
    said, _ = heard(speech(1), MARK.RELEASED, silence(0.5))
    assert (said[-1].text, said[-1].final) == ("hello", True)


def test_a_turn_that_a_pause_has_ended_may_go_on() -> None:
    said, _ = heard(speech(1), silence(1), MARK.TURN_OVER, silence(0.5), MARK.RESUMED, speech(1), MARK.ENDED)
    assert [one.final for one in said].count(True) == 1
    assert said[-1].committed[-1].end > 2


def test_a_key_that_is_down_again_is_not_up() -> None:
    said, transcriber = heard(speech(1), MARK.RELEASED, MARK.RESUMED, silence(0.5), speech(1), MARK.ENDED)
    assert said[-1].committed[-1].end > 2
    assert transcriber.calls[-1].seconds > 2


def test_once_the_key_is_up_only_the_end_is_decoded() -> None:
    _, transcriber = heard(speech(0.4), MARK.RELEASED, speech(3), silence(0.5))
    assert [call.effort for call in transcriber.calls] == ["final"]


def test_a_soft_tail_is_decoded_with_its_word() -> None:
    tail = speech(0.2) * np.float32(0.025)
    _, transcriber = heard(speech(1), MARK.RELEASED, tail, silence(0.5))
    assert [call.seconds >= 1.2 for call in transcriber.calls] == [True]


def test_forty_releases_are_waited_for_shortly(make_vad: MakeVad) -> None:
    spoken = [("", audio, end) for name in ("jfk", "twocities") for audio, end in phrases(recording(name), make_vad())]
    asked = list(releases(spoken, 40))
    waits = [finished(each, ScriptedTranscriber(), make_vad()).seconds for each in asked]
    assert statistics.median(waits) <= 0.15
    assert max(waits) <= 0.6


def test_no_last_word_is_lost(whisper: WhisperTranscriber, make_vad: MakeVad) -> None:
    spoken = [("", *next(iter(phrases(recording(name), make_vad())))) for name in ("austen880", "lj0131")]
    texts = [finished(each, whisper, make_vad(), timed=True).text for each in releases(spoken, 4)]
    assert [text.split()[-1].strip(".").lower() for text in texts] == ["man", "established"] * 2
