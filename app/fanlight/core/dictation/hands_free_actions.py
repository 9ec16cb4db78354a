"""What the transitions of `hands_free_table` do to the microphone, the answer and the voice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.dictation.dictation import Dictation
from fanlight.core.dictation.hands_free_table import TurnAction
from fanlight.core.dictation.speech_output import SpeechOutput
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Timeout
from fanlight.domain.endpointing import EndpointConfig, Endpointer
from fanlight.domain.errors import SpeakerError
from fanlight.settings import Settings

SETTLE_MS = 300
"""For how long the end of the speech may still be playing on the loudspeaker."""
RING_MS = 600
"""A microphone that is kept open (`talk_ready`) delivers almost this much of what came before the recording began."""


class HandsFreeActions(QObject):
    settled = Signal()
    """`settling` is over."""

    def __init__(
        self,
        settings_store: SettingsStore,
        dictation: Dictation,
        speech_output: SpeechOutput,
        session_manager: SessionManager,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings_store, self._dictation, self._talk = settings_store, dictation, dictation.push_to_talk
        self._speech_output, self._session_manager = speech_output, session_manager
        self.endpointer = Endpointer()
        self.asked: Conversation | None = None
        """Whose answer is waited for."""
        self.answer_was_spoken = False
        """During this answer."""
        self.voice_missing: SpeakerError | None = None
        """Why nothing is spoken, since hands-free was switched on."""
        self._settle = Timeout(self, self.settled.emit, SETTLE_MS)
        self._by_action: dict[TurnAction, Callable[[], object]] = {
            TurnAction.NONE: lambda: None,
            TurnAction.SWITCH_ON: self._switch_on,
            TurnAction.SWITCH_OFF: self._switch_off,
            TurnAction.OPEN_MICROPHONE: lambda: self._open_microphone(silent=False),
            TurnAction.OPEN_FOR_BARGE_IN: lambda: self._open_microphone(silent=True),
            TurnAction.TAKE_TURN: self._take_turn,
            TurnAction.FINISH_AND_SEND: self._talk.finish_and_send,
            TurnAction.STOP_ANSWER: self._stop_answer,
            TurnAction.DISCARD_UTTERANCE: self._talk.discard_utterance,
            TurnAction.PASS_TURN: self._pass_turn,
            TurnAction.PASS_TURN_AND_CLOSE: self._pass_turn_and_close,
            TurnAction.SETTLE: self._start_settling,
            TurnAction.GO_ON_LISTENING: self._go_on_listening,
            TurnAction.LEAVE_CONVERSATION: self._leave_conversation,
        }

    @property
    def settling(self) -> bool:
        return self._settle.pending

    def perform(self, action: TurnAction) -> None:
        self._by_action[action]()

    def _switch_on(self) -> None:
        talk, speech_output = self._talk, self._speech_output
        if talk.active and not self._dictation.speaks_into_window:
            talk.discard_utterance()
        self.answer_was_spoken = False
        self.endpointer = Endpointer(endpoint_config(self._settings_store.now))
        self.voice_missing = speech_output.unavailable_reason()
        talk.hands_free = True
        speech_output.speaks_shown_answers = self.voice_missing is None
        speech_output.barge_in = self._settings_store.now.hands_free_interrupts

    def _switch_off(self) -> None:
        talk, speech_output = self._talk, self._speech_output
        self._settle.cancel()
        talk.hands_free = talk.silent = speech_output.speaks_shown_answers = speech_output.barge_in = False
        if talk.recording and talk.has_words:
            talk.stop_recording()
        elif talk.recording or not talk.active:
            talk.discard_utterance()
        if not self._settings_store.now.spoken_answers:
            speech_output.stop_speaking()

    def _open_microphone(self, *, silent: bool) -> None:
        if silent:
            self._pass_turn()
        else:
            self.endpointer.begin_user_turn()
        self._talk.silent = silent
        if self._dictation.window_target is not None:
            self._talk.record_until_stopped(self._dictation.window_target)

    def _take_turn(self) -> None:
        self.endpointer.take_user_turn()
        self._talk.silent = False
        self._stop_answer()

    def _stop_answer(self) -> None:
        self._speech_output.stop_speaking()
        if self._session_manager.current.condition == "answering":
            self._session_manager.current.stop()

    def _pass_turn(self) -> None:
        self._settle.cancel()
        self.endpointer.begin_answer_turn()

    def _pass_turn_and_close(self) -> None:
        self._pass_turn()
        if self._talk.recording:
            self._talk.discard_utterance()

    def _start_settling(self) -> None:
        self.endpointer.begin_user_turn()
        if self.answer_was_spoken:
            self._settle.start(SETTLE_MS + (RING_MS if self._settings_store.now.talk_ready else 0))

    def _go_on_listening(self) -> None:
        self.endpointer.begin_user_turn()
        self._talk.silent = False
        self._dictation.play_chime()

    def _leave_conversation(self) -> None:
        if self._talk.recording and self._talk.has_words:
            self._talk.stop_recording()
        elif self._talk.recording:
            self._talk.discard_utterance()
        self.forget_question()

    def forget_question(self) -> None:
        """Begin the turn anew: another conversation is shown now."""
        self.endpointer.begin_user_turn()
        self.asked = None


def endpoint_config(settings: Settings) -> EndpointConfig:
    return EndpointConfig(settings.hands_free_pause, 60.0 * settings.hands_free_minutes)
