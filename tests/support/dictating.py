"""Push-to-talk without a window, and a place for its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fanlight.audio.microphone import Microphone
from fanlight.audio.recording import RecordingLimits
from fanlight.core.dictation.key_interpreter import KeyInterpreter
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.errors import SpeechModelError
from fanlight.domain.speech import LiveTranscript
from fanlight.settings import Settings
from support.microphones import FakeSound
from support.scripted_recognizer import ScriptedRecognizer
from support.timers import ManualClock

SAID = "how many shapes are there"
QUICK = RecordingLimits(first_block=0.6, last_word=0.05, post_roll=0.05, late=0.1, stall=0.5, longest=60)


class Place:
    """A `SpeechTarget` and its `TextTarget`, which keeps what arrives."""

    def __init__(self) -> None:
        self.begun = self.dropped = self.sent = 0
        self.shown: list[str] = []
        self.taken: list[str] = []
        self.nearby = ""

    def begin_utterance(self) -> Place:
        self.begun += 1
        return self

    def nearby_text(self) -> str:
        return self.nearby

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        self.shown.append(transcript.text)

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        self.taken.append(transcript.text)

    def discard_transcript(self) -> None:
        self.dropped += 1

    def send_question(self) -> None:
        self.sent += 1


class TalkRig:
    """A `PushToTalk` on a sound library and a recognizer that are told what to do, and on a clock moved by hand."""

    def __init__(self, qtbot: Any, home: Path, idle_seconds: float = 300, **settings: Any) -> None:
        self.qtbot = qtbot
        self.sound, self.listener = FakeSound(), ScriptedRecognizer(SAID)
        self.load_error: SpeechModelError | None = None
        self.settings_store = SettingsStore(Settings(**{"talk_mode": "hold", **settings}), home / "settings.json")
        self.microphone = Microphone(self.sound, QUICK)
        self.hearing = SpeechWorker(self._load, idle_seconds=idle_seconds)
        self.talk = PushToTalk(self.microphone, self.hearing, self.settings_store, None)
        self.clock = ManualClock()
        self.talk.key = KeyInterpreter(
            self.talk, self.settings_store, self.talk, self.clock.timer, lambda: self.clock.now
        )
        self.place = Place()
        self.states: list[str] = []
        self.talk.changed.connect(self._note)

    def _load(self, settings: Settings) -> ScriptedRecognizer:
        if self.load_error:
            raise self.load_error
        return self.listener

    def _note(self) -> None:
        if not self.states or self.states[-1] != self.talk.state:
            self.states.append(self.talk.state)

    def press(self) -> None:
        self.talk.key.press_talk_key(self.place)

    def until(self, *states: str) -> None:
        self.qtbot.waitUntil(lambda: self.talk.state in states, timeout=20_000)

    def words(self, count: int = 1) -> None:
        self.qtbot.waitUntil(lambda: len(self.place.shown) >= count, timeout=20_000)

    def closed(self) -> None:
        self.qtbot.waitUntil(lambda: not self.sound.open_streams, timeout=20_000)

    def close(self) -> None:
        self.talk.close()
        assert self.microphone.close(10)
        assert shutdown([self.hearing], 10)
        assert not self.sound.open_streams
