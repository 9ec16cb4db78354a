"""The application without a window, somebody who talks to it hands-free, and what can be heard of both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fanlight.core.app import Application
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.dictation.dictation import Dictation
from fanlight.core.dictation.hands_free import HandsFree
from fanlight.core.dictation.hands_free_table import TurnState
from fanlight.core.dictation.speech_output import SpeechOutput
from fanlight.domain.speech import LiveTranscript
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.synthesis.speaker import Speaker
from support.conversing import Mouth, TurnRecognizer
from support.microphones import FakeSound
from support.speaking import FakeLoudspeaker, FakeVoice
from support.windows import parts

CLOSE_SECONDS = 10.0


class Draft:
    """A `SpeechTarget` and its `TextTarget`: `text` is what was said and not sent."""

    def __init__(self, session_manager: SessionManager) -> None:
        self._session_manager = session_manager
        self.text = ""

    def begin_utterance(self) -> Draft:
        return self

    def nearby_text(self) -> str:
        return ""

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        self.text = transcript.text

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        self.text = transcript.text

    def discard_transcript(self) -> None:
        self.text = ""

    def send_question(self) -> None:
        text, self.text = self.text, ""
        self._session_manager.current.send(text)


class TalkingCore:
    def __init__(self, qtbot: Any, home: Path, engine: ScriptedEngine, **settings: Any) -> None:
        self.qtbot, self.voice, self.box, self.sound = qtbot, FakeVoice(), FakeLoudspeaker(0.0005), FakeSound()
        self.mouth, self.chimes = Mouth(self.sound), 0
        self.recognizer = TurnRecognizer("how many shapes are there", "and the red ones")
        made = Settings(**{"keep_history": False, "hands_free_minutes": 5, **settings})
        self.app = Application(
            parts(home, engine, settings=made, sound=self.sound, load_recognizer=lambda _settings: self.recognizer)
        )
        self.app.start()
        store, sessions = self.app.settings_store, self.app.session_manager
        self.dictation = Dictation(lambda _settings: self.recognizer, self.sound, store, lambda: sessions.busy)
        self.draft = self.dictation.window_target = Draft(sessions)
        self.speech_output = SpeechOutput(
            store, sessions, self.dictation.push_to_talk, Speaker(self.box, (self.voice,))
        )
        self.hands_free = HandsFree(
            store, self.dictation, self.speech_output, sessions, waits_for_pictures=lambda: False
        )
        self.states: list[TurnState] = []
        self.why_ended: list[str] = []
        self.problems: list[object] = []
        self.hands_free.changed.connect(self._note)
        self.hands_free.ended.connect(self.why_ended.append)
        self.hands_free.problem.connect(self.problems.append)
        self.wait(lambda: self.app.host.condition == "ready")

    def _note(self) -> None:
        if self.states[-1:] != [self.hands_free.state]:
            self.states.append(self.hands_free.state)

    @property
    def questions(self) -> list[str]:
        turns = self.app.session_manager.current.turns
        return [turn.message.text for turn in turns if turn.message.role == "user"]

    def wait(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=20_000)

    def until(self, state: TurnState) -> None:
        self.wait(lambda: self.hands_free.state is state)

    def listens(self) -> None:
        self.wait(
            lambda: self.hands_free.state is TurnState.LISTENING and self.dictation.push_to_talk.state == "listening"
        )

    def close(self) -> None:
        if self.hands_free.on:
            self.hands_free.toggle_hands_free()
        self.dictation.close()
        self.speech_output.close(CLOSE_SECONDS)
        assert self.dictation.microphone.close(CLOSE_SECONDS)
        self.app.close(CLOSE_SECONDS, [self.dictation.speech_worker])
