"""`fanlight transcribe`: sound and video files become text or subtitles, part by part.

Text and subtitles go to stdout as they are recognized; `--output` files are written in one step when they are whole. A
run that ends early (Ctrl+C, a kill) keeps its finished parts: the same command continues after them. Between parts it
waits while somebody dictates in the window.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from fanlight import compose, paths
from fanlight.cli.background import in_background
from fanlight.cli.output import BAD_INPUT, OK, complain
from fanlight.cli.transcript_output import FileReport, TranscriptDocument, TranscriptOutput, targets_of
from fanlight.domain.errors import AudioError, InputError
from fanlight.domain.languages import LANGUAGES, code_of
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


def run(options: argparse.Namespace) -> int:
    settings = compose.settings()
    chosen = TranscriptionOptions(
        _language(options.language, settings.speech_language), options.translate, settings.names()
    )
    files: list[Path] = options.files
    targets = targets_of(files, options.output, options.format)
    if len(files) > 1 and not targets and options.format in ("srt", "vtt"):
        raise InputError(_("Subtitles of several files cannot go into one output."), _("Name a folder with --output."))
    work = _make_work(files, chosen, options.format, lambda: compose.load_transcriber(settings, _model_progress))
    failed = _run(work, TranscriptOutput(files, targets, options.format))
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
    files: Sequence[Path], chosen: TranscriptionOptions, form: str, load: Callable[[], Transcriber]
) -> Callable[[StopFlag], Iterator[FileReport]]:
    def work(stop: StopFlag) -> Iterator[FileReport]:
        with speech_imports():
            from fanlight.speech import media_files
            from fanlight.speech.vad import load_session

        good: list[Path] = []
        for path in files:
            try:
                media_files.probe(path, stop)  # before the model: a wrong name is reported at once
                good.append(path)
            except AudioError as error:
                yield FileReport(path, ended=True, error=error)
        if not good:
            return
        yield FileReport(good[0], progress=_("Loading the speech model…"))
        network = load_session()
        with closing(load()) as transcriber:
            for path in good:
                try:
                    yield from _transcribe_one(path, transcriber, network, chosen, form, stop)
                except AudioError as error:
                    yield FileReport(path, ended=True, error=error)

    return work


def _transcribe_one(
    path: Path, transcriber: Transcriber, network: Any, chosen: TranscriptionOptions, form: str, stop: StopFlag
) -> Iterator[FileReport]:
    from fanlight.speech.file_transcription import transcribe_file
    from fanlight.speech.journal import Journal
    from fanlight.speech.vad import new_vad

    folder = paths.cache() / "speech" / "parts"
    events = transcribe_file(path, transcriber, new_vad(network), chosen, folder, limits=_part_limits)
    document = TranscriptDocument(path, form)
    begun: TranscriptionStarted | None = None
    with closing(events):
        for event in _yielding(path, events, stop):
            match event:
                case FileReport():
                    yield event
                case Yielded():
                    pass
                case ScanProgress(share):
                    text = _("{file}: checking, {percent}").format(file=path.name, percent=format_percent(share))
                    yield FileReport(path, progress=text)
                case TranscriptionStarted(upto=upto):
                    begun = event
                    if upto and not event.whole:
                        text = _("{file}: continuing at {time}").format(file=path.name, time=clock(upto))
                        yield FileReport(path, progress=text)
                case TranscriptionPart(upto, words, language):
                    length = begun.seconds if begun else None
                    piece = document.add_words(upto, words, language)
                    yield FileReport(path, progress=_how_far(path, upto, length), piece=piece)
                case _:
                    assert_never(event)
    if begun is not None and not stop.is_set():
        yield FileReport(path, piece=document.end(begun))
        yield FileReport(path, ended=True, drop=lambda: Journal(folder, begun.key).drop())


def _yielding(
    path: Path, events: Iterator[TranscriptionEvent], stop: StopFlag
) -> Iterator[TranscriptionEvent | FileReport]:
    """The events; before each, a report while somebody dictates in the window."""
    waiter = YieldWaiter(paths.home())
    while not stop.is_set():
        for _unused in waiter.wait_until_free():
            yield FileReport(path, progress=_("{file}: waiting while you speak").format(file=path.name))
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
        return f"{path.name}: {clock(upto)}"
    text = _("{file}: {time} of {length}, {percent}")
    share = min(1.0, int(100 * upto / length) / 100)
    return text.format(file=path.name, time=clock(upto), length=clock(length), percent=format_percent(share))


def _model_progress(done: float) -> None:
    if sys.stderr.isatty():
        text = _("Assembling the speech model: {percent}").format(percent=format_percent(done))
        sys.stderr.write(f"\r{text}")
        if done >= 1:
            sys.stderr.write("\r" + " " * 48 + "\r")
        sys.stderr.flush()


def _language(given: str | None, chosen: str) -> str | None:
    if given is None:
        return code_of(chosen)
    if given.casefold() == "auto":
        return None
    code = code_of(given)
    if code is None:
        raise InputError(
            _("Fanlight does not know the language “{language}”.").format(language=given),
            _("Use auto, or one of: {languages}.").format(
                languages=", ".join(f"{code} ({_(name)})" for code, name in LANGUAGES.items())
            ),
        )
    return code
