"""Utterances transcribed live: as fast as the decoder can, and at the pace of the clock."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass

from fanlight.domain.audio import RecordingMark
from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, LiveTranscript, Samples, TranscriptionOptions
from fanlight.speech import segmentation
from fanlight.speech.audio import Audio, Resampler, silence
from fanlight.speech.live_input import Incoming, transcribe_stream
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.vad import WINDOW, VoiceActivityDetector

ENGLISH = TranscriptionOptions("en")
_BLOCK = SAMPLE_RATE // 50
_POST_ROLL = 0.3


def transcribed_live(
    transcriber: Transcriber, vad: VoiceActivityDetector, audio: Audio, asked: TranscriptionOptions = ENGLISH
) -> str:
    """The final text of an utterance; without drafts, which do not change it."""
    live = LiveTranscription(_NoDrafts(transcriber), vad, asked)
    for i in range(0, len(audio), 5 * _BLOCK):
        live.feed(audio[i : i + 5 * _BLOCK])
        live.step()
    live.decode_rest()
    live.feed(silence(_POST_ROLL))
    return live.finish().text


class _NoDrafts:
    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber, self.info, self.close = transcriber, transcriber.info, transcriber.close
        self.languages = transcriber.languages

    def decode(
        self, samples: Samples, asked: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        if effort == "draft":
            return Decoded((), asked.language or "")
        return self._transcriber.decode(samples, asked, effort, context)


@dataclass(frozen=True, slots=True)
class Timed:
    """The final text, and in seconds: from the first speech to the first word, from release to the final text."""

    text: str
    first_words: float | None
    release: float


def timed_utterance(
    transcriber: Transcriber, vad: VoiceActivityDetector, judge: VoiceActivityDetector, audio: Audio
) -> Timed:
    """An utterance at the clock's pace, released at the end of speech, which `judge` finds, with a post-roll."""
    spans = segmentation.speech_spans(judge.probabilities(audio))
    begin, end = spans[0].start * WINDOW, min(len(audio), spans[-1].end * WINDOW)
    incoming: Incoming = queue.SimpleQueue()
    marks: dict[str, float] = {}

    def speak() -> None:
        start = time.monotonic()
        for i in range(0, end, _BLOCK):
            _sleep_until(start + (i + _BLOCK) / SAMPLE_RATE)  # a block comes when its last sample was spoken
            incoming.put(audio[i : min(end, i + _BLOCK)])
        marks["release"] = time.monotonic()
        incoming.put(RecordingMark.RELEASED)
        for i in range(round(_POST_ROLL * 50)):
            _sleep_until(marks["release"] + (i + 1) / 50)
            incoming.put(silence(0.02))
        incoming.put(RecordingMark.ENDED)

    speaker = threading.Thread(target=speak)
    started = time.monotonic()
    speaker.start()
    first: float | None = None
    last = LiveTranscript()
    for last in transcribe_stream(LiveTranscription(transcriber, vad, ENGLISH), Resampler(SAMPLE_RATE), incoming):
        if first is None and last.text:
            first = time.monotonic() - started - begin / SAMPLE_RATE
    done = time.monotonic()
    speaker.join()
    return Timed(last.text, first, done - marks["release"])


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
