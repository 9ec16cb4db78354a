"""Where transcripts go: stdout as they come, or files written in one step when they are whole."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fanlight.cli.output import ProgressLine, complain_about, harmless
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.speech import Segment, Word
from fanlight.domain.transcription import TranscriptionStarted
from fanlight.i18n import _
from fanlight.speech.transcript_file import save_transcript


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


class TranscriptOutput:
    """Prints or writes what is reported, file by file. `failed` counts the files that could not be done."""

    def __init__(self, files: Sequence[Path], targets: dict[Path, Path], form: str) -> None:
        self.progress, self.failed = ProgressLine(), 0
        self._files, self._targets = files, targets
        self._pieces: list[str] = []
        self._as_document = form == "json" and not targets
        """One JSON document on stdout, whatever happens to single files."""
        self._documents: list[tuple[str, Callable[[], object]]] = []

    def add(self, report: FileReport) -> None:
        if report.piece:
            self._add_piece(report)
        if report.progress:
            self.progress.show(report.progress)
        if report.ended:
            self._end_file(report)

    def finish(self) -> None:
        if not self._documents:
            return
        texts = [text for text, _drop in self._documents]
        print(texts[0] if len(self._files) == 1 else "[\n" + ",\n".join(texts) + "\n]", flush=True)
        for _text, drop in self._documents:
            drop()

    def _add_piece(self, report: FileReport) -> None:
        if self._as_document or report.path in self._targets:
            self._pieces.append(report.piece)
        else:
            self.progress.clear()
            print(harmless(report.piece) if sys.stdout.isatty() else report.piece, end="", flush=True)

    def _end_file(self, report: FileReport) -> None:
        self.progress.clear()
        text, self._pieces = "".join(self._pieces), []
        target = self._targets.get(report.path)
        error = report.error or (_save(text, target) if target else None)
        if error is not None:
            self.failed += 1
            complain_about(error)
        elif self._as_document:
            self._documents.append((text, report.drop))
        else:
            report.drop()


def _save(text: str, target: Path) -> FanlightError | None:
    try:
        save_transcript([text], target)
    except InputError as error:
        return error
    return None


class TranscriptDocument:
    """The output, in pieces; JSON in one."""

    def __init__(self, path: Path, form: str) -> None:
        from fanlight.speech import transcript_formats

        self._as_json, self._path = transcript_formats.as_json, path
        self._lines = transcript_formats.SubtitleLines()
        self._writer = None if form == "json" else transcript_formats.WRITERS[form]()  # type: ignore[index]
        self._known: list[Segment] = []
        self._upto = 0.0

    def add_words(self, upto: float, words: Sequence[Word], language: str) -> str:
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


def targets_of(files: Sequence[Path], output: Path | None, form: str) -> dict[Path, Path]:
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
