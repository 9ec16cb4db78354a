"""What is said in a video that is attached to a question: transcribed as any recording is, a step at a time, and what
was done before is taken over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from fanlight.core.chat.clip_loading import Heard, OnShare
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.transcription.run import TranscriptionDone, TranscriptionRun
from fanlight.domain.clips import HeardWords
from fanlight.domain.errors import AudioError, FanlightError
from fanlight.domain.languages import code_of
from fanlight.domain.speech import TranscriptionOptions
from fanlight.domain.transcription import TranscriptionEvent, TranscriptionPart, TranscriptionStarted
from fanlight.i18n import _


class ClipHearing(QObject):
    """One file after the other; all wait during an utterance."""

    def __init__(
        self, speech_worker: SpeechWorker, talk: PushToTalk, settings_store: SettingsStore, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._speech_worker, self._talk, self._settings_store = speech_worker, talk, settings_store
        self._waiting: list[_Listening] = []
        self._stepping = False
        talk.changed.connect(self._step)

    def hear(
        self, path: Path, until: float, on_share: OnShare, on_heard: Callable[[Heard], object]
    ) -> Callable[[], None]:
        """A `Hear`. What comes behind `until` is left to who wants it later."""
        settings = self._settings_store.now
        options = TranscriptionOptions(
            code_of(settings.speech_language), False, settings.names(), replacements=settings.replacements()
        )
        listening = _Listening(TranscriptionRun(path, options, False), until, on_share, on_heard)
        self._waiting.append(listening)
        self._step()
        return partial(self._stop, listening)

    def _stop(self, listening: _Listening) -> None:
        listening.run.interrupt()
        if listening in self._waiting:
            self._waiting.remove(listening)

    def _step(self) -> None:
        if self._stepping or not self._waiting or self._talk.active:
            return
        self._stepping = True
        first = self._waiting[0]
        self._speech_worker.run_step(
            self._settings_store.now, first.run.step, first.on_event, partial(self._on_step_ended, first)
        )

    def _on_step_ended(self, listening: _Listening, error: Exception | None) -> None:
        self._stepping = False
        if listening in self._waiting and (listening.is_done or error is not None):
            self._waiting.remove(listening)
            listening.run.interrupt()
            listening.on_heard(listening.words if error is None else _known(error))
        self._step()


class _Listening:
    def __init__(
        self, run: TranscriptionRun, until: float, on_share: OnShare, on_heard: Callable[[Heard], object]
    ) -> None:
        self.run, self.on_share, self.on_heard = run, on_share, on_heard
        self._until = until
        self.words: list[HeardWords] = []
        self.is_done = False
        self._seconds = 0.0

    def on_event(self, event: TranscriptionEvent | TranscriptionDone) -> None:
        match event:
            case TranscriptionStarted(seconds):
                self._seconds = seconds or 0.0
            case TranscriptionPart(upto, words):
                self.words += [HeardWords(word.start, word.end, word.text) for word in words]
                self.is_done = self.is_done or 0 < self._until <= upto
                if wanted := self._until or self._seconds:
                    self.on_share(min(1.0, upto / wanted))
            case TranscriptionDone():
                self.is_done = True
            case _:
                pass


def _known(error: Exception) -> FanlightError:
    return error if isinstance(error, FanlightError) else AudioError(_("Its sound cannot be read."))
