"""Sound and video files become text, one after the other, on the speech thread, a part at a time. An utterance is
served before the next part, and quitting waits for one part at most."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal

from fanlight import paths
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.transcription.run import TranscriptionRun
from fanlight.core.transcription.transcription import Transcription
from fanlight.core.window_state import WindowState
from fanlight.domain.languages import code_of
from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.journal import Journal

LANGUAGE, TRANSLATE = "transcribe_language", "transcribe_translate"
"""Keys of the window state."""


class TranscriptionQueue(QObject):
    added = Signal(object)
    """A Transcription at the end of `all`."""
    removed = Signal(object)
    progressed = Signal(object)
    """A Transcription: its state, progress or text has changed."""

    def __init__(
        self,
        speech_worker: SpeechWorker,
        talk: PushToTalk,
        settings_store: SettingsStore,
        window_state: WindowState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._speech_worker, self._talk = speech_worker, talk
        self._settings_store, self._window_state = settings_store, window_state
        self.all: list[Transcription] = []
        self._stepping = self._closed = False
        talk.changed.connect(self._on_utterance_changed)
        speech_worker.ready_changed.connect(self._refresh_status)

    # What the user chooses.

    @property
    def language(self) -> str:
        """A code, or "auto"."""
        kept = self._window_state.text(LANGUAGE)
        return kept if kept == "auto" or code_of(kept) else self._settings_store.now.speech_language

    @property
    def translate(self) -> bool:
        return self._window_state.flag(TRANSLATE, self._settings_store.now.talk_translate)

    def choose_options(self, language: str, translate: bool) -> None:
        """For files that start from now on; remembered."""
        kept: dict[str, bool | str] = {LANGUAGE: language, TRANSLATE: translate}
        self._window_state.keep(**kept)
        self._refresh_status()

    @property
    def options(self) -> TranscriptionOptions:
        settings = self._settings_store.now
        return TranscriptionOptions(
            code_of(self.language), self.translate, settings.names(), replacements=settings.replacements()
        )

    def add(self, files: Sequence[Path]) -> list[Transcription]:
        """At the end; a file that is in the list already resumes."""
        added = []
        for path in files:
            one = next((one for one in self.all if one.path == path), None)
            if one is None:
                one = Transcription(path, self)
                one.changed.connect(partial(self._on_file_changed, one))
                self.all.append(one)
                self.added.emit(one)
            else:
                one.resume()
            added.append(one)
        self._start_next()
        return added

    def show(self, one: Transcription) -> None:
        """At the end; it is no file, and nothing is to be done with it."""
        one.changed.connect(partial(self.progressed.emit, one))
        self.all.append(one)
        self.added.emit(one)

    def remove(self, one: Transcription) -> None:
        """Remove it from the list; added again, it resumes where it was left."""
        one.abandon()
        self._drop_journal(one)
        self.all.remove(one)
        self.removed.emit(one)
        one.changed.disconnect()  # its slot holds this queue, which must not go while `one` is being destroyed
        one.deleteLater()
        self._start_next()

    def stop(self) -> None:
        """Stop every file; captions go on."""
        for one in self.all:
            if one.from_file:
                one.stop()

    def close(self) -> None:
        """Start nothing more. A part in progress ends with the speech thread."""
        self._closed = True
        for one in self.all:
            self._drop_journal(one)

    # How it runs.

    @property
    def is_paused(self) -> bool:
        """Files wait during an utterance."""
        return self._talk.active

    @property
    def model_ready(self) -> bool:
        return self._speech_worker.ready

    def _on_file_changed(self, one: Transcription) -> None:
        self.progressed.emit(one)
        self._start_next()

    def _start_next(self) -> None:
        if self._stepping or self._closed or self.is_paused:
            return
        one = next((one for state in ("working", "waiting") for one in self.all if one.state == state), None)
        if one is None:
            return
        self._stepping = True
        run = one.next_run(self.options)
        stepped = partial(self._on_step_ended, one, run, one.upto, monotonic())
        self._speech_worker.run_step(self._settings_store.now, run.step, partial(one.on_event, run), stepped)

    def _on_step_ended(
        self, one: Transcription, run: TranscriptionRun, before: float, submitted: float, error: Exception | None
    ) -> None:
        self._stepping = False
        one.on_step_ended(run, before, monotonic() - submitted, error)
        self._start_next()

    def _on_utterance_changed(self) -> None:
        self._refresh_status()
        self._start_next()

    def _refresh_status(self) -> None:
        for one in self.all:
            if one.state == "working":
                one.changed.emit()

    def _drop_journal(self, one: Transcription) -> None:
        """A whole transcript that was copied or saved needs no journal."""
        if one.state == "done" and one.kept and one.begun is not None:
            Journal(paths.cache() / "speech" / "parts", one.begun.key).drop()
