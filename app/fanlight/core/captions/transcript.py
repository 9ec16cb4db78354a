"""What the computer played while captions were on, as a transcript: in memory, until it is saved or Fanlight quits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDateTime, QObject, Signal

from fanlight.core.transcription.transcription import Transcription
from fanlight.domain.errors import error_text
from fanlight.domain.speech import CaptionWords, Segment, Word
from fanlight.domain.transcription import clock
from fanlight.i18n import _


class CaptionTranscript(Transcription):
    """Beside the transcripts of files; `path` is the name under which it would be saved."""

    stop_requested = Signal()
    from_file = False

    def __init__(self, parent: QObject | None = None) -> None:
        time = QDateTime.currentDateTime().toString("yyyy-MM-dd HH-mm")
        super().__init__(Path.home() / _("Captions {time}").format(time=time), parent)
        self.state = "live"
        self._hypothesis: tuple[Word, ...] = ()

    def add(self, words: CaptionWords) -> None:
        self._hypothesis = words.hypothesis
        if words.settled:
            self._add_words(words.settled[-1].end, words.settled, words.language)
            self.changed.emit()

    def end(self, error: Exception | None = None) -> None:
        """Nothing follows."""
        if self.state != "live":
            return
        self._hypothesis, self.error = (), error
        self._complete()
        self._set("failed" if error is not None else "done")

    def since(self, seconds: float) -> Sequence[Segment]:
        """The segments that end after it, and what has no end yet."""
        first = len(self.segments)
        while first and self.segments[first - 1].end > seconds:
            first -= 1
        rest = (*self.open, *self._hypothesis)
        return [*self.segments[first:], *([Segment(rest, self.language)] if rest else [])]

    def stop(self) -> None:
        """Captions end."""
        if self.state == "live":
            self.stop_requested.emit()

    def resume(self) -> None:
        """It cannot be: what was played is over."""

    def restart(self) -> None:
        """As `resume`."""

    def status(self, *, model_ready: bool = True, paused: bool = False) -> str:
        """For people, in the language in use."""
        if self.state == "live":
            return _("Captions are on: {length}").format(length=clock(self.upto))
        if self.state == "failed":
            return error_text(self.error)
        return super().status(model_ready=model_ready, paused=paused)
