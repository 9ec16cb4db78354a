"""What hears a hold: blocks of a device in, words out; few drafts while others need the processor."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Event, Thread
from time import sleep

import numpy as np
import pytest

from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.recognizer import WhisperRecognizer
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.vad import LoudnessVad

RATE = 44_100


def heard(transcriber: ScriptedTranscriber, spare: bool, cores: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three seconds of a tone at 44.1 kHz in two channels, ten times as fast as life; the texts that came."""
    monkeypatch.setattr("fanlight.speech.recognizer.psutil.cpu_count", lambda logical: cores)
    listener = WhisperRecognizer(transcriber, vad=lambda _: LoudnessVad())
    incoming: SimpleQueue[bytes | RecordingMark] = SimpleQueue()
    flag = Event()
    if spare:
        flag.set()
    tone = 0.2 * np.sin(np.arange(882) * 2 * np.pi * 300 / RATE).astype(np.float32)
    block = np.repeat(tone, 2).tobytes()

    def feed() -> None:
        for _ in range(150):
            incoming.put(block)
            sleep(0.002)
        incoming.put(RecordingMark.RELEASED)
        incoming.put(RecordingMark.ENDED)

    feeder = Thread(target=feed)
    feeder.start()
    said = [
        one.text for one in listener.transcribe_live(SoundFormat(RATE, 2), incoming, TranscriptionOptions("en"), flag)
    ]
    feeder.join()
    listener.close()
    assert transcriber.closed
    return said


def test_the_last_words_are_there_whatever_the_device_s_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    transcriber = ScriptedTranscriber("good morning")
    assert heard(transcriber, False, 2, monkeypatch)[-1] == "good morning"
    assert sum(call.effort == "draft" for call in transcriber.calls) >= 2


def test_while_others_need_the_processor_drafts_are_few_but_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    transcriber = ScriptedTranscriber("good morning")
    assert heard(transcriber, True, 2, monkeypatch)[-1] == "good morning"
    assert sum(call.effort == "draft" for call in transcriber.calls) == 1


def test_with_many_cores_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    transcriber = ScriptedTranscriber("good morning")
    heard(transcriber, True, 16, monkeypatch)
    assert sum(call.effort == "draft" for call in transcriber.calls) >= 2
