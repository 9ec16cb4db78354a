"""Hands-free talking: applies the table of `hands_free_table` to the microphone, the conversation and the voice.

It is off until the user turns it on, and its state is always shown. Whatever changes elsewhere (recording, answer,
voice, settings) leads to `reconsider`, which compares and sends the events that follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.dictation.dictation import Dictation
from fanlight.core.dictation.hands_free_actions import HandsFreeActions, endpoint_config
from fanlight.core.dictation.hands_free_status import HandsFreeStatus
from fanlight.core.dictation.hands_free_table import TABLE, TurnAction, TurnEvent, TurnState
from fanlight.core.dictation.speech_output import SpeechOutput
from fanlight.core.dictation.status_text import HandsFreePhase
from fanlight.core.dictation.targets import SpeechTarget
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Throttle
from fanlight.domain.endpointing import EndpointStep
from fanlight.i18n import _
from fanlight.settings import Settings

TalkCommand = Literal["start", "stop", "toggle", "hands-free"]
_ENDPOINTS = {
    EndpointStep.ENDED: TurnEvent.PAUSE,
    EndpointStep.INTERRUPTED: TurnEvent.BARGE_IN,
    EndpointStep.TIMED_OUT: TurnEvent.SILENCE_TIMEOUT,
}
_WITH_MICROPHONE = (TurnState.LISTENING, TurnState.INTERRUPTIBLE)
_WITH_UTTERANCE = (*_WITH_MICROPHONE, TurnState.PAUSED, TurnState.TRANSCRIBING)
_NOT_THE_USERS = (TurnState.WAITING, TurnState.ANSWERING, TurnState.INTERRUPTIBLE)


class HandsFree(QObject):
    """`state` is the row of the table; `phase` and `status` are what is shown of it."""

    changed = Signal()
    """`state`, `phase`, `status` or `microphone_open`."""
    started = Signal()
    ended = Signal(str)
    """Why, as a sentence; "" when the user ended it."""
    window_wanted = Signal()
    """Switched on by a command: the window has to be seen."""
    problem = Signal(object)

    def __init__(
        self,
        settings_store: SettingsStore,
        dictation: Dictation,
        speech_output: SpeechOutput,
        session_manager: SessionManager,
        *,
        waits_for_pictures: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """Questions go to the `dictation.window_target`. `waits_for_pictures`: one is sent as soon as they are read."""
        super().__init__(parent)
        self._settings_store, self._dictation, self._talk = settings_store, dictation, dictation.push_to_talk
        self._speech_output, self._session_manager = speech_output, session_manager
        self._waits_for_pictures = waits_for_pictures
        self._actions = HandsFreeActions(settings_store, dictation, speech_output, session_manager, self)
        self._display = HandsFreeStatus(dictation, settings_store, self)
        self._watched: Conversation | None = None
        self._busy = False
        self.state = TurnState.OFF
        self._soon = Throttle(self, self._compare, 0)
        talk = dictation.push_to_talk
        talk.microphone_claimed.connect(self._on_claim)
        talk.vad_probabilities_arrived.connect(self._on_vad)
        talk.words_shown.connect(self._on_words)
        talk.utterance_over.connect(self._on_utterance_over)
        session_manager.shown.connect(self._on_conversation_shown)
        settings_store.changed.connect(self._on_turn_settings)
        for signal in (talk.changed, speech_output.changed, self._actions.settled):
            signal.connect(self.reconsider)
        self._watch_conversation()

    # State.

    @property
    def on(self) -> bool:
        return self.state is not TurnState.OFF

    @property
    def microphone_open(self) -> bool:
        return self.on and self._talk.recording

    @property
    def phase(self) -> HandsFreePhase:
        """What is going on, for display."""
        return self._display.phase(self.state, speaking=self._speech_output.active, busy=self._is_busy())

    @property
    def status(self) -> tuple[Literal["opening", "listening", "waiting"], str]:
        """Of the microphone, and a sentence."""
        return self._display.of_microphone(self.phase)

    # What the user does.

    def toggle_hands_free(self) -> None:
        """At the end the microphone is closed; words that were not sent stay in the message box."""
        self._apply_event(TurnEvent.END if self.on else TurnEvent.BEGIN)

    def start_hands_free(self) -> None:
        """The user's turn begins as soon as no answer is under way."""
        self._apply_event(TurnEvent.BEGIN)

    def end_for_hidden_window(self) -> None:
        """The window is hidden: the microphone must not be open without a visible sign."""
        self._apply_event(TurnEvent.WINDOW_HIDDEN)

    def cancel_latest(self) -> bool:
        """Esc: takes back the answer, else the words, else ends it all. Whether there was anything to take back."""
        talk = self._talk
        if not self.on:
            return False
        if self._is_busy():
            self._apply_event(TurnEvent.STOP_ANSWER)
        elif talk.active and (talk.has_words or not talk.recording):
            self._apply_event(TurnEvent.DISCARD_WORDS)
        elif self._session_manager.current.draft.editing:
            return False
        else:
            self._apply_event(TurnEvent.END)
        return True

    def run_command(self, command: TalkCommand) -> bool:
        """Of the command line. Whether it was about hands-free."""
        if command == "hands-free":
            self.toggle_hands_free()
            if self.on:
                self.window_wanted.emit()
            return True
        if self.on and command in ("stop", "toggle"):
            self._apply_event(TurnEvent.END)
            return True
        return False

    def reconsider(self) -> None:
        """Something the state depends on has changed. Several calls in one turn of the event loop lead to one
        comparison."""
        if self.on:
            self._soon.request()

    # The table.

    def _apply_event(self, event: TurnEvent) -> None:
        transition = TABLE[self.state, event]
        if not transition.possible:
            raise AssertionError(f"{event.name} while {self.state.name}")
        if transition.state is None and transition.action is TurnAction.NONE:
            return
        why_ended = self._display.why_ended(event, self._actions.endpointer.config.silence_timeout)
        self.state = transition.state or self.state
        self._actions.perform(transition.action)
        match transition.action:
            case TurnAction.SWITCH_ON:
                self._show_start()
            case TurnAction.SWITCH_OFF:
                self._soon.cancel()
                self.ended.emit(why_ended)
                self.changed.emit()
            case _:
                self.reconsider()

    def _show_start(self) -> None:
        self._busy = False
        self._display.reset()
        if self._actions.voice_missing is not None:
            self.problem.emit(self._actions.voice_missing)
        self.started.emit()
        self._compare()

    def _compare(self) -> None:
        """Send the events that follow from recording, answer and voice as they are now."""
        if not self.on:
            return
        self._compare_recording()
        before, self._busy = self._busy, self._is_busy()
        actions = self._actions
        actions.answer_was_spoken = actions.answer_was_spoken or self._speech_output.active
        if before and not self._busy:
            self._apply_event(TurnEvent.ANSWER_FAILED if self._answer_failed() else TurnEvent.ANSWER_OVER)
            actions.asked, actions.answer_was_spoken = None, False
            if not self.on:
                return
        elif self._busy:
            self._compare_answer(begins=not before)
        free = not self._busy and not self._talk.active and not actions.settling
        if self.state is TurnState.WAITING and free:
            self._apply_event(TurnEvent.READY)
        self.changed.emit()

    def _compare_recording(self) -> None:
        if not self._talk.active and self.state in _WITH_UTTERANCE:
            self._apply_event(TurnEvent.UTTERANCE_OVER)
        elif not self._talk.recording and self.state in _WITH_MICROPHONE:
            self._apply_event(TurnEvent.RELEASED)

    def _compare_answer(self, *, begins: bool) -> None:
        """In the user's turn only an answer that begins counts: one that is being stopped does not."""
        if begins:
            self._actions.asked = self._session_manager.current
        if (begins or self.state in _NOT_THE_USERS) and not self._talk.key.down:
            self._apply_event(TurnEvent.ANSWER_WITH_BARGE_IN if self._barge_in else TurnEvent.ANSWER)

    def _is_busy(self) -> bool:
        """Whether Fanlight answers or speaks, or will answer as soon as a picture is read."""
        answers = self._session_manager.current.condition == "answering"
        return answers or self._waits_for_pictures() or self._speech_output.active

    def _answer_failed(self) -> bool:
        asked = self._actions.asked
        if asked is None or asked is not self._session_manager.current or not asked.turns:
            return False
        return asked.turns[-1].state == "failed"

    @property
    def _barge_in(self) -> bool:
        return self._settings_store.now.hands_free_interrupts

    # Facts from elsewhere.

    def _on_claim(self, target: SpeechTarget) -> None:
        self._apply_event(TurnEvent.CLAIM if target is self._dictation.window_target else TurnEvent.CLAIMED_ELSEWHERE)

    def _on_vad(self, probabilities: list[float]) -> None:
        if not self.on or not self._dictation.speaks_into_window:
            return
        endpointer = self._actions.endpointer
        step = endpointer.add_probabilities(probabilities, held=self._talk.key.down)
        if self._talk.recording:
            if step in _ENDPOINTS:
                self._apply_event(_ENDPOINTS[step])
        elif self.state is TurnState.PAUSED and endpointer.in_speech and self._talk.resume_utterance():
            self._apply_event(TurnEvent.SPEECH_RESUMED)

    def _on_words(self) -> None:
        self._actions.endpointer.reset_silence_timeout()

    def _on_utterance_over(self, state: str, why: str) -> None:
        if not self.on:
            return
        if state == "error" or why in ("lost", "stalled"):
            self._apply_event(TurnEvent.UTTERANCE_FAILED)
            return
        self._display.note = _("No words were recognized.") if state == "nothing" else ""
        self.reconsider()

    def _on_conversation_shown(self) -> None:
        self._watch_conversation()
        if self._talk.key.down:
            self._actions.forget_question()
        else:
            self._apply_event(TurnEvent.CONVERSATION_CHANGED)

    def _watch_conversation(self) -> None:
        if self._watched is not None:
            self._watched.changed.disconnect(self.reconsider)
        self._watched = self._session_manager.current
        self._watched.changed.connect(self.reconsider)

    def _on_turn_settings(self, before: Settings, now: Settings) -> None:
        same = endpoint_config(before) == endpoint_config(now)
        if not self.on or (same and before.hands_free_interrupts == now.hands_free_interrupts):
            return
        self._actions.endpointer.config = endpoint_config(now)
        self._speech_output.barge_in = self._barge_in
        self._compare()  # at once: an open microphone would stop the voice
