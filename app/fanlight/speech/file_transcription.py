"""Recordings of any length, part by part: cut at pauses, decoded, written to a journal.

Memory holds one part, however long the file. Between two parts the caller may use the model for something else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import SAMPLE_RATE, Effort, TranscriptionOptions, Word
from fanlight.domain.transcription import (
    ScanProgress,
    TranscriptionEvent,
    TranscriptionPart,
    TranscriptionStarted,
    Yielded,
)
from fanlight.speech import media_files
from fanlight.speech.audio import Audio, silence
from fanlight.speech.journal import Journal, fingerprint
from fanlight.speech.media_source import SKIPPED_SECONDS
from fanlight.speech.segmentation import best_cut, speech_spans, window_count
from fanlight.speech.vad import WINDOW, VoiceActivityDetector
from fanlight.speech.word_alignment import shifted

_LEAD = window_count(0.3)
"""Windows kept before and behind a part's speech."""
_SURE_OF_LANGUAGE = 0.6


@dataclass(frozen=True, slots=True)
class PartLimits:
    """A part has at most `longest` seconds; from `soon` seconds on it ends at the next pause of at least `pause`
    seconds."""

    longest: float
    soon: float
    pause: float
    effort: Effort


LONG_PARTS = PartLimits(28.0, 15.0, 0.5, "best")
"""Whisper's own way: with the pauses around it a part fills the 30 s it is trained on."""
SHORT_PARTS = PartLimits(10.0, 3.5, 0.35, "final")
"""Beside live speech, which may begin at any moment: a part takes a quarter of the time and the whole three quarters,
with 9 wrong words in 553 instead of 5. With pauses inside (parts from 7 s on) sentences were left out: 27 wrong words.
The text before a part, as context, made more mistakes, too."""


def transcribe_file(
    path: Path,
    transcriber: Transcriber,
    vad: VoiceActivityDetector,
    options: TranscriptionOptions,
    folder: Path,
    fresh: bool = False,
    limits: Callable[[], PartLimits] = lambda: LONG_PARTS,
) -> Generator[TranscriptionEvent, None, None]:
    """A recording's transcription, with its journal in `folder`. Parts of earlier runs come first, at once, unless
    `fresh`. Leaving early loses no part that was yielded. `limits` is called before each part. Raises AudioError and
    SpeechError."""
    seconds = media_files.probe(path).seconds
    key = yield from fingerprint(path, options, transcriber.info.name)
    journal = Journal(folder, key)
    if fresh:
        journal.drop()
    known = journal.parts()
    upto = known[-1].upto if known else 0.0
    yield TranscriptionStarted(seconds, upto, journal.whole, key, transcriber.info.name)
    yield from known
    if journal.whole:
        return
    language = next((part.language for part in reversed(known) if part.language), None)
    options = replace(options, language=options.language or language)
    for event in decode_parts(path, transcriber, vad, options, upto, limits):
        if isinstance(event, TranscriptionPart):
            journal.add(event)
        yield event
    journal.finish()


def decode_parts(
    path: Path, transcriber: Transcriber, vad: VoiceActivityDetector, options: TranscriptionOptions, done: float = 0.0,
    limits: Callable[[], PartLimits] = lambda: LONG_PARTS,
) -> Generator[ScanProgress | TranscriptionPart | Yielded, None, None]:  # fmt: skip
    """The recording's parts in order, from `done` seconds on. Raises AudioError and SpeechError."""
    language, skipped = options.language, 0
    for segment in _segments(media_files.blocks(path, done), _Segmenter(vad, done, limits)):
        if segment is None:
            skipped += SKIPPED_SECONDS
            yield ScanProgress(min(1.0, skipped / done))
            continue
        yield Yielded()
        words: tuple[Word, ...] = ()
        if len(segment.audio):
            decoded = transcriber.decode(segment.audio, replace(options, language=language), limits().effort)
            words = shifted(decoded.words, segment.start)
            if words and decoded.certainty >= _SURE_OF_LANGUAGE:
                language = decoded.language  # a recording has one language: that of its first sure part
        yield TranscriptionPart(segment.upto, words, language or "")


@dataclass(frozen=True, slots=True)
class _Segment:
    """`audio`, from `start` seconds on, without the silence around its speech; empty where there is none. The recording
    is done up to `upto` seconds."""

    start: float
    audio: Audio
    upto: float


def _segments(blocks: Iterator[Audio], segmenter: _Segmenter) -> Iterator[_Segment | None]:
    """The segments in order; None for each empty block, which only reports progress."""
    for block in blocks:
        if not len(block):
            yield None
            continue
        yield from segmenter.feed(block)
    yield from segmenter.flush()


class _Segmenter:
    """Cuts a stream of 16 kHz audio that begins `start` seconds into the recording."""

    def __init__(self, vad: VoiceActivityDetector, start: float, limits: Callable[[], PartLimits]) -> None:
        self._vad, self._start, self._limits = vad, start, limits
        self._audio = np.zeros(0, np.float32)
        self._probabilities: list[float] = []
        self._offset = 0  # windows already cut off

    def feed(self, block: Audio) -> Iterator[_Segment]:
        self._probabilities += self._vad.probabilities(block)
        self._audio = np.concatenate([self._audio, block])
        while (at := _cut_place(self._probabilities, self._limits())) is not None:
            yield self._cut(at)

    def flush(self) -> Iterator[_Segment]:
        """What is left at the end of the recording, filled up to a whole window."""
        yield from self.feed(silence(-len(self._audio) % WINDOW / SAMPLE_RATE))
        self._probabilities += [0.0] * (len(self._audio) // WINDOW - len(self._probabilities))
        if self._probabilities:
            yield self._cut(len(self._probabilities))

    def _cut(self, at: int) -> _Segment:
        spans = speech_spans(self._probabilities[:at])
        first = max(0, spans[0].start - _LEAD) if spans else at
        last = min(at, spans[-1].end + _LEAD) if spans else at
        audio = self._audio[first * WINDOW : last * WINDOW].copy()
        segment = _Segment(self._seconds(first), audio, self._seconds(at))
        self._audio, self._probabilities = self._audio[at * WINDOW :].copy(), self._probabilities[at:]
        self._offset += at
        return segment

    def _seconds(self, window: int) -> float:
        return self._start + (self._offset + window) * WINDOW / SAMPLE_RATE


def _cut_place(probabilities: list[float], limits: PartLimits) -> int | None:
    """The window to cut before; None while a better place may come."""
    have, longest, pause = len(probabilities), window_count(limits.longest), window_count(limits.pause)
    spans = speech_spans(probabilities)
    if not spans:
        return have - pause if have > longest else None
    begin = max(0, spans[0].start - _LEAD)
    for before, after in zip(spans, [*spans[1:], None], strict=True):
        silent = (after.start if after else have) - before.end
        if window_count(limits.soon) <= before.end - begin <= longest and silent >= pause:
            return before.end + (silent if after else pause) // 2
    if have - begin > longest:
        return best_cut(probabilities, begin + longest // 3, begin + longest)
    return None
