"""Spoken answers: what the conversation on the screen, or a panel, answers is spoken while it is written.

One answer is spoken at a time. It ends at once when it is stopped, when the user begins to speak, and when another
conversation is shown; the rest of that answer stays unspoken, the next one is spoken again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.errors import SpeakerError
from fanlight.domain.events import TextDelta
from fanlight.domain.spoken_places import sentence_at, sentence_places
from fanlight.domain.written_language import language_of
from fanlight.settings import Settings
from fanlight.synthesis.speaker import SentenceStarted, Speaker, SpeechEvent, SpeechOver, SpokenAnswer, VoiceConfig
from fanlight.synthesis.spoken_text import SpokenSentence, SpokenText


class AnswerSource(Protocol):
    """A conversation, of the window or of a panel."""

    @property
    def event_arrived(self) -> SignalInstance: ...
    @property
    def answer_finished(self) -> SignalInstance: ...
    @property
    def turns_truncated(self) -> SignalInstance: ...
    @property
    def branch_shown(self) -> SignalInstance: ...
    @property
    def last_question(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SentenceSpoken:
    """The last of `sentences` is audible now, the others stand before it. `source` is the conversation whose open
    answer it belongs to; None: `text` is read aloud, a finished answer as Markdown."""

    source: object | None
    text: str
    sentences: tuple[str, ...]


class SpeechOutput(QObject):
    sentence_spoken = Signal(object)
    """A SentenceSpoken; None: nothing is spoken any more."""
    changed = Signal()
    """`active`."""
    voices_listed = Signal(object, object)
    """Voices, and loudspeakers or the SpeakerError instead."""
    problem = Signal(object)

    def __init__(
        self,
        settings_store: SettingsStore,
        session_manager: SessionManager,
        push_to_talk: PushToTalk,
        speaker: Speaker,
        parent: QObject | None = None,
    ) -> None:
        """`speaker` is closed by `close`."""
        super().__init__(parent)
        self._settings_store, self._session_manager, self._talk = settings_store, session_manager, push_to_talk
        self._speaker = speaker
        self._dispatcher = MainThreadDispatcher(self)
        self._speech: SpokenAnswer | None = None
        self._source: object | None = None
        """Whose answer is being spoken; None while a finished one is read aloud."""
        self._answer: SpokenText | None = None
        """As long as more of it may come."""
        self._read_text = ""
        self._said: list[str] = []
        """The sentences of it, with those that were left out at its beginning: `_first` of them."""
        self._first = 0
        self._unspoken: set[object] = set()
        """Whose open answer is not spoken, or not spoken on."""
        self.speaks_shown_answers = False
        """Hands-free: answers of the conversation on the screen are spoken, whatever the settings are."""
        self.barge_in = False
        """Speech goes on while the microphone is open; hands-free stops it when the user speaks."""
        self._shown: Conversation | None = None
        self._connections: list[tuple[SignalInstance, Callable[..., object]]] = []
        self._panel_connections: dict[AnswerSource, list[tuple[SignalInstance, Callable[..., object]]]] = {}
        session_manager.shown.connect(self._follow_shown)
        push_to_talk.changed.connect(self._on_talk_changed)
        settings_store.changed.connect(self._on_voice_settings)
        self._follow_shown()

    @property
    def active(self) -> bool:
        """Whether something is spoken, or about to be."""
        return self._speech is not None

    # What the user does.

    def stop_speaking(self) -> bool:
        """Stop at once. Whether something was being spoken."""
        speech, self._speech = self._speech, None
        if speech is None:
            return False
        speech.stop()
        if self._answer is not None:
            self._unspoken.add(self._source)
        self._forget_speech()
        return True

    def read_sample(self, text: str) -> None:
        """As `read_aloud`, in the chosen voice whatever the language of `text` is."""
        self.read_aloud(text, follow_language=False)

    def read_aloud(self, text: str, *, follow_language: bool = True) -> None:
        """Speak a finished answer; stop where that one is being read aloud."""
        same = self.active and text == self._read_text
        self.stop_speaking()
        if not same and text:
            said = _sentences(text)
            self._read(text, said if follow_language else [replace(one, language="") for one in said])

    def read_from(self, text: str, shown: str, place: int) -> None:
        """Speak a finished answer from the sentence on that stands at that character of it, as it is `shown`."""
        self.stop_speaking()
        said = _sentences(text)
        first = sentence_at(sentence_places(shown, [one.text for one in said]), place)
        self._read(text, said, first)

    def _read(self, text: str, said: Sequence[SpokenSentence], first: int = 0) -> None:
        self._begin_speech(None)
        self._read_text = text
        self._said, self._first = [one.text for one in said[:first]], first
        self._speak_answer(said[first:])
        self._end_speech()

    def read_last_answer(self) -> None:
        """Or stop, where something is being spoken."""
        if not self.stop_speaking():
            self.read_aloud(self._session_manager.current.last_answer)

    def toggle_spoken_answers(self) -> None:
        self._settings_store.choose(spoken_answers=not self._settings_store.now.spoken_answers)

    def follow_panel(self, source: AnswerSource) -> None:
        """A panel's answers are spoken, too, until `leave_panel`."""
        self._panel_connections[source] = self._follow(source)

    def leave_panel(self, source: AnswerSource) -> None:
        for signal, slot in self._panel_connections.pop(source):  # the conversation may go on in the window
            signal.disconnect(slot)
        self._unspoken.discard(source)
        if self._source in (source, None):
            self.stop_speaking()

    def list_voices(self) -> None:
        """`voices_listed` follows."""
        self._speaker.list_voices(
            lambda voices, devices: self._dispatcher(partial(self.voices_listed.emit, voices, devices))
        )

    def unavailable_reason(self) -> SpeakerError | None:
        return self._speaker.unavailable_reason()

    def close(self, deadline_seconds: float) -> None:
        self.stop_speaking()
        self._leave_shown()
        self._speaker.close(deadline_seconds)

    # Answers.

    def _follow(self, source: AnswerSource) -> list[tuple[SignalInstance, Callable[..., object]]]:
        connections: list[tuple[SignalInstance, Callable[..., object]]] = [
            (source.event_arrived, lambda event: self._on_answer_event(source, event)),
            (source.answer_finished, lambda *_: self._on_answer_over(source)),
            (source.turns_truncated, lambda _count: self._on_answer_over(source, cut=True)),
            (source.branch_shown, lambda *_: self._on_answer_over(source, cut=True)),
        ]
        for signal, slot in connections:
            signal.connect(slot)
        return connections

    def _follow_shown(self) -> None:
        if self._source in (self._shown, None):
            self.stop_speaking()
        self._leave_shown()
        shown = self._shown = self._session_manager.current
        self._connections = self._follow(shown)
        if shown.condition == "answering" and shown.entries()[-1].text:
            self._unspoken.add(shown)  # it would begin in the middle

    def _leave_shown(self) -> None:
        """A connection would keep the conversation in memory."""
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = []
        if self._shown is not None:
            self._unspoken.discard(self._shown)
        self._shown = None

    def _on_answer_event(self, source: AnswerSource, event: object) -> None:
        if not isinstance(event, TextDelta) or source in self._unspoken:
            return
        if self._answer is None or self._source is not source:
            if not self._is_wanted(source) or self._microphone_in_use():
                self._unspoken.add(source)
                return
            self.stop_speaking()
            self._begin_speech(source)
            self._answer = SpokenText(language_of(source.last_question))
        self._speak_answer(self._answer.feed(event.text))

    def _is_wanted(self, source: object) -> bool:
        return self._settings_store.now.spoken_answers or (self.speaks_shown_answers and source is self._shown)

    def _microphone_in_use(self) -> bool:
        return self._talk.active and not self.barge_in

    def _on_answer_over(self, source: object, cut: bool = False) -> None:
        """`cut`: it was taken back."""
        self._unspoken.discard(source)
        if self._source is source and self._answer is not None:
            if cut:
                self.stop_speaking()
                self._unspoken.discard(source)
            else:
                self._speak_answer(self._answer.finish())
                self._end_speech()

    # The voice.

    def _begin_speech(self, source: object | None) -> None:
        now = self._settings_store.now
        self._source = source
        config = VoiceConfig(now.spoken_voice, now.spoken_speed / 100, now.spoken_device)
        # It may speak before `speech` is bound here: its events come through the dispatcher, after this.
        speech = self._speaker.start_answer(
            config, lambda event: self._dispatcher(lambda: self._on_speech_event(speech, event))
        )
        self._speech = speech
        self.changed.emit()

    def _speak_answer(self, sentences: Iterable[SpokenSentence]) -> None:
        for sentence in sentences:
            if self._speech is not None:
                self._said.append(sentence.text)
                self._speech.add_sentence(sentence)

    def _end_speech(self) -> None:
        """No more of it will come."""
        self._answer = None
        if self._speech is not None:
            self._speech.end()

    def _on_speech_event(self, speech: SpokenAnswer, event: SpeechEvent) -> None:
        if speech is not self._speech:
            return
        if isinstance(event, SentenceStarted):
            said = tuple(self._said[: self._first + event.number + 1])
            self.sentence_spoken.emit(SentenceSpoken(self._source, self._read_text, said))
        if not isinstance(event, SpeechOver):
            return
        self._speech = None
        if self._answer is not None:
            self._unspoken.add(self._source)
        self._forget_speech()
        if event.error is not None:
            self.problem.emit(event.error)

    def _forget_speech(self) -> None:
        self._answer, self._source, self._read_text = None, None, ""
        self._said, self._first = [], 0
        self.sentence_spoken.emit(None)
        self.changed.emit()

    def _on_talk_changed(self) -> None:
        if self._microphone_in_use():
            self.stop_speaking()

    def _on_voice_settings(self, before: Settings, now: Settings) -> None:
        if before.spoken_answers and not now.spoken_answers and not self.speaks_shown_answers:
            self.stop_speaking()


def _sentences(text: str) -> list[SpokenSentence]:
    """Of a finished answer."""
    spoken = SpokenText(language_of(text))
    return [*spoken.feed(text), *spoken.finish()]
