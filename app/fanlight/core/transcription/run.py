"""The work of one transcription, step by step, on the speech thread."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from fanlight.domain.errors import FanlightError
from fanlight.domain.ports import SpeechRecognizer
from fanlight.domain.speech import TranscriptionOptions
from fanlight.domain.stop import StopFlag
from fanlight.domain.transcription import TranscriptionEvent, TranscriptionPart, TranscriptionStarted, Yielded
from fanlight.speech.media_length import is_end_missing, unkept_length

STEP_SECONDS = 0.05
"""A step ends with the first event after this long: at most one part later."""


@dataclass(frozen=True, slots=True)
class TranscriptionDone:
    """The file is transcribed to its end. `promised`: the seconds in its header, where much less could be decoded, else
    0; `end_missing`: the file stops before its last page."""

    promised: float = 0.0
    end_missing: bool = False


class TranscriptionRun:
    """Runs on the speech thread; once it is submitted, other threads may only interrupt it."""

    def __init__(self, path: Path, options: TranscriptionOptions, fresh: bool) -> None:
        self.options = options
        self._path, self._fresh = path, fresh
        self._recognizer: SpeechRecognizer | None = None
        self._events: Generator[TranscriptionEvent, None, None] | None = None
        self._seconds: float | None = None
        self._upto = 0.0
        self._stop = StopFlag()

    def interrupt(self) -> None:
        """Wait for no decode of the file any more: a damaged one may hang. From any thread."""
        self._stop.set()

    def proceed(self) -> None:
        """Take it up again."""
        self._stop.clear()

    def step(
        self, recognizer: SpeechRecognizer, emit: Callable[[TranscriptionEvent | TranscriptionDone], None]
    ) -> None:
        """Transcribe for about STEP_SECONDS. With another recognizer than before, or after a decode was interrupted, it
        resumes from the journal. Raises AudioError and SpeechError."""
        if self._events is None or recognizer is not self._recognizer:
            self._recognizer, self._events = (
                recognizer,
                recognizer.transcribe_file(self._path, self.options, self._fresh, self._stop),
            )
        until = monotonic() + STEP_SECONDS
        try:
            for event in self._events:
                self._remember(event)
                if not isinstance(event, Yielded):
                    emit(event)
                if monotonic() >= until:
                    return
        except FanlightError:
            self._events = None
            if self._stop.is_set():
                return
            raise
        promised = unkept_length(self._path, self._seconds, self._upto)
        emit(TranscriptionDone(promised, is_end_missing(self._path)))

    def _remember(self, event: TranscriptionEvent) -> None:
        match event:
            case TranscriptionStarted(seconds):
                self._fresh, self._seconds, self._upto = False, seconds, 0.0
            case TranscriptionPart(upto):
                self._upto = upto
