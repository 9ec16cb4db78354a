"""Blocks and marks through the queue, as the microphone's thread sends them."""

from __future__ import annotations

import queue
from collections.abc import Iterable

import numpy as np
import pytest

from fanlight.domain.audio import RecordingMark
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions
from fanlight.speech.audio import Audio, Resampler
from fanlight.speech.live_input import Incoming, transcribe_stream
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.vad import LoudnessVad

RATE = 48_000


def sound(seconds: float, loud: bool = True) -> Iterable[bytes]:
    """Blocks of 20 ms on two channels, as a device gives them."""
    block = np.full((RATE // 50, 2), 0.1 if loud else 0.0, np.float32)
    return [block.tobytes()] * round(seconds * 50)


def heard(*items: Iterable[bytes | Audio] | RecordingMark) -> tuple[list[LiveTranscript], ScriptedTranscriber]:
    incoming: Incoming = queue.SimpleQueue()
    for item in items:
        for block in [item] if isinstance(item, RecordingMark) else item:
            incoming.put(block)
    transcriber = ScriptedTranscriber("hello")
    live = LiveTranscription(transcriber, LoudnessVad(), TranscriptionOptions("en"))
    return list(transcribe_stream(live, Resampler(RATE, 2), incoming)), transcriber


def test_a_hold_ends_with_one_final_text() -> None:
    said, _ = heard(sound(2), RecordingMark.RELEASED, sound(0.3, loud=False), RecordingMark.ENDED)
    assert said[-1].final
    assert said[-1].text == "hello"
    assert [one.final for one in said].count(True) == 1


def test_a_device_that_dies_keeps_what_was_said() -> None:
    said, _ = heard(sound(1.5), RecordingMark.ENDED)
    assert (said[-1].text, said[-1].final) == ("hello", True)


def test_what_is_forgotten_says_nothing_and_decodes_nothing() -> None:
    said, transcriber = heard(sound(2), RecordingMark.DISCARDED)
    assert said == []
    assert transcriber.calls == []


@pytest.mark.parametrize(
    "items",
    [
        (RecordingMark.ENDED,),
        (RecordingMark.RELEASED, RecordingMark.ENDED),
        (RecordingMark.RELEASED, RecordingMark.RELEASED, RecordingMark.ENDED),
    ],
)
def test_a_tap_without_a_block_is_nothing_heard(items: tuple[RecordingMark, ...]) -> None:
    said, transcriber = heard(*items)
    assert said[-1] == LiveTranscript(language="en", final=True)
    assert transcriber.calls == []
