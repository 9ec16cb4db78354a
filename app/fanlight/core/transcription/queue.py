"""Sound and video files become text, one after the other, on the speech thread, a part at a time: whoever speaks goes
before them at the next part, and leaving waits for no more than one."""

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
from fanlight.core.transcription.transcription import Transcription, TranscriptionRun
from fanlight.core.window_state import WindowState
from fanlight.domain.languages import code_of
from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.journal import Journal

LANGUAGE, TRANSLATE = "transcribe_language", "transcribe_translate"
"""Where the window's place remembers them."""


class TranscriptionQueue(QObject):
    added = Signal(object)
    """A Transcription at the end of `all`."""
    removed = Signal(object)
    progressed = Signal(object)
    """A Transcription says something else of itself."""

    def __init__(
        self,
        hearing: SpeechWorker,
        talk: PushToTalk,
        settings_store: SettingsStore,
        place: WindowState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._hearing, self._talk, self._settings_store, self._place = hearing, talk, settings_store, place
        self.all: list[Transcription] = []
        self._stepping = self._closed = False
        talk.changed.connect(self._talk_changed)
        hearing.ready_changed.connect(self._tell)

    # What is asked for.

    @property
    def language(self) -> str:
        """A code, or "auto"."""
        kept = self._place.text(LANGUAGE)
        return kept if kept == "auto" or code_of(kept) else self._settings_store.now.speech_language

    @property
    def translate(self) -> bool:
        return self._place.flag(TRANSLATE, self._settings_store.now.talk_translate)

    def choose(self, language: str, translate: bool) -> None:
        """For what begins from now on; remembered."""
        kept: dict[str, bool | str] = {LANGUAGE: language, TRANSLATE: translate}
        self._place.keep(**kept)
        self._tell()

    @property
    def asked(self) -> TranscriptionOptions:
        return TranscriptionOptions(code_of(self.language), self.translate, self._settings_store.now.names())

    def add(self, files: Sequence[Path]) -> list[Transcription]:
        """Behind those that are there; a file that is in the list already goes on."""
        added = []
        for path in files:
            one = next((one for one in self.all if one.path == path), None)
            if one is None:
                one = Transcription(path, self)
                one.changed.connect(partial(self._on_changed, one))
                self.all.append(one)
                self.added.emit(one)
            else:
                one.go_on()
            added.append(one)
        self._go_on()
        return added

    def remove(self, one: Transcription) -> None:
        """From the list; where it was left it goes on when it is asked for again."""
        one.leave()
        self._forget(one)
        self.all.remove(one)
        self.removed.emit(one)
        one.deleteLater()
        self._go_on()

    def stop(self) -> None:
        """All of them."""
        for one in self.all:
            one.stop()

    def close(self) -> None:
        """Nothing is begun any more. A part that is under way ends with the speech thread."""
        self._closed = True
        for one in self.all:
            self._forget(one)

    # How it is done.

    @property
    def waits(self) -> bool:
        """Somebody speaks, and files wait."""
        return self._talk.active

    @property
    def model_ready(self) -> bool:
        return self._hearing.ready

    def _on_changed(self, one: Transcription) -> None:
        self.progressed.emit(one)
        self._go_on()

    def _go_on(self) -> None:
        if self._stepping or self._closed or self.waits:
            return
        one = next((one for state in ("working", "waiting") for one in self.all if one.state == state), None)
        if one is None:
            return
        self._stepping = True
        run = one.begin(self.asked)
        stepped = partial(self._stepped, one, run, one.upto, monotonic())
        self._hearing.run_step(self._settings_store.now, run.step, partial(one.hear, run), stepped)

    def _stepped(
        self, one: Transcription, run: TranscriptionRun, before: float, submitted: float, error: Exception | None
    ) -> None:
        self._stepping = False
        one.stepped(run, before, monotonic() - submitted, error)
        self._go_on()

    def _talk_changed(self) -> None:
        self._tell()
        self._go_on()

    def _tell(self) -> None:
        for one in self.all:
            if one.state == "working":
                one.changed.emit()

    def _forget(self, one: Transcription) -> None:
        """What was transcribed and is kept elsewhere needs no journal."""
        if one.state == "done" and one.kept and one.begun is not None:
            Journal(paths.cache() / "speech" / "parts", one.begun.key).drop()
