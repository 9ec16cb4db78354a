"""The transcription of one sound or video file: its state, its text so far, its progress in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, assert_never

from PySide6.QtCore import QObject, Signal

from fanlight.core.transcription.estimate import Estimate
from fanlight.core.transcription.run import TranscriptionDone, TranscriptionRun
from fanlight.domain.errors import error_text
from fanlight.domain.languages import LANGUAGES
from fanlight.domain.speech import Segment, TranscriptionOptions, Word
from fanlight.domain.transcription import (
    ScanProgress,
    TranscriptionEvent,
    TranscriptionPart,
    TranscriptionStarted,
    Yielded,
    clock,
)
from fanlight.i18n import _, format_number, format_percent, ngettext
from fanlight.speech.subtitle_lines import SubtitleLines

State = Literal["waiting", "working", "live", "stopped", "failed", "done"]
""""live": what it is made of is only just being played."""


class Transcription(QObject):
    """`segments` are committed; `open` are the words of a sentence that has not ended."""

    changed = Signal()
    """State, progress or text."""
    grew = Signal()
    """`segments` has grown, or `open` has changed."""
    cleared = Signal()
    """`segments` is empty: it starts over, or replays its journal."""
    from_file = True
    """It can be transcribed again."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.run: TranscriptionRun | None = None
        self.begun: TranscriptionStarted | None = None
        self.error: Exception | None = None
        self.segments: list[Segment] = []
        self.open: tuple[Word, ...] = ()
        self.kept = False
        """The whole is copied or saved: its journal is not needed again."""
        self.state: State = "waiting"
        self.fresh = False
        self.upto = 0.0
        self._ended = TranscriptionDone()
        self._words = 0
        self._scanned_share: float | None = None
        self._lines = SubtitleLines()
        self._estimate = Estimate()

    # Events.

    def next_run(self, options: TranscriptionOptions) -> TranscriptionRun:
        """The run to submit next: the present one, or a new one."""
        if self.run is None:
            self.run = TranscriptionRun(self.path, options, self.fresh)
            self.fresh = False
        self._set("working")
        return self.run

    def on_event(self, run: TranscriptionRun, event: TranscriptionEvent | TranscriptionDone) -> None:
        if run is not self.run:
            return
        match event:
            case Yielded():
                return
            case ScanProgress(share):
                self._scanned_share = share
            case TranscriptionStarted():
                self._clear_transcript()
                self.begun = event
            case TranscriptionPart(upto, words, language):
                self._scanned_share = None
                self._add_words(upto, words, language)
            case TranscriptionDone():
                self._ended = event
                self._complete()
                self._set("done")
            case _:
                assert_never(event)
        self.changed.emit()

    def on_step_ended(self, run: TranscriptionRun, before: float, took_seconds: float, error: Exception | None) -> None:
        """A step that began at `before` seconds has ended."""
        if run is not self.run:
            return
        resumed = self.begun.upto if self.begun else 0.0
        if before >= resumed and self.upto > before:
            self._estimate.add(self.upto - before, took_seconds)
        if error is not None:
            self.run, self.error = None, error
            self._set("failed")

    def stop(self) -> None:
        """The text so far stays, also in the journal on disk."""
        if self.state in ("waiting", "working"):
            if self.run is not None:
                self.run.interrupt()
            self._set("stopped")

    def abandon(self) -> None:
        """Stop, and ignore what its run still reports."""
        self.stop()
        self.run = None

    def resume(self) -> None:
        if self.state in ("stopped", "failed"):
            self.error = None
            if self.run is not None:
                self.run.proceed()
            self._set("waiting")

    def restart(self) -> None:
        """From the beginning, with the options chosen now."""
        if self.run is not None:
            self.run.interrupt()
        self.run, self.error, self.begun = None, None, None
        self.fresh, self.kept = True, False
        self._clear_transcript()
        self._set("waiting")

    # For display.

    @property
    def language(self) -> str:
        return self.segments[0].language if self.segments else ""

    @property
    def share(self) -> float | None:
        """Done, 0 to 1; None where that is not known."""
        if self.state == "done":
            return 1.0
        if self._scanned_share is not None:
            return None
        seconds = self.begun.seconds if self.begun else None
        return min(1.0, self.upto / seconds) if seconds else None

    @property
    def about(self) -> dict[str, Any]:
        """Fields of the JSON format beside the words."""
        begun = self.begun
        promised = begun.seconds if begun and self.state != "done" else None
        seconds = promised or self.upto
        return {"file": self.path.name, "seconds": round(seconds, 3), "model": begun.model if begun else ""}

    def status(self, *, model_ready: bool = True, paused: bool = False) -> str:
        """For people, in the language in use. `paused`: an utterance is under way."""
        match self.state:
            case "waiting":
                return _("Waiting")
            case "stopped":
                return self._stopped_text()
            case "failed":
                return error_text(self.error)
            case "done":
                return self._result()
        if paused:
            return _("Paused at {time} while you speak").format(time=clock(self.upto))
        if not model_ready:
            return _("Loading the speech model…")
        if self._scanned_share is not None and self.begun is None:
            return _("Looking for an earlier transcription… {percent}").format(
                percent=format_percent(self._scanned_share)
            )
        if self._scanned_share is not None:
            return _("Seeking to {time}… {percent}").format(
                time=clock(self.upto), percent=format_percent(self._scanned_share)
            )
        return self._progress_text()

    def note(self) -> str:
        """That a part of the file is missing or not heard, or where it resumed; "" where none is to be said."""
        if self.state == "done" and self._ended.promised:
            text = _("Only {decoded} of {promised} could be decoded; the rest of the file is missing or damaged.")
            return text.format(decoded=clock(self.upto), promised=clock(self._ended.promised))
        if self.state == "done" and self._ended.end_missing:
            return _("The end of the file is missing.")
        if self.begun is not None and self.begun.tracks > 1:
            text = _(
                "Of the file's {count} audio tracks, number {track} was heard; another language may choose another."
            )
            return text.format(count=self.begun.tracks, track=self.begun.track)
        if self.begun is None or not self.begun.upto:
            return ""
        if self.begun.whole:
            return _("This file was transcribed before.")
        return _("Resumed at {time}.").format(time=clock(self.begun.upto))

    def _progress_text(self) -> str:
        seconds = self.begun.seconds if self.begun else None
        if not seconds:
            return clock(self.upto) if self.upto else _("Starting…")
        done, whole = clock(self.upto), clock(seconds)
        if left := self._estimate.remaining_text(seconds - self.upto):
            return _("{done} of {whole}, {left}").format(done=done, whole=whole, left=left)
        return _("{done} of {whole}").format(done=done, whole=whole)

    def _result(self) -> str:
        if not self.segments:
            return _("No speech found ({length})").format(length=clock(self.upto))
        words = ngettext("{count} word", "{count} words", self._words).format(count=format_number(self._words))
        if not self.language:
            return _("Done: {length}, {words}").format(length=clock(self.upto), words=words)
        language = _(LANGUAGES.get(self.language, self.language))
        return _("Done: {length}, {words}, {language}").format(length=clock(self.upto), words=words, language=language)

    def _stopped_text(self) -> str:
        if not self.upto:
            return _("Stopped")
        return _("Stopped at {time}. You can resume it any time.").format(time=clock(self.upto))

    def _add_words(self, upto: float, words: tuple[Word, ...], language: str) -> None:
        self.upto = upto
        if words:
            self._words += len(words)
            self.segments += self._lines.add_words(words, language)
            self.open = self._lines.open
            self.grew.emit()

    def _complete(self) -> None:
        """The last sentence has ended."""
        self.segments += self._lines.flush()
        self.open = ()
        self.grew.emit()

    def _clear_transcript(self) -> None:
        self.segments, self.open, self._lines = [], (), SubtitleLines()
        self.upto, self._words, self._scanned_share, self._estimate = 0.0, 0, None, Estimate()
        self.cleared.emit()

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()
