"""One sound or video file on its way to text. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Literal, assert_never

from PySide6.QtCore import QObject, Signal

from fanlight.core.transcription.estimate import Estimate
from fanlight.domain.errors import FanlightError, error_text
from fanlight.domain.languages import LANGUAGES
from fanlight.domain.ports import SpeechRecognizer
from fanlight.domain.speech import Segment, TranscriptionOptions, Word
from fanlight.domain.transcription import (
    ScanProgress,
    TranscriptionEvent,
    TranscriptionPart,
    TranscriptionStarted,
    Yielded,
    clock,
)
from fanlight.i18n import _, format_number, ngettext
from fanlight.speech.transcript_formats import SubtitleLines

State = Literal["waiting", "working", "stopped", "failed", "done"]

STEP_SECONDS = 0.05
"""A step ends with the first thing that is told after so long: a part later at most."""


@dataclass(frozen=True, slots=True)
class NothingLeft:
    """Nothing is left to do."""


class TranscriptionRun:
    """The speech thread's side: nobody else touches it once it was submitted."""

    def __init__(self, path: Path, asked: TranscriptionOptions, fresh: bool) -> None:
        self.asked = asked
        self._path, self._fresh = path, fresh
        self._listener: SpeechRecognizer | None = None
        self._told: Generator[TranscriptionEvent, None, None] | None = None

    def step(self, listener: SpeechRecognizer, tell: Callable[[TranscriptionEvent | NothingLeft], None]) -> None:
        """Goes on for a moment. A listener that was loaded anew begins anew, from the journal. Raises AudioError and
        SpeechError."""
        if self._told is None or listener is not self._listener:
            self._listener, self._told = listener, listener.transcribe_file(self._path, self.asked, self._fresh)
        until = monotonic() + STEP_SECONDS
        try:
            for told in self._told:
                self._fresh = self._fresh and not isinstance(told, TranscriptionStarted)
                if not isinstance(told, Yielded):
                    tell(told)
                if monotonic() >= until:
                    return
        except FanlightError:
            self._told = None
            raise
        tell(NothingLeft())


class Transcription(QObject):
    """`segments` are what is settled, `open` the words of a sentence that has not ended."""

    changed = Signal()
    """What it says of itself."""
    grew = Signal()
    """`segments` are more, or `open` is another."""
    cleared = Signal()
    """`segments` are gone: it begins anew, or what was done before comes now."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.run: TranscriptionRun | None = None
        self.begun: TranscriptionStarted | None = None
        self.error: Exception | None = None
        self.segments: list[Segment] = []
        self.open: tuple[Word, ...] = ()
        self.kept = False
        """The whole is copied or saved: it need not be found again."""
        self.state: State = "waiting"
        self.fresh = False
        self.upto = 0.0
        self._words = 0
        self._looked: float | None = None
        self._lines = SubtitleLines()
        self._estimate = Estimate()

    # What happens to it.

    def begin(self, asked: TranscriptionOptions) -> TranscriptionRun:
        """It is its turn: it goes on, or begins."""
        if self.run is None:
            self.run = TranscriptionRun(self.path, asked, self.fresh)
            self.fresh = False
        self._set("working")
        return self.run

    def hear(self, run: TranscriptionRun, told: TranscriptionEvent | NothingLeft) -> None:
        if run is not self.run:
            return
        match told:
            case Yielded():
                return
            case ScanProgress(share):
                self._looked = share
            case TranscriptionStarted():
                self._clear()
                self.begun = told
            case TranscriptionPart(upto, words, language):
                self._looked = None
                self._take(upto, words, language)
            case NothingLeft():
                self.segments += self._lines.flush()
                self.open = ()
                self.grew.emit()
                self._set("done")
            case _:
                assert_never(told)
        self.changed.emit()

    def stepped(self, run: TranscriptionRun, before: float, took_seconds: float, error: Exception | None) -> None:
        """A step that began at `before` seconds is over."""
        if run is not self.run:
            return
        resumed = self.begun.upto if self.begun else 0.0
        if before >= resumed and self.upto > before:
            self._estimate.add(self.upto - before, took_seconds)
        if error is not None:
            self.run, self.error = None, error
            self._set("failed")

    def stop(self) -> None:
        """What is told of it until then stays, also on disk."""
        if self.state in ("waiting", "working"):
            self._set("stopped")

    def leave(self) -> None:
        """Nobody wants it any more: nothing is heard of it from now on."""
        self.stop()
        self.run = None

    def go_on(self) -> None:
        if self.state in ("stopped", "failed"):
            self.error = None
            self._set("waiting")

    def start_again(self) -> None:
        """From the beginning, and as it is asked now."""
        self.run, self.error, self.begun = None, None, None
        self.fresh, self.kept = True, False
        self._clear()
        self._set("waiting")

    # What it says.

    @property
    def language(self) -> str:
        return self.segments[0].language if self.segments else ""

    @property
    def share(self) -> float | None:
        """How much of it is done, 0 to 1; None where that is not known."""
        if self.state == "done":
            return 1.0
        if self._looked is not None:
            return None
        seconds = self.begun.seconds if self.begun else None
        return min(1.0, self.upto / seconds) if seconds else None

    @property
    def about(self) -> dict[str, Any]:
        """What JSON says beside the words."""
        begun = self.begun
        seconds = (begun.seconds if begun else None) or self.upto
        return {"file": self.path.name, "seconds": round(seconds, 3), "model": begun.model if begun else ""}

    def status(self, *, model_ready: bool = True, spoken: bool = False) -> str:
        """In words. `spoken`: somebody dictates, and this waits."""
        match self.state:
            case "waiting":
                return _("Waiting")
            case "stopped":
                return self._stopped_text()
            case "failed":
                return error_text(self.error)
            case "done":
                return self._result()
        if spoken:
            return _("Paused at {time} while you speak").format(time=clock(self.upto))
        if not model_ready:
            return _("Loading the speech model…")
        if self._looked is not None and self.begun is None:
            return _("Looking for an earlier transcription… {percent} %").format(percent=round(100 * self._looked))
        if self._looked is not None:
            return _("Seeking to {time}… {percent} %").format(time=clock(self.upto), percent=round(100 * self._looked))
        return self._progress()

    def note(self) -> str:
        """Where it went on, if it did not begin at its beginning."""
        if self.begun is None or not self.begun.upto:
            return ""
        if self.begun.whole:
            return _("This file was transcribed before.")
        return _("Resumed at {time}.").format(time=clock(self.begun.upto))

    def _progress(self) -> str:
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

    def _take(self, upto: float, words: tuple[Word, ...], language: str) -> None:
        self.upto = upto
        if words:
            self._words += len(words)
            self.segments += self._lines.take(words, language)
            self.open = self._lines.open
            self.grew.emit()

    def _clear(self) -> None:
        self.segments, self.open, self._lines = [], (), SubtitleLines()
        self.upto, self._words, self._looked, self._estimate = 0.0, 0, None, Estimate()
        self.cleared.emit()

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()
