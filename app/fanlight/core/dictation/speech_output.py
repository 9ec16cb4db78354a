"""Spoken answers: what the conversation on the screen, or a panel, says is spoken while it is written.

    silent -> speaking -> silent

One answer is spoken at a time. It ends at once by Esc, by its button or key, when the user begins to speak, and when
another conversation is shown; the rest of that answer stays unspoken, the next one is spoken again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.errors import SpeakerError
from fanlight.domain.events import TextDelta
from fanlight.settings import Settings
from fanlight.synthesis.speaker import Speaker, SpeechOver, SpeechStarted, SpokenAnswer, VoiceConfig
from fanlight.synthesis.spoken_text import SpokenSentence, SpokenText
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.settings.speech_output_section import SpeechOutputSection
from fanlight.ui.widgets.shortcuts import SPOKEN_KEYS, add_actions

if TYPE_CHECKING:
    from fanlight.core.chat.session import ChatSession
    from fanlight.ui.window.window import Window


class AnswerSource(Protocol):
    """A conversation (ui.session.ChatSession, ui.quick_panel_talk.PanelTalk)."""

    @property
    def heard(self) -> SignalInstance: ...
    @property
    def finished(self) -> SignalInstance: ...
    @property
    def truncated(self) -> SignalInstance: ...


class SpeechOutput(QObject):
    """Lives as long as the window does, from the first paint on."""

    changed = Signal()
    """`active` is another now."""
    known = Signal(object, object)
    """Which voices there are, and which loudspeakers, or the SpeakerError instead."""
    problem = Signal(object)

    def __init__(self, window: Window, speaker: Callable[[], Speaker] | None = None) -> None:
        super().__init__(window)
        self._window, self._settings_store = window, window.settings_store
        self._speaker = (speaker or Speaker)()
        self._dispatcher = MainThreadDispatcher(self)
        self._speech: SpokenAnswer | None = None
        self._source: object | None = None
        """Whose answer is being spoken; None while one is read that is there already."""
        self._answer: SpokenText | None = None
        """As long as more of it may come."""
        self._read = ""
        self._unspoken: set[object] = set()
        """Whose open answer is not spoken, or not spoken on."""
        self.takes_turns = False
        """Hands-free: whatever the window's conversation answers is spoken."""
        self.barge_in = False
        """The microphone may be open meanwhile: whoever opened it says when to be silent."""
        self._followed: ChatSession | None = None
        self._wires: list[tuple[SignalInstance, Callable[..., object]]] = []
        self._buttons = [window.composer.stop_speaking_button]
        self._connect()
        self._follow_shown()

    def _connect(self) -> None:
        window, composer = self._window, self._window.composer
        self._bind(composer.stop_speaking_button)
        composer.spoken_button.setChecked(self._settings_store.now.spoken_answers)
        composer.spoken_button.clicked.connect(lambda on: self._settings_store.choose(spoken_answers=on))
        composer.input.escaped.connect(self.stop_speaking)
        composer.stop.connect(self.stop_speaking)
        window.transcript.read_aloud.connect(self.read)
        window.session_manager.shown.connect(self._follow_shown)
        window.voice.talk.changed.connect(self._talk_changed)
        window.quick.gesture.opened.connect(self.join)
        window.installEventFilter(self)
        add_actions(window, SPOKEN_KEYS, {"read": self.read_last, "toggle": self.toggle})
        self._settings_store.changed.connect(self._settings_changed)
        self.problem.connect(window.say)

    @property
    def active(self) -> bool:
        """Whether something is spoken, or about to be."""
        return self._speech is not None

    # What the user does.

    def stop_speaking(self) -> bool:
        """Silence, now. Whether there was something to silence."""
        speech, self._speech = self._speech, None
        if speech is None:
            return False
        speech.stop()
        if self._answer is not None:
            self._unspoken.add(self._source)
        self._forget()
        return True

    def read(self, text: str) -> None:
        """An answer that is there; silence where it is just being read."""
        same = self.active and text == self._read
        self.stop_speaking()
        if not same and text:
            self._begin(None)
            self._read = text
            spoken = SpokenText()
            self._say((*spoken.feed(text), *spoken.finish()))
            self._end()

    def read_last(self) -> None:
        """By key: the last answer, or silence."""
        if not self.stop_speaking():
            self.read(self._window.session_manager.current.last_answer)

    def toggle(self) -> None:
        """By key: whether answers are spoken."""
        self._settings_store.choose(spoken_answers=not self._settings_store.now.spoken_answers)

    def join(self, panel: QuickPanel) -> None:
        """A panel opens: its answers are spoken, too."""
        talk = panel.talk
        self._listen(talk)
        panel.transcript.read_aloud.connect(self.read)
        button = panel.line.stop_speaking_button
        self._buttons.append(button)
        self._bind(button)

        def leave() -> None:
            self._buttons.remove(button)
            self._unspoken.discard(talk)
            if self._source in (talk, None):
                self.stop_speaking()

        panel.closed.connect(leave)
        self._show()

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The settings' part about it, by its group."""
        return {"Spoken answers": lambda: SpeechOutputSection(self._settings_store, self)}

    def ask(self) -> None:
        """`known` comes soon."""
        self._speaker.ask(lambda voices, devices: self._dispatcher(partial(self.known.emit, voices, devices)))

    def why_silent(self) -> SpeakerError | None:
        return self._speaker.why_silent()

    def close(self, deadline_seconds: float) -> None:
        self.stop_speaking()
        self._leave_shown()
        self._speaker.close(deadline_seconds)

    # What is said.

    def _listen(self, source: AnswerSource) -> list[tuple[SignalInstance, Callable[..., object]]]:
        wires: list[tuple[SignalInstance, Callable[..., object]]] = [
            (source.heard, lambda event: self._hear(source, event)),
            (source.finished, lambda *_: self._finished(source)),
            (source.truncated, lambda _: self._finished(source, cut=True)),
        ]
        for signal, slot in wires:
            signal.connect(slot)
        return wires

    def _follow_shown(self) -> None:
        """The conversation on the screen is another one."""
        if self._source in (self._followed, None):
            self.stop_speaking()
        self._leave_shown()
        session = self._followed = self._window.session_manager.current
        self._wires = self._listen(session)
        if session.condition == "answering" and session.entries()[-1].text:
            self._unspoken.add(session)  # it would begin in the middle

    def _leave_shown(self) -> None:
        """Whoever is connected would keep the session, and what it knows, in memory."""
        for signal, slot in self._wires:
            signal.disconnect(slot)
        self._wires = []
        if self._followed is not None:
            self._unspoken.discard(self._followed)
        self._followed = None

    def _hear(self, source: object, event: object) -> None:
        if not isinstance(event, TextDelta) or source in self._unspoken:
            return
        if self._answer is None or self._source is not source:
            if not self._wanted(source) or self._listens():
                self._unspoken.add(source)
                return
            self.stop_speaking()
            self._begin(source)
            self._answer = SpokenText()
        self._say(self._answer.feed(event.text))

    def _wanted(self, source: object) -> bool:
        return self._settings_store.now.spoken_answers or (self.takes_turns and source is self._followed)

    def _listens(self) -> bool:
        return self._window.voice.talk.active and not self.barge_in

    def _finished(self, source: object, cut: bool = False) -> None:
        """Its last answer is whole, or gone."""
        self._unspoken.discard(source)
        if self._source is source and self._answer is not None:
            if cut:
                self.stop_speaking()
                self._unspoken.discard(source)
            else:
                self._say(self._answer.finish())
                self._end()

    def _begin(self, source: object | None) -> None:
        now = self._settings_store.now
        self._source = source
        manner = VoiceConfig(now.spoken_voice, now.spoken_speed / 100, now.spoken_device)
        # It may speak before it is known here: what it says comes by the post, after this.
        speech = self._speaker.begin(
            manner, lambda happened: self._dispatcher(lambda: self._happened(speech, happened))
        )
        self._speech = speech
        self._show()

    def _say(self, sentences: Iterable[SpokenSentence]) -> None:
        for sentence in sentences:
            if self._speech is not None:
                self._speech.say(sentence)

    def _end(self) -> None:
        """No more of it will come."""
        self._answer = None
        if self._speech is not None:
            self._speech.end()

    def _happened(self, speech: SpokenAnswer, happened: SpeechStarted | SpeechOver) -> None:
        if speech is not self._speech or isinstance(happened, SpeechStarted):
            return
        self._speech = None
        if self._answer is not None:
            self._unspoken.add(self._source)
        self._forget()
        if happened.error is not None:
            self.problem.emit(happened.error)

    def _forget(self) -> None:
        self._answer, self._source, self._read = None, None, ""
        self._show()

    # What ends it, and what is seen of it.

    def _talk_changed(self) -> None:
        if self._listens():
            self.stop_speaking()

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        self._window.composer.spoken_button.setChecked(now.spoken_answers)
        if before.spoken_answers and not now.spoken_answers and not self.takes_turns:
            self.stop_speaking()

    def _bind(self, button: QToolButton) -> None:
        button.clicked.connect(self.stop_speaking)
        button.hide()

    def _show(self) -> None:
        for button in self._buttons:
            if button.isHidden() == self.active:
                if button.hasFocus():
                    self._window.composer.input.setFocus()
                button.setVisible(self.active)
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape that nobody else wanted, wherever the focus is; what else it stops, it stops."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.stop_speaking()
        return super().eventFilter(watched, event)
