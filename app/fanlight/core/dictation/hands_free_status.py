"""What is shown of hands-free: the phase, a sentence about the microphone, and why it ended."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject

from fanlight.core.dictation import status_text
from fanlight.core.dictation.dictation import Dictation
from fanlight.core.dictation.hands_free_table import TurnEvent, TurnState
from fanlight.core.dictation.status_text import HandsFreePhase
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.audio import SILENT_DBFS, RecordingEvent, SoundLevel
from fanlight.i18n import _


class HandsFreeStatus(QObject):
    """`note` is what came of the last turn."""

    def __init__(self, dictation: Dictation, settings_store: SettingsStore, parent: QObject) -> None:
        super().__init__(parent)
        self._dictation, self._talk, self._settings_store = dictation, dictation.push_to_talk, settings_store
        self.note = ""
        self._loudest_dbfs = SILENT_DBFS
        self._talk.words_shown.connect(self._forget_note)
        self._talk.recording_event.connect(self._on_recording_event)

    def reset(self) -> None:
        """Hands-free begins."""
        self.note, self._loudest_dbfs = "", SILENT_DBFS

    def phase(self, state: TurnState, *, speaking: bool, busy: bool) -> HandsFreePhase:
        """`busy`: Fanlight answers or speaks, or will answer."""
        talk = self._talk
        if state is TurnState.LISTENING and talk.recording:
            return "listening"
        if talk.active and not talk.recording:
            return "hearing"
        return "speaking" if speaking else "thinking" if busy else "listening"

    def of_microphone(self, phase: HandsFreePhase) -> tuple[Literal["opening", "listening", "waiting"], str]:
        """Its state, and a sentence."""
        talk = self._talk
        text = status_text.hands_free(
            phase,
            opening=talk.state == "opening" or not talk.recording,
            held=talk.key.down,
            model_ready=self._dictation.speech_worker.ready,
            barge_in=self._settings_store.now.hands_free_interrupts,
            note=self.note,
        )
        if not talk.recording:
            return "waiting", text
        return "opening" if talk.state == "opening" else "listening", text

    def why_ended(self, event: TurnEvent, timeout_seconds: float) -> str:
        """As a sentence; "" where the user ended it. `timeout_seconds` is the silence that ends it."""
        match event:
            case TurnEvent.SILENCE_TIMEOUT:
                return status_text.silence_timeout(timeout_seconds, self._loudest_dbfs)
            case TurnEvent.UTTERANCE_FAILED:
                return self._talk.status_text
            case TurnEvent.ANSWER_FAILED:
                return _("The question could not be answered.")
            case TurnEvent.CLAIMED_ELSEWHERE:
                return _("The microphone is needed elsewhere in Fanlight.")
            case TurnEvent.WINDOW_HIDDEN:
                return _("The window was hidden, so you could not see that the microphone was open.")
            case _:
                return ""

    def _forget_note(self) -> None:
        self.note = ""

    def _on_recording_event(self, event: RecordingEvent) -> None:
        if isinstance(event, SoundLevel):
            self._loudest_dbfs = max(self._loudest_dbfs, event.dbfs)
