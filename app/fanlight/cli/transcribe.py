"""`fanlight transcribe`: sound and video files become text or subtitles, part by part.

Text and subtitles go to stdout as they are recognized; `--output` files are written in one step when they are whole. A
run that ends early (Ctrl+C, a kill) keeps its finished parts: the same command continues after them. Between parts it
waits while somebody dictates in the window.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from fanlight import compose, paths
from fanlight.cli.background import in_background
from fanlight.cli.output import BAD_INPUT, OK, complain
from fanlight.cli.sound_input import SoundInputs, recording_name
from fanlight.cli.streams import put_error
from fanlight.cli.transcript_output import FileReport, TranscriptDocument, TranscriptOutput, format_of, targets_of
from fanlight.domain.errors import AudioError, FanlightError, InputError, bug_sentence
from fanlight.domain.languages import code_of, similar_languages
from fanlight.domain.path_kinds import shortened
from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import TranscriptionOptions
from fanlight.domain.stop import StopFlag
from fanlight.domain.transcription import (
    ScanProgress,
    TranscriptionEvent,
    TranscriptionPart,
    TranscriptionStarted,
    Yielded,
    clock,
)
from fanlight.i18n import _, format_percent
from fanlight.ipc.address import addresses
from fanlight.ipc.yield_lock import YieldWaiter
from fanlight.speech.packages import speech_imports

if TYPE_CHECKING:
    from fanlight.speech.segmenter import PartLimits


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TranscribeOptions:
    """`form` is the output's format; `restart`: parts of an earlier run do not count."""

    chosen: TranscriptionOptions
    form: str
    restart: bool


def run(options: argparse.Namespace) -> int:
    settings = compose.settings()
    chosen = TranscriptionOptions(
        _language(options.language, settings.speech_language),
        options.translate,
        settings.names(),
        replacements=settings.replacements(),
    )
    files: list[Path] = options.files
    form = options.format or format_of(options.output) or "text"
    targets = targets_of(files, options.output, form)
    if len(files) > 1 and not targets and form in ("srt", "vtt"):
        raise InputError(_("Subtitles of several files cannot go into one output."), _("Name a folder with --output."))
    how = TranscribeOptions(chosen, form, options.restart)
    work = _make_work(files, how, lambda: compose.load_transcriber(settings, _model_progress))
    failed = _run(work, TranscriptOutput(files, targets, form))
    return BAD_INPUT if failed else OK


def _run(work: Callable[[StopFlag], Iterator[FileReport]], output: TranscriptOutput) -> int:
    """The number of files that failed. Raises what concerns them all."""
    try:
        with closing(in_background(work)) as reports:
            for report in reports:
                output.add(report)
    except KeyboardInterrupt:
        output.progress.clear()
        complain(_("Stopped."), _("The same command continues after the last finished part."))
        raise
    finally:
        output.progress.clear()
    output.finish()
    return output.failed


def _make_work(
    files: Sequence[Path], how: TranscribeOptions, load: Callable[[], Transcriber]
) -> Callable[[StopFlag], Iterator[FileReport]]:
    def work(stop: StopFlag) -> Iterator[FileReport]:
        with speech_imports():
            from fanlight.speech.vad import load_session

        with SoundInputs() as inputs:
            good: list[tuple[Path, Path]] = []
            for path in files:
                problem, source = _found_source(path, inputs, stop)
                if stop.is_set():
                    return
                if problem is None:
                    good.append((path, source))
                else:
                    yield FileReport(path, ended=True, error=problem)
            if not good:
                return
            yield FileReport(good[0][0], progress=_("Loading the speech model…"))
            network = load_session()
            with closing(load()) as transcriber:
                for path, source in good:
                    yield from _tried(path, _transcribe_one(path, source, transcriber, network, how, stop))

    return work


def _found_source(path: Path, inputs: SoundInputs, stop: StopFlag) -> tuple[FanlightError | None, Path]:
    """(why it cannot be used, what is read): before the model is loaded, so that a wrong name is reported at once."""
    from fanlight.speech import media_files

    try:
        source = inputs.file_of(path, stop)
        if not stop.is_set():
            media_files.probe(source, stop)
    except AudioError as error:
        return error, path
    except FanlightError:  # concerns all files
        raise
    except Exception as error:
        log.exception("%s failed", path)
        return FanlightError(bug_sentence(error)), path
    return None, source


def _tried(path: Path, reports: Iterator[FileReport]) -> Iterator[FileReport]:
    """The reports; what goes wrong with one recording does not stop the others."""
    try:
        yield from reports
    except AudioError as error:
        yield FileReport(path, ended=True, error=error)
    except FanlightError:
        raise
    except Exception as error:
        log.exception("%s failed", path)
        yield FileReport(path, ended=True, error=FanlightError(bug_sentence(error)))


