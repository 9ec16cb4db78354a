"""What is said in a video is heard as far as the part that was chosen of it goes, and no sound is decoded twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fanlight.audio.microphone import Microphone
from fanlight.core.chat.clip_loading import Heard
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.transcription.clip_hearing import ClipHearing
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.errors import FanlightError
from fanlight.settings import Settings
from fanlight.speech import file_transcription
from support.microphones import FakeSound
from support.transcribing import FakeRecognizer, sound_file


@dataclass
class Listening:
    qtbot: Any
    hearing: ClipHearing
    recognizer: FakeRecognizer

    def heard(self, path: Path, until: float) -> tuple[str, list[float]]:
        """What is said, and the shares that were told on the way."""
        found: list[Heard] = []
        shares: list[float] = []
        self.hearing.hear(path, until, shares.append, found.append)
        self.qtbot.waitUntil(lambda: bool(found), timeout=20_000)
        assert not isinstance(found[0], FanlightError)
        return "".join(words.text for words in found[0]).strip(), shares


@pytest.fixture
def listening(qtbot: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    monkeypatch.setattr(file_transcription, "dereverberated", lambda audio: audio)
    home.mkdir(parents=True, exist_ok=True)
    recognizer, microphone = FakeRecognizer(), Microphone(FakeSound())
    store = SettingsStore(Settings(speech_language="de"), home / "settings.json")
    worker = SpeechWorker(recognizer.load)
    talk = PushToTalk(microphone, worker, store, None)
    yield Listening(qtbot, ClipHearing(worker, talk, store, talk), recognizer)
    talk.close()
    assert microphone.close(10)
    assert shutdown([worker], 10)


def test_it_is_heard_as_far_as_the_part_goes(listening: Listening, tmp_path: Path) -> None:
    path = sound_file(tmp_path / "talk.wav", 6)  # each 6 s, with a second between them
    recognizer = listening.recognizer
    recognizer.seconds_per_part = 0.06  # more than a step
    said, shares = listening.heard(path, 8.0)
    assert "Part 1 has ended." in said
    assert shares[-1] == 1.0
    assert recognizer.files < 6
    before = recognizer.files
    whole, _shares = listening.heard(path, 0.0)
    assert "Part 6 has ended." in whole
    assert recognizer.files == 6, f"{before} parts were decoded before"
