"""`fanlight transcribe`: sound and video files become text or subtitles, part by part.

Text and subtitles go to stdout as they are heard; with `--output` files are written in one step when they are whole. A
run that ends early (Ctrl+C, a kill) has kept its finished parts: the same command goes on there.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight import compose, paths
from fanlight.cli.said import BAD_INPUT, OK, Progress, complain, harmless
from fanlight.cli.working import on_a_thread
from fanlight.domain.errors import AudioError, FanlightError, InputError
from fanlight.domain.languages import LANGUAGES, code_of
from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import Asked, Segment
from fanlight.domain.stop import StopFlag


@dataclass(frozen=True, slots=True)
class Said:
    """What happens to one file: progress in words, output, or its end (`error` None when it went well)."""

    path: Path
    progress: str = ""
    piece: str = ""
    ended: bool = False
    error: FanlightError | None = None


def run(options: argparse.Namespace) -> int:
    settings = compose.settings()
    asked = Asked(_language(options.language, settings.speech_language), options.translate, settings.names())
    files: list[Path] = options.files
    targets = _targets(files, options.output, options.format)
    if len(files) > 1 and not targets and options.format in ("srt", "vtt"):
        raise InputError("Subtitles of several files do not go into one output.", "Name a folder with --output.")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    work = _work(files, asked, options.format, lambda: compose.load_transcriber(settings, _model_progress))
    bad = _hear(work, files, targets, options.format)
    return BAD_INPUT if bad else OK


def _hear(
    work: Callable[[StopFlag], Iterator[Said]], files: Sequence[Path], targets: dict[Path, Path], form: str
) -> int:
    """Prints or writes what comes; the number of files that could not be done. Raises what concerns them all."""
    progress = Progress()
    pieces: list[str] = []
    bad = 0
    whole = form == "json" and not targets  # one JSON document on stdout, whatever happens to single files
    documents: list[str] = []
    try:
        with closing(on_a_thread(work)) as said:
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
                    if event.error is not None:
                        bad += 1
                        complain(event.error.message, event.error.hint)
                    elif target:
                        _write(text, target)
                    elif whole:
                        documents.append(text)
    except KeyboardInterrupt:
        progress.clear()
        complain("stopped", "The same command goes on after the last finished part.")
        raise
    finally:
        progress.clear()
    if whole and documents:
        print(documents[0] if len(files) == 1 else "[\n" + ",\n".join(documents) + "\n]", flush=True)
    return bad


def _work(
    files: Sequence[Path], asked: Asked, form: str, load: Callable[[], Transcriber]
) -> Callable[[StopFlag], Iterator[Said]]:
    def work(stop: StopFlag) -> Iterator[Said]:
        from fanlight.speech import media
        from fanlight.speech.gate import load_session

        good: list[Path] = []
        for path in files:
            try:
                media.probe(path)  # before the model: a wrong name is said at once
                good.append(path)
            except AudioError as error:
                yield Said(path, ended=True, error=error)
        if not good:
            return
        yield Said(good[0], progress="loading the speech model ...")
        network = load_session()
        with closing(load()) as transcriber:
            for path in good:
                try:
                    yield from _one(path, transcriber, network, asked, form, stop)
                except AudioError as error:
                    yield Said(path, ended=True, error=error)

    return work


def _one(path: Path, transcriber: Transcriber, network: Any, asked: Asked, form: str, stop: StopFlag) -> Iterator[Said]:
    from fanlight.speech import formats, media
    from fanlight.speech.files import transcribed
    from fanlight.speech.gate import new_gate
    from fanlight.speech.journal import Journal, Part, fingerprint

    yield Said(path, progress=f"{path.name}: looking at it ...")
    length = media.probe(path).seconds
    key = fingerprint(path, asked, transcriber.info.name, lambda: not stop.is_set(), lambda _: None)
    if not key:
        return
    journal = Journal(paths.cache() / "speech" / "parts", key)
    upto = 0.0

    def heard(parts: Iterator[Part]) -> Iterator[Segment]:
        nonlocal upto
        lines = formats.Lines()
        for part in parts:
            upto = part.upto
            yield from lines.take(part.words, part.language)
            if stop.is_set():
                return
        yield from lines.flush()

    with closing(transcribed(path, transcriber, new_gate(network), asked, journal)) as parts:
        if form == "json":
            known: list[Segment] = []
            for segment in heard(parts):
                known.append(segment)
                yield Said(path, progress=_how_far(path, upto, length))
            about = {"file": path.name, "seconds": round(length or upto, 3), "model": transcriber.info.name}
            yield Said(path, piece=formats.as_json(known, about))
        else:
            write = {"text": formats.text, "srt": formats.srt, "vtt": formats.vtt}[form]
            for piece in write(heard(parts)):
                yield Said(path, piece=piece, progress=_how_far(path, upto, length))
    if not stop.is_set():
        journal.drop()
        yield Said(path, ended=True)


def _how_far(path: Path, upto: float, length: float | None) -> str:
    done = f"{int(upto) // 60}:{int(upto) % 60:02}"
    if not length:
        return f"{path.name}: {done}"
    return f"{path.name}: {done} of {int(length) // 60}:{int(length) % 60:02}, {min(100, int(100 * upto / length))} %"


def _model_progress(done: float) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\rputting the speech model together: {100 * done:3.0f} %")
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
            f'Fanlight does not know the language "{given}".',
            f"Say auto, or one of: {', '.join(f'{code} ({name})' for code, name in LANGUAGES.items())}.",
        )
    return code


def _targets(files: Sequence[Path], output: Path | None, form: str) -> dict[Path, Path]:
    """Where each file's transcript goes; none for stdout. Raises InputError before any work."""
    from fanlight.speech.formats import SUFFIXES

    if output is None:
        return {}
    if len(files) == 1 and not output.is_dir():
        targets = {files[0]: output}
    elif output.is_dir():
        targets = {path: output / f"{path.stem}{SUFFIXES[form]}" for path in files}  # type: ignore[index]
    else:
        raise InputError(f"There is no folder {output} for several files.", "Make the folder first.")
    if len({target.resolve() for target in targets.values()}) < len(set(files)):
        raise InputError("Two of the files would be written to the same name.", "Do them one by one.")
    for path, target in targets.items():
        if target.resolve() == path.resolve():
            raise InputError("The output would replace the input.", "Name another output.")
        if not target.absolute().parent.is_dir():
            raise InputError(f"There is no folder {target.parent} to write to.", "Make the folder first.")
    return targets


def _write(text: str, target: Path) -> None:
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        draft.write_text(text, "utf-8", "backslashreplace")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError(f"{target} could not be written: {error.strerror}.", "Choose another place.") from error