def _transcribe_one(
    path: Path, source: Path, transcriber: Transcriber, network: Any, how: TranscribeOptions, stop: StopFlag
) -> Iterator[FileReport]:
    from fanlight.speech.file_transcription import transcribe_file
    from fanlight.speech.journal import Journal
    from fanlight.speech.vad import new_vad

    folder, name = paths.cache() / "speech" / "parts", recording_name(path)
    vad = new_vad(network)
    events = transcribe_file(source, transcriber, vad, how.chosen, folder, how.restart, _part_limits, stop)
    document = TranscriptDocument(path, how.form)
    begun: TranscriptionStarted | None = None
    with closing(events):
        for event in _yielding(path, events, stop):
            match event:
                case FileReport():
                    yield event
                case Yielded():
                    pass
                case ScanProgress(share):
                    text = _("{file}: checking, {percent}").format(file=name, percent=format_percent(share))
                    yield FileReport(path, progress=text)
                case TranscriptionStarted(upto=upto):
                    begun = event
                    if upto and not event.whole:
                        text = _("{file}: continuing at {time}").format(file=name, time=clock(upto))
                        yield FileReport(path, progress=text)
                case TranscriptionPart(upto, words, language):
                    length = begun.seconds if begun else None
                    piece = document.add_words(upto, words, language)
                    yield FileReport(path, progress=_how_far(path, upto, length), piece=piece)
                case _:
                    assert_never(event)
    if begun is not None and not stop.is_set():
        yield FileReport(path, piece=document.end(begun))
        for notice in _notices(name, source, document, begun):
            yield FileReport(path, notice=notice)
        yield FileReport(path, ended=True, journal=Journal(folder, begun.key))


def _notices(name: str, source: Path, document: TranscriptDocument, begun: TranscriptionStarted) -> Iterator[str]:
    """What the transcript alone does not tell."""
    from fanlight.speech.media_length import is_end_missing, unkept_length

    if promised := unkept_length(source, begun.seconds, document.upto):
        text = _("{file}: only {decoded} of {promised} could be decoded; the rest of the file is missing or damaged.")
        yield text.format(file=name, decoded=clock(document.upto), promised=clock(promised))
    elif is_end_missing(source):
        yield _("{file}: the end of the file is missing.").format(file=name)
    if begun.tracks > 1:
        text = _(
            "{file}: of its {count} audio tracks, number {track} was heard; --language chooses one by its language."
        )
        yield text.format(file=name, count=begun.tracks, track=begun.track)
    if not document.any_words:
        yield _("{file}: no speech was found in it.").format(file=name)


def _yielding(
    path: Path, events: Iterator[TranscriptionEvent], stop: StopFlag
) -> Iterator[TranscriptionEvent | FileReport]:
    """The events; before each, a report while somebody dictates in the window."""
    waiter = YieldWaiter(paths.home())
    while not stop.is_set():
        for _unused in waiter.wait_until_free():
            yield FileReport(path, progress=_("{file}: waiting while you speak").format(file=recording_name(path)))
            if stop.is_set():
                return
        event = next(events, None)
        if event is None:
            return
        yield event


def _part_limits() -> PartLimits:
    """Short parts where a window is open: somebody may begin to speak there, and waits for the end of a part."""
    from fanlight.speech.segmenter import LONG_PARTS, SHORT_PARTS

    return SHORT_PARTS if any(os.path.lexists(address) for address in addresses()) else LONG_PARTS


def _how_far(path: Path, upto: float, length: float | None) -> str:
    if not length:
        return f"{recording_name(path)}: {clock(upto)}"
    text = _("{file}: {time} of {length}, {percent}")
    share = min(1.0, int(100 * upto / length) / 100)
    return text.format(file=recording_name(path), time=clock(upto), length=clock(length), percent=format_percent(share))


def _model_progress(done: float) -> None:
    if sys.stderr.isatty():
        text = _("Assembling the speech model: {percent}").format(percent=format_percent(done))
        put_error(f"\r{text}" + ("\r" + " " * 48 + "\r" if done >= 1 else ""))


def _language(given: str | None, chosen: str) -> str | None:
    if given is None:
        return code_of(chosen)
    if given.casefold() == "auto":
        return None
    code = code_of(given)
    if code is None:
        hint = _("Use auto, a code such as pt, zh-TW or yue, or a name such as Portuguese.")
        if similar := ", ".join(_(name) for name in similar_languages(given)):
            hint = _("Did you mean {languages}?").format(languages=similar) + " " + hint
        raise InputError(
            _("Fanlight does not know the language “{language}”.").format(language=shortened(given, 40)), hint
        )
    return code
