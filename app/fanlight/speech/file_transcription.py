"""Long recordings, part by part: cut at pauses, each part decoded, and each a chance to do something else.

Memory holds one part, however long the file; a part that is done is in the journal.
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
from fanlight.speech import media
from fanlight.speech.audio import Audio, silence
from fanlight.speech.journal import Journal, fingerprint
from fanlight.speech.segmentation import best_cut, speech_spans, window_count
from fanlight.speech.vad import WINDOW, VoiceActivityDetector
from fanlight.speech.word_alignment import shifted

_LEAD_SECONDS = 0.3
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class PartLimits:
    """A part is at most `longest` seconds; from `soon` on it ends at the next pause of at least `pause`."""

    longest: float
    soon: float
    pause: float
    effort: Effort


WHOLE = PartLimits(28.0, 15.0, 0.5, "best")
"""The model's own way: with the pause around it a part is its 30 s."""
BRIEF = PartLimits(10.0, 3.5, 0.35, "final")
"""Beside a person who may speak at any moment: a part takes a quarter of the time and the whole three quarters, for 9
wrong words in 553 instead of 5. With pauses inside (parts from 7 s on) whole sentences were left out: 27 wrong words.
Text before a part, as context, made more mistakes, too."""


def transcribe_file(
    path: Path,
    transcriber: Transcriber,
    gate: VoiceActivityDetector,
    asked: TranscriptionOptions,
    folder: Path,
    fresh: bool = False,
    pace: Callable[[], PartLimits] = lambda: WHOLE,
) -> Generator[TranscriptionEvent, None, None]:
    """A file's transcription with its journal in `folder`: parts of earlier runs come first, at once, unless it is to
    begin afresh. Leaving early loses nothing that was yielded. `pace` is asked before each part. Raises AudioError and
    SpeechError."""
    seconds = media.probe(path).seconds
    key = yield from fingerprint(path, asked, transcriber.info.name)
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
    for told in decode_parts(path, transcriber, gate, replace(asked, language=asked.language or language), upto, pace):
        if isinstance(told, TranscriptionPart):
            journal.add(told)
        yield told
    journal.finish()


def decode_parts(
    path: Path, transcriber: Transcriber, gate: VoiceActivityDetector, asked: TranscriptionOptions, done: float = 0.0,
    pace: Callable[[], PartLimits] = lambda: WHOLE,
) -> Generator[ScanProgress | TranscriptionPart | Yielded, None, None]:  # fmt: skip
    """The recording's parts in order, from `done` seconds on. Raises AudioError and SpeechError."""
    language, passed = asked.language, 0
    for piece in _parts(media.blocks(path, done), gate, done, pace):
        if piece is None:
            passed += media.SKIPPED_SECONDS
            yield ScanProgress(min(1.0, passed / done))
            continue
        yield Yielded()
        start, audio, upto = piece
        words: tuple[Word, ...] = ()
        if len(audio):
            decoded = transcriber.decode(audio, replace(asked, language=language), pace().effort)
            words = shifted(decoded.words, start)
            if words and decoded.certainty >= _SURE:
                language = decoded.language  # a recording has one language: that of its first sure part
        yield TranscriptionPart(upto, words, language or "")


def _parts(
    blocks: Iterator[Audio], gate: VoiceActivityDetector, start: float, pace: Callable[[], PartLimits]
) -> Iterator[tuple[float, Audio, float] | None]:
    """Stretches with speech: when one starts, its audio (empty for a stretch without speech), and up to when the
    recording is done with it. None where a block is empty."""
    waiting = np.zeros(0, np.float32)
    verdicts: list[float] = []
    offset = 0

    def seconds(windows: int) -> float:
        return start + windows * WINDOW / SAMPLE_RATE

    def cut(at: int) -> tuple[float, Audio, float]:
        nonlocal waiting, verdicts, offset
        spans = speech_spans(verdicts[:at])
        first = max(0, spans[0].start - window_count(_LEAD_SECONDS)) if spans else at
        last = min(at, spans[-1].end + window_count(_LEAD_SECONDS)) if spans else at
        piece = seconds(offset + first), waiting[first * WINDOW : last * WINDOW].copy(), seconds(offset + at)
        waiting, verdicts, offset = waiting[at * WINDOW :].copy(), verdicts[at:], offset + at
        return piece

    for block in blocks:
        if not len(block):
            yield None
            continue
        verdicts += gate.probabilities(block)
        waiting = np.concatenate([waiting, block])
        while (at := _where(verdicts, pace())) is not None:
            yield cut(at)
    missing = -len(waiting) % WINDOW
    verdicts += gate.probabilities(silence(missing / SAMPLE_RATE))
    waiting = np.concatenate([waiting, silence(missing / SAMPLE_RATE)])
    verdicts += [0.0] * (len(waiting) // WINDOW - len(verdicts))
    while (at := _where(verdicts, pace())) is not None:
        yield cut(at)
    if verdicts:
        yield cut(len(verdicts))


def _where(verdicts: list[float], pace: PartLimits) -> int | None:
    """The window to cut before; None while a better place may come."""
    have, longest = len(verdicts), window_count(pace.longest)
    spans = speech_spans(verdicts)
    pause = window_count(pace.pause)
    if not spans:
        return have - pause if have > longest else None
    begin = max(0, spans[0].start - window_count(_LEAD_SECONDS))
    for before, after in zip(spans, [*spans[1:], None], strict=True):
        quiet = (after.start if after else have) - before.end
        if before.end - begin >= window_count(pace.soon) and quiet >= pause and before.end - begin <= longest:
            return before.end + quiet // 2 if after else before.end + pause // 2
    if have - begin > longest:
        return best_cut(verdicts, begin + longest // 3, begin + longest)
    return None
