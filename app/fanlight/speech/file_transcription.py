"""Recordings of any length, part by part: cut at pauses, decoded, written to a journal.

Memory holds one part, however long the file. Between two parts the caller may use the model for something else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import TranscriptionOptions
from fanlight.domain.stop import StopFlag
from fanlight.domain.transcription import (
    ScanProgress,
    TranscriptionEvent,
    TranscriptionPart,
    TranscriptionStarted,
    Yielded,
)
from fanlight.speech import media_files
from fanlight.speech.audio import Audio
from fanlight.speech.dereverberation import dereverberated
from fanlight.speech.journal import Journal, fingerprint
from fanlight.speech.media_source import SKIPPED_SECONDS
from fanlight.speech.own_words import part_as_written
from fanlight.speech.parts import Part
from fanlight.speech.segmentation import PASSAGE_PAUSE, passages
from fanlight.speech.segmenter import LONG_PARTS, PartLimits, Segmenter
from fanlight.speech.vad import VoiceActivityDetector


def transcribe_file(
    path: Path,
    transcriber: Transcriber,
    vad: VoiceActivityDetector,
    options: TranscriptionOptions,
    folder: Path,
    fresh: bool = False,
    limits: Callable[[], PartLimits] = lambda: LONG_PARTS,
    stop: StopFlag | None = None,
) -> Generator[TranscriptionEvent, None, None]:
    """A recording's transcription, with its journal in `folder`. Parts of earlier runs come first, at once, unless
    `fresh`. Leaving early loses no part that was yielded. `limits` is called before each part. Setting
    `stop` ends a decode of the file at once: with an AudioError. Raises AudioError and SpeechError."""
    info = media_files.probe(path, stop, language=options.language or "")
    key = yield from fingerprint(path, options, transcriber.info.name)
    journal = Journal(folder, key)
    if fresh:
        journal.drop()
    known = journal.parts()
    upto = known[-1].upto if known else 0.0
    yield TranscriptionStarted(info.seconds, upto, journal.whole, key, transcriber.info.name, info.tracks, info.track)
    yield from (part_as_written(part, options) for part in known)
    if journal.whole:
        return
    likely = next((part.language for part in reversed(known) if part.words), None)
    options = replace(options, likely_language=likely)
    for event in decode_parts(path, transcriber, vad, options, upto, limits, stop):
        if isinstance(event, TranscriptionPart):
            journal.add(event)  # as it was heard: another list of replacements does not decode it again
            event = part_as_written(event, options)
        yield event
    journal.finish()


def decode_parts(
    path: Path, transcriber: Transcriber, vad: VoiceActivityDetector, options: TranscriptionOptions, done: float = 0.0,
    limits: Callable[[], PartLimits] = lambda: LONG_PARTS, stop: StopFlag | None = None,
) -> Generator[ScanProgress | TranscriptionPart | Yielded, None, None]:  # fmt: skip
    """The recording's parts in order, from `done` seconds on. Raises AudioError and SpeechError."""
    likely, skipped = options.likely_language, 0
    blocks = media_files.blocks(path, done, stop, options.language or "")
    for part in _parts(blocks, Segmenter(vad, done, limits)):
        if part is None:
            skipped += SKIPPED_SECONDS
            yield ScanProgress(min(1.0, skipped / done))
            continue
        yield Yielded()
        if not part.speech:
            yield TranscriptionPart(part.upto, (), options.language or likely or "")
            continue
        for piece, language in _by_language(part, transcriber, replace(options, likely_language=likely)):
            known = replace(options, language=language, likely_language=likely)
            decoded = transcriber.decode(dereverberated(piece.audio), known, limits().effort)
            if decoded.words:
                likely = decoded.language
            yield TranscriptionPart(piece.upto, piece.placed(decoded.words), decoded.language)


def _by_language(
    part: Part, transcriber: Transcriber, options: TranscriptionOptions
) -> Iterator[tuple[Part, str | None]]:
    """The part, or the pieces that it has to be divided into, since no decode writes two languages; with the language
    of each, None where it has no pause in which the language may change: the decode finds it out."""
    spans = passages(part.speech, PASSAGE_PAUSE)
    if len(spans) == 1 or options.language:
        yield part, options.language
        return
    languages = transcriber.languages(part.audio, [part.seconds(span) for span in spans], options)
    groups = [list(group) for _, group in groupby(range(len(spans)), key=languages.__getitem__)]
    ends = [(spans[group[-1]].end + spans[group[-1] + 1].start) // 2 for group in groups[:-1]]
    for piece, group in zip(part.divided(ends), groups, strict=True):
        yield piece, languages[group[0]]


def _parts(blocks: Iterator[Audio], segmenter: Segmenter) -> Iterator[Part | None]:
    """The parts in order; None for each empty block, which only reports progress."""
    for block in blocks:
        if not len(block):
            yield None
            continue
        yield from segmenter.feed(block)
    yield from segmenter.flush()
