"""`fanlight transcribe`: sound and video files become text or subtitles, part by part.

Text and subtitles go to stdout as they are heard; with `--output` files are written in one step when they are whole. A
run that ends early (Ctrl+C, a kill) has kept its finished parts: the same command goes on there. Between parts it waits
while somebody dictates in the window.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from fanlight import compose, paths
from fanlight.cli.background import in_background
from fanlight.cli.output import BAD_INPUT, OK, ProgressLine, complain, complain_about, harmless
from fanlight.domain.errors import AudioError, FanlightError, InputError
from fanlight.domain.languages import LANGUAGES, code_of
from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import Segment, TranscriptionOptions, Word
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
from fanlight.ipc import client
from fanlight.ipc.yield_lock import YieldWaiter
from fanlight.speech.packages import speech_imports
from fanlight.speech.transcript_file import save_transcript

if TYPE_CHECKING:
    from fanlight.speech.file_transcription import PartLimits


@dataclass(frozen=True, slots=True)
class FileReport:
    """What happens to one file: progress in words, output, or its end. `error` is None when it went well, and `drop` is
    called once the output is where it belongs."""

    path: Path
    progress: str = ""
    piece: str = ""
    ended: bool = False
    error: FanlightError | None = None
    drop: Callable[[], object] = lambda: None


def run(options: argparse.Namespace) -> int:
    settings = compose.settings()
    asked = TranscriptionOptions(
        _language(options.language, settings.speech_language), options.translate, settings.names()
    )
    files: list[Path] = options.files
    targets = _targets(files, options.output, options.format)
    if len(files) > 1 and not targets and options.format in ("srt", "vtt"):
        raise InputError(_("Subtitles of several files cannot go into one output."), _("Name a folder with --output."))
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    work = _work(files, asked, options.format, lambda: compose.load_transcriber(settings, _model_progress))
    bad = _hear(work, files, targets, options.format)
    return BAD_INPUT if bad else OK


def _hear(
    work: Callable[[StopFlag], Iterator[FileReport]], files: Sequence[Path], targets: dict[Path, Path], form: str
) -> int:
    """Prints or writes what comes; the number of files that could not be done. Raises what concerns them all."""
    progress = ProgressLine()
    pieces: list[str] = []
    bad = 0
    whole = form == "json" and not targets  # one JSON document on stdout, whatever happens to single files
    documents: list[tuple[str, Callable[[], object]]] = []
    try:
        with closing(in_background(work)) as said:
            for event in said:
                target = targets.get(event.path)
                if event.piece and (whole or target):
                    pieces.append(event.piece)
                elif event.piece:
                    progress.clear()
                    print(harmless(event.piece) if sys.stdout.isatty() else event.piece, end="", flush=True)
                if event.progress:
                    progress.show(event.progress)
                if event.ended:
                    progress.clear()
                    text, pieces = "".join(pieces), []
                    error = event.error or (_saved(text, target) if target else None)
                    if error is not None:
                        bad += 1
                        complain_about(error)
                    elif whole:
                        documents.append((text, event.drop))
                    else:
                        event.drop()
    except KeyboardInterrupt:
        progress.clear()
        complain(_("Stopped."), _("The same command continues after the last finished part."))
        raise
    finally:
        progress.clear()
    if whole and documents:
        texts = [text for text, _drop in documents]
        print(texts[0] if len(files) == 1 else "[\n" + ",\n".join(texts) + "\n]", flush=True)
        for _text, drop in documents:
            drop()
    return bad


def _saved(text: str, target: Path) -> FanlightError | None:
    try:
        save_transcript([text], target)
    except InputError as error:
        return error
    return None


def _work(
    files: Sequence[Path], asked: TranscriptionOptions, form: str, load: Callable[[], Transcriber]
) -> Callable[[StopFlag], Iterator[FileReport]]:
    def work(stop: StopFlag) -> Iterator[FileReport]:
        with speech_imports():
            from fanlight.speech import media
            from fanlight.speech.vad import load_session

        good: list[Path] = []
        for path in files:
            try:
                media.probe(path)  # before the model: a wrong name is said at once
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
                    yield from _one(path, transcriber, network, asked, form, stop)
                except AudioError as error:
                    yield FileReport(path, ended=True, error=error)

    return work


def _one(
    path: Path, transcriber: Transcriber, network: Any, asked: TranscriptionOptions, form: str, stop: StopFlag
) -> Iterator[FileReport]:
    from fanlight.speech.file_transcription import transcribe_file
    from fanlight.speech.journal import Journal
    from fanlight.speech.vad import new_vad

    folder = paths.cache() / "speech" / "parts"
    told = transcribe_file(path, transcriber, new_vad(network), asked, folder, limits=_pace)
    document = _Document(path, form)
    begun: TranscriptionStarted | None = None
    with closing(told):
        for event in _giving_way(path, told, stop):
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
                    piece = document.take(upto, words, language)
                    yield FileReport(path, progress=_how_far(path, upto, length), piece=piece)
                case _:
                    assert_never(event)
    if begun is not None and not stop.is_set():
        yield FileReport(path, piece=document.end(begun))
        yield FileReport(path, ended=True, drop=lambda: Journal(folder, begun.key).drop())


def _giving_way(
    path: Path, told: Iterator[TranscriptionEvent], stop: StopFlag
) -> Iterator[TranscriptionEvent | FileReport]:
    """What is told, and before each step that somebody dictates, while they do."""
    waiter = YieldWaiter(paths.home())
    while not stop.is_set():
        for _unused in waiter.wait_until_free():
            yield FileReport(path, progress=_("{file}: waiting while you speak").format(file=path.name))
            if stop.is_set():
                return
        event = next(told, None)
        if event is None:
            return
        yield event


def _pace() -> PartLimits:
    """Where a window is open somebody may speak at any moment: parts are short then, so that none is in the way."""
    from fanlight.speech.file_transcription import LONG_PARTS, SHORT_PARTS

    return SHORT_PARTS if any(os.path.lexists(address) for address in client.addresses()) else LONG_PARTS


class _Document:
    """The output, in pieces; JSON in one."""

    def __init__(self, path: Path, form: str) -> None:
        from fanlight.speech import transcript_formats

        self._as_json, self._path = transcript_formats.as_json, path
        self._lines = transcript_formats.SubtitleLines()
        self._writer = None if form == "json" else transcript_formats.WRITERS[form]()  # type: ignore[index]
        self._known: list[Segment] = []
        self._upto = 0.0

    def take(self, upto: float, words: Sequence[Word], language: str) -> str:
        self._upto = upto
        return self._add(self._lines.add_words(words, language))

    def end(self, begun: TranscriptionStarted) -> str:
        last = self._add(self._lines.flush())
        if self._writer is not None:
            return last + self._writer.end()
        about = {"file": self._path.name, "seconds": round(begun.seconds or self._upto, 3), "model": begun.model}
        return self._as_json(self._known, about)

    def _add(self, segments: Iterator[Segment]) -> str:
        if self._writer is None:
            self._known += segments
            return ""
        return "".join(map(self._writer.add_segment, segments))


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


def _targets(files: Sequence[Path], output: Path | None, form: str) -> dict[Path, Path]:
    """Where each file's transcript goes; none for stdout. Raises InputError before any work."""
    from fanlight.speech.transcript_formats import SUFFIXES

    if output is None:
        return {}
    if len(files) == 1 and not output.is_dir():
        targets = {files[0]: output}
    elif output.is_dir():
        targets = {path: output / f"{path.stem}{SUFFIXES[form]}" for path in files}  # type: ignore[index]
    else:
        raise InputError(_("The folder {folder} does not exist.").format(folder=output), _("Create the folder first."))
    if len({target.resolve() for target in targets.values()}) < len(set(files)):
        raise InputError(_("Two of the files would get the same name."), _("Transcribe them one at a time."))
    for path, target in targets.items():
        if target.resolve() == path.resolve():
            raise InputError(_("The output would replace the input."), _("Name another output file."))
        if not target.absolute().parent.is_dir():
            raise InputError(
                _("The folder {folder} does not exist.").format(folder=target.parent), _("Create the folder first.")
            )
    return targets
