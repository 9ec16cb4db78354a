"""Where transcripts go: stdout as they come, or files written in one step when they are whole."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.cli.output import ProgressLine, complain, complain_about, json_text
from fanlight.cli.output_place import STANDARD_STREAM, OutputPlace
from fanlight.cli.sound_input import recording_name
from fanlight.cli.streams import harmless, put
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at, shortened
from fanlight.domain.speech import Segment, Word
from fanlight.domain.transcription import TranscriptionStarted
from fanlight.files import shortened_name
from fanlight.i18n import _

if TYPE_CHECKING:
    from fanlight.speech.journal import Journal


@dataclass(frozen=True, slots=True)
class FileReport:
    """What happens to one file: progress in words, output, something to be said, or its end. `error` is None when it
    went well; then `journal` is dropped once the output is where it belongs."""

    path: Path
    progress: str = ""
    piece: str = ""
    notice: str = ""
    ended: bool = False
    error: FanlightError | None = None
    journal: Journal | None = None


class TranscriptOutput:
    """Prints or writes what is reported, file by file. `failed` counts the files that could not be done."""

    def __init__(self, files: Sequence[Path], targets: dict[Path, OutputPlace], form: str) -> None:
        self.progress, self.failed = ProgressLine(), 0
        self._files, self._targets = files, targets
        self._pieces: list[str] = []
        self._as_document = form == "json" and not targets
        """One JSON document on stdout, whatever happens to single files."""
        self._documents: list[tuple[str, Journal | None]] = []

    def add(self, report: FileReport) -> None:
        if report.piece:
            self._add_piece(report)
        if report.progress:
            self.progress.show(report.progress)
        if report.notice:
            self.progress.clear()
            complain(report.notice)
        if report.ended:
            self._end_file(report)

    def finish(self) -> None:
        if not self._documents:
            return
        parsed = [json.loads(text) for text, _journal in self._documents]
        put(json_text(parsed[0] if len(self._files) == 1 else parsed))
        for _text, journal in self._documents:
            _drop(journal)

    def _add_piece(self, report: FileReport) -> None:
        if self._as_document or report.path in self._targets:
            self._pieces.append(report.piece)
        else:
            self.progress.clear()
            put(harmless(report.piece) if sys.stdout.isatty() else report.piece, end="")

    def _end_file(self, report: FileReport) -> None:
        self.progress.clear()
        text, self._pieces = "".join(self._pieces), []
        target = self._targets.get(report.path)
        error = report.error or (_save(text, target, report.journal) if target else None)
        if error is not None:
            self.failed += 1
            complain_about(error)
        elif self._as_document:
            self._documents.append((text, report.journal))
        else:
            _drop(report.journal)


def _drop(journal: Journal | None) -> None:
    if journal is not None:
        journal.drop()


def _save(text: str, target: OutputPlace, journal: Journal | None) -> FanlightError | None:
    from fanlight.speech.transcript_file import save_transcript

    assert target.path is not None
    try:
        save_transcript([text], target.path)
    except InputError as error:
        return InputError(error.message, f"{error.hint} {_where_kept(text, target, journal)}")
    return None


def _where_kept(text: str, target: OutputPlace, journal: Journal | None) -> str:
    """What becomes of a transcript that could not be saved, as a sentence."""
    if journal is not None and journal.parts() and journal.whole:
        return _("What was recognized is kept: the same command writes it at once.")
    assert target.path is not None
    try:
        descriptor, path = tempfile.mkstemp(target.path.suffix[:20], "fanlight-transcript-")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        return _("It could not be kept anywhere else: {reason}.").format(reason=os_reason(error))
    return _("The transcript is in {path}.").format(path=path)


class TranscriptDocument:
    """The output, in pieces; JSON in one. `upto`: seconds that were decoded, which may be less than the file's header
    promises."""

    def __init__(self, path: Path, form: str) -> None:
        from fanlight.speech import transcript_formats
        from fanlight.speech.subtitle_lines import SubtitleLines

        self._as_json, self._path = transcript_formats.as_json, path
        self._lines = SubtitleLines()
        self._writer = None if form == "json" else transcript_formats.WRITERS[form]()  # type: ignore[index]
        self._known: list[Segment] = []
        self.upto = 0.0
        self.any_words = False

    def add_words(self, upto: float, words: Sequence[Word], language: str) -> str:
        self.upto = upto
        self.any_words = self.any_words or bool(words)
        return self._add(self._lines.add_words(words, language))

    def end(self, begun: TranscriptionStarted) -> str:
        last = self._add(self._lines.flush())
        if self._writer is not None:
            return last + self._writer.end()
        about = {"file": recording_name(self._path), "seconds": round(self.upto, 3), "model": begun.model}
        return self._as_json(self._known, about)

    def _add(self, segments: Iterator[Segment]) -> str:
        if self._writer is None:
            self._known += segments
            return ""
        return "".join(map(self._writer.add_segment, segments))


def targets_of(files: Sequence[Path], output: str | None, form: str) -> dict[Path, OutputPlace]:
    """Where each file's transcript goes; none for stdout. A folder that is not there yet is made. Raises InputError
    before any work."""
    from fanlight.speech.transcript_formats import SUFFIXES

    if output is None or output == STANDARD_STREAM:
        return {}
    named = OutputPlace(output)
    assert named.path is not None
    found = look_at(named.path)
    if found.is_folder or output.endswith(("/", os.sep)) or len(files) > 1:
        if not found.is_folder:
            _make_folder(named.path)
        suffix: str = SUFFIXES[form]  # type: ignore[index]
        targets = {path: OutputPlace(str(named.path / _name_of(path, suffix))) for path in files}
    else:
        targets = {files[0]: named}
    if len({os.path.realpath(str(place.path)) for place in targets.values()}) < len(set(files)):
        raise InputError(_("Two of the files would get the same name."), _("Transcribe them one at a time."))
    for place in targets.values():
        place.check(files)
    return targets


def format_of(output: str | None) -> str | None:
    """The format that the name of an output file asks for."""
    from fanlight.speech.transcript_formats import SUFFIXES

    suffix = Path(output or "").suffix.lower()
    return next((form for form, ending in SUFFIXES.items() if ending == suffix), None)


def _name_of(path: Path, suffix: str) -> str:
    stem = Path(recording_name(path)).stem
    return (stem if len(os.fsencode(stem + suffix)) <= 255 else shortened_name(stem)) + suffix


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir()
    except OSError as error:
        raise InputError(
            _("The folder {folder} cannot be made: {reason}.").format(
                folder=shortened(str(folder)), reason=os_reason(error)
            ),
            _("Name a folder in one that exists."),
        ) from error
