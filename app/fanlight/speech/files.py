"""Long recordings, part by part: cut at pauses, each part decoded the best way, and each a chance to do something else.

Memory holds one part, however long the file; a part that is done is in the journal.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import SAMPLE_RATE, Asked, Word
from fanlight.speech import media, pauses
from fanlight.speech.audio import Audio, silence
from fanlight.speech.gate import WINDOW, SpeechGate
from fanlight.speech.journal import Journal, Part
from fanlight.speech.words import shifted

PART_SECONDS = 28.0
"""A part is at most this long: with the pause around it, the model's 30 s."""
_PAUSE_SECONDS = 0.5
_SOON_SECONDS = 15.0
"""A part this long ends at the next pause."""
_LEAD_SECONDS = 0.3
_SURE = 0.6


def transcribed(
    path: Path, transcriber: Transcriber, gate: SpeechGate, asked: Asked, journal: Journal | None = None
) -> Generator[Part, None, None]:
    """The recording's parts in order, those from the journal first, at once. Leaving early loses nothing that was
    yielded. Raises AudioError and SpeechError."""
    done = 0.0
    language = asked.language
    for part in journal.parts() if journal else ():
        done, language = part.upto, language or part.language or None
        yield part
    for start, audio, upto in _parts(media.blocks(path, done), gate, done):
        words: tuple[Word, ...] = ()
        if len(audio):
            decoded = transcriber.decode(audio, replace(asked, language=language), "best")
            words = shifted(decoded.words, start)
            if words and decoded.certainty >= _SURE:
                language = decoded.language  # a recording has one language: that of its first sure part
        part = Part(upto, words, language or "")
        if journal:
            journal.add(part)
        yield part


def _parts(blocks: Iterator[Audio], gate: SpeechGate, start: float) -> Iterator[tuple[float, Audio, float]]:
    """Stretches with speech: when one starts, its audio (empty for a stretch without speech), and up to when the
    recording is done with it."""
    waiting = np.zeros(0, np.float32)
    verdicts: list[float] = []
    offset = 0

    def seconds(windows: int) -> float:
        return start + windows * WINDOW / SAMPLE_RATE

    def cut(at: int) -> tuple[float, Audio, float]:
        nonlocal waiting, verdicts, offset
        spans = pauses.spoken(verdicts[:at])
        first = max(0, spans[0].start - pauses.windows(_LEAD_SECONDS)) if spans else at
        last = min(at, spans[-1].end + pauses.windows(_LEAD_SECONDS)) if spans else at
        piece = seconds(offset + first), waiting[first * WINDOW : last * WINDOW].copy(), seconds(offset + at)
        waiting, verdicts, offset = waiting[at * WINDOW :].copy(), verdicts[at:], offset + at
        return piece

    for block in blocks:
        verdicts += gate.probabilities(block)
        waiting = np.concatenate([waiting, block])
        while (at := _where(verdicts)) is not None:
            yield cut(at)
    missing = -len(waiting) % WINDOW
    verdicts += gate.probabilities(silence(missing / SAMPLE_RATE))
    waiting = np.concatenate([waiting, silence(missing / SAMPLE_RATE)])
    verdicts += [0.0] * (len(waiting) // WINDOW - len(verdicts))
    while (at := _where(verdicts)) is not None:
        yield cut(at)
    if verdicts:
        yield cut(len(verdicts))


def _where(verdicts: list[float]) -> int | None:
    """The window to cut before; None while a better place may come."""
    have, longest = len(verdicts), pauses.windows(PART_SECONDS)
    spans = pauses.spoken(verdicts)
    pause = pauses.windows(_PAUSE_SECONDS)
    if not spans:
        return have - pause if have > longest else None
    begin = max(0, spans[0].start - pauses.windows(_LEAD_SECONDS))
    for before, after in zip(spans, [*spans[1:], None], strict=True):
        quiet = (after.start if after else have) - before.end
        if before.end - begin >= pauses.windows(_SOON_SECONDS) and quiet >= pause and before.end - begin <= longest:
            return before.end + quiet // 2 if after else before.end + pause // 2
    if have - begin > longest:
        return pauses.best_cut(verdicts, begin + longest // 3, begin + longest)
    return None
