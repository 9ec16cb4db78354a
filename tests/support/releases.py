"""Keys that are let go in the middle of a last word or right after it, on the clock of the sound: nothing waits."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fanlight.audio.recording import RecordingLimits
from fanlight.domain.audio import RecordingMark
from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, Samples, TranscriptionOptions
from fanlight.speech.audio import Audio, Resampler, level_dbfs
from fanlight.speech.live_input import transcribe_stream
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.segmentation import speech_spans
from fanlight.speech.vad import WINDOW, VoiceActivityDetector

_BLOCK = SAMPLE_RATE // 50
_FRAME = SAMPLE_RATE // 100
_AUDIBLE_DB = 35.0
"""Below the loudest part of the phrase."""
_PAUSE_SECONDS, _ROOM_SECONDS = 0.25, 1.5
_LONGEST = 6 * SAMPLE_RATE
_MIDDLE, _AFTER = (-0.3, -0.02), (0.0, 0.12)
"""Seconds from the end of the last word to the release."""


@dataclass(frozen=True, slots=True)
class Release:
    """Of the phrase with that number. `audio` goes on with the sound of the room; `spoken`: seconds up to the end of
    the last word; `at`: the key."""

    phrase: int
    name: str
    audio: Audio
    spoken: float
    at: float


@dataclass(frozen=True, slots=True)
class Final:
    """The final text, and how long after the release: in seconds of sound, and of decoding."""

    text: str
    seconds: float


class SoundClock:
    """The queue of a recording, filled as time goes by; time goes by when the reader waits, and by `pass_by`."""

    def __init__(self, release: Release, limits: RecordingLimits) -> None:
        self.now = 0.0
        audio, ended = release.audio, release.at + limits.last_word
        items: list[tuple[float, Audio | RecordingMark]] = [
            ((i + _BLOCK) / SAMPLE_RATE, audio[i : i + _BLOCK]) for i in range(0, len(audio) - _BLOCK + 1, _BLOCK)
        ]
        items = [item for item in items if item[0] <= ended]
        items += [(release.at, RecordingMark.RELEASED), (ended, RecordingMark.ENDED)]
        self._items = sorted(items, key=lambda item: item[0], reverse=True)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds

    def get(self) -> Audio | RecordingMark:
        at, item = self._items.pop()
        self.now = max(self.now, at)
        return item

    def empty(self) -> bool:
        return not self._items or self._items[-1][0] > self.now


class TimedTranscriber:
    """Decodes take their time on the clock of the sound, too. Without `drafts` those are left out."""

    def __init__(self, transcriber: Transcriber, clock: SoundClock, drafts: bool) -> None:
        self._transcriber, self._clock, self._drafts = transcriber, clock, drafts
        self.info, self.languages, self.close = transcriber.info, transcriber.languages, transcriber.close

    def decode(
        self, samples: Samples, options: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        if effort == "draft" and not self._drafts:
            return Decoded((), options.language or "")
        begun = time.perf_counter()
        try:
            return self._transcriber.decode(samples, options, effort, context)
        finally:
            self._clock.pass_by(time.perf_counter() - begun)


def finished(
    release: Release, transcriber: Transcriber, vad: VoiceActivityDetector, *, timed: bool = False, drafts: bool = False
) -> Final:
    """The end of that utterance. `timed`: with what the decodes take here and now."""
    clock = SoundClock(release, RecordingLimits())
    if timed:
        transcriber = TimedTranscriber(transcriber, clock, drafts)
    live = LiveTranscription(transcriber, vad, TranscriptionOptions("en"), clock=lambda: clock.now)
    *_others, last = transcribe_stream(live, Resampler(SAMPLE_RATE), clock)  # type: ignore[arg-type]
    assert last.final
    return Final(last.text, clock.now - release.at)


def phrases(audio: Audio, vad: VoiceActivityDetector) -> Iterator[tuple[Audio, float]]:
    """What is said up to each pause, at most six seconds of it, followed by the sound of that pause; and where the last
    word ends."""
    spans = speech_spans(vad.probabilities(audio))
    for i, span in enumerate(spans):
        begin, end = span.start * WINDOW, span.end * WINDOW
        until = spans[i + 1].start * WINDOW if i + 1 < len(spans) else len(audio)
        if until - end < _PAUSE_SECONDS * SAMPLE_RATE and i + 1 < len(spans):
            continue
        spoken = _last_audible(audio[begin:until]) + begin
        first = next((at for at in (one.start * WINDOW for one in spans) if 0 < spoken - at <= _LONGEST), begin)
        first = max(first, spoken - _LONGEST)
        room = audio[spoken + _FRAME * 8 : until - _FRAME * 4]
        if len(room) < 10 * _FRAME:
            room = np.random.default_rng(i).normal(scale=3e-4, size=SAMPLE_RATE // 4).astype(np.float32)
        tail = np.resize(np.concatenate([room, room[::-1]]), round(_ROOM_SECONDS * SAMPLE_RATE))
        lead = np.resize(room, SAMPLE_RATE // 3)
        said = audio[max(0, first - SAMPLE_RATE // 20) : spoken + _FRAME * 8]
        whole = np.concatenate([lead, said, tail]).astype(np.float32)
        yield whole, (len(lead) + len(said) - _FRAME * 8) / SAMPLE_RATE


def _last_audible(audio: Audio) -> int:
    """The sample behind the last frame that is not much softer than the loudest one."""
    levels = [level_dbfs(audio[i : i + _FRAME]) for i in range(0, len(audio) - _FRAME + 1, _FRAME)]
    loud = [i for i, level in enumerate(levels) if level >= max(levels) - _AUDIBLE_DB]
    return (loud[-1] + 1) * _FRAME


def releases(spoken: Sequence[tuple[str, Audio, float]], count: int, seed: int = 1) -> Iterator[Release]:
    """Of these phrases in turn: one in the middle of the last word, the next right after it."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        name, audio, end = spoken[i % len(spoken)]
        middle = (i + i // len(spoken)) % 2 == 0
        offset = float(rng.uniform(*(_MIDDLE if middle else _AFTER)))
        yield Release(i % len(spoken), f"{name} {offset:+.2f} s", audio, end, end + offset)
