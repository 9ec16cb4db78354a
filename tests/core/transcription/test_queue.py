"""The queue of recordings without a window: one after the other, a part at a time, and utterances go before parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.audio.microphone import Microphone
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.transcription.queue import TranscriptionQueue
from fanlight.core.transcription.transcription import Transcription
from fanlight.core.window_state import WindowState
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.errors import SpeechModelError
from fanlight.domain.speech import LiveTranscript
from fanlight.settings import Settings
from fanlight.speech import media_files
from support import parser_tasks
from support.microphones import FakeSound
from support.transcribing import FakeRecognizer, journals, sound_file

WAIT = 20_000


class Field:
    """A `SpeechTarget` and its `TextTarget`."""

    def begin_utterance(self) -> Field:
        return self

    def nearby_text(self) -> str:
        return ""

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        pass

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        pass

    def discard_transcript(self) -> None:
        pass

    def send_question(self) -> None:
        pass


class Desk:
    def __init__(self, home: Path) -> None:
        self.heard, self.microphone = FakeRecognizer(0.05), Microphone(FakeSound())
        self.store = SettingsStore(Settings(speech_language="de"), home / "settings.json")
        self.state = WindowState(home / "window.json")
        self.speech_worker = SpeechWorker(self.heard.load)
        self.talk = PushToTalk(self.microphone, self.speech_worker, self.store, None)
        self.queue = TranscriptionQueue(self.speech_worker, self.talk, self.store, self.state)

    def close(self) -> None:
        self.heard.goes_on.set()
        self.queue.close()
        self.talk.close()
        assert self.microphone.close(10)
        assert shutdown([self.speech_worker], 10)


@pytest.fixture
def desk(qtbot: Any, home: Path) -> Iterator[Desk]:
    home.mkdir(parents=True, exist_ok=True)
    made = Desk(home)
    yield made
    made.close()


def done(qtbot: Any, one: Transcription) -> None:
    qtbot.waitUntil(lambda: one.state == "done", timeout=WAIT)


def test_files_are_transcribed_one_after_the_other(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    files = [sound_file(tmp_path / "a.wav", 2), sound_file(tmp_path / "b.wav", 3)]
    first, second = desk.queue.add(files)
    assert (first.state, second.state) == ("working", "waiting")
    done(qtbot, second)
    assert first.state == "done"
    texts = [segment.text for one in (first, second) for segment in one.segments]
    assert texts == [f"Part {n} has ended." for n in range(1, 6)]


def test_a_file_that_is_there_is_not_added_twice_but_resumes(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    path = sound_file(tmp_path / "talk.wav", 2)
    (one,) = desk.queue.add([path])
    one.stop()
    assert desk.queue.add([path]) == [one]
    assert len(desk.queue.all) == 1
    done(qtbot, one)


def test_an_utterance_goes_before_the_next_part(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    (one,) = desk.queue.add([sound_file(tmp_path / "talk.wav", 4)])
    qtbot.waitUntil(desk.heard.under_way.is_set, timeout=WAIT)
    progressed: list[Transcription] = []
    desk.queue.progressed.connect(progressed.append)
    desk.talk.start_recording(Field())
    assert desk.queue.is_paused
    assert set(progressed) == {one}
    parts = desk.heard.files
    qtbot.waitUntil(lambda: desk.talk.state == "listening", timeout=WAIT)
    assert desk.heard.files <= parts + 1
    desk.talk.stop_recording()
    done(qtbot, one)
    assert not desk.queue.is_paused


def test_a_removed_file_keeps_its_journal_and_the_next_one_starts(
    qtbot: Any, desk: Desk, tmp_path: Path, home: Path
) -> None:
    first, second = desk.queue.add([sound_file(tmp_path / "a.wav", 4), sound_file(tmp_path / "b.wav", 2)])
    qtbot.waitUntil(lambda: bool(first.segments), timeout=WAIT)
    desk.queue.remove(first)
    done(qtbot, second)
    assert desk.queue.all == [second]
    assert len(journals(home)) == 2


def test_a_whole_transcript_that_is_kept_elsewhere_needs_no_journal(
    qtbot: Any, desk: Desk, tmp_path: Path, home: Path
) -> None:
    (one,) = desk.queue.add([sound_file(tmp_path / "talk.wav", 2)])
    done(qtbot, one)
    assert journals(home)
    one.kept = True
    desk.queue.remove(one)
    assert not journals(home)


def test_a_model_that_cannot_be_loaded_fails_the_file_and_it_can_be_resumed(
    qtbot: Any, desk: Desk, tmp_path: Path
) -> None:
    desk.heard.error = SpeechModelError("There is no model.", "Get one.")
    (one,) = desk.queue.add([sound_file(tmp_path / "talk.wav", 2)])
    qtbot.waitUntil(lambda: one.state == "failed", timeout=WAIT)
    assert one.status() == "There is no model. Get one."
    desk.heard.error = None
    one.resume()
    done(qtbot, one)


def test_language_and_translation_are_remembered_beside_the_settings(desk: Desk, home: Path) -> None:
    assert (desk.queue.language, desk.queue.translate) == ("de", False)
    desk.queue.choose_options("fr", translate=True)
    again = TranscriptionQueue(desk.speech_worker, desk.talk, desk.store, WindowState(home / "window.json"))
    assert (again.language, again.options.language, again.options.translate) == ("fr", "fr", True)


def test_a_whole_transcript_that_is_kept_nowhere_keeps_its_journal(
    qtbot: Any, desk: Desk, tmp_path: Path, home: Path
) -> None:
    (one,) = desk.queue.add([sound_file(tmp_path / "talk.wav", 2)])
    done(qtbot, one)
    desk.queue.remove(one)
    assert len(journals(home)) == 1


def test_a_file_that_resumes_waits_for_the_one_that_was_begun_meanwhile(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    desk.heard.goes_on.clear()
    first, second = desk.queue.add([sound_file(tmp_path / "a.wav", 3), sound_file(tmp_path / "b.wav", 3)])
    qtbot.waitUntil(desk.heard.under_way.is_set, timeout=WAIT)
    first.stop()
    desk.heard.goes_on.set()
    qtbot.waitUntil(lambda: bool(second.segments), timeout=WAIT)
    first.resume()
    kept = len(first.segments)
    qtbot.waitUntil(lambda: first.state == "working", timeout=WAIT)
    assert (second.state, len(first.segments)) == ("done", kept)
    done(qtbot, first)


def test_stopping_ends_a_decode_that_hangs_and_it_can_be_resumed(
    qtbot: Any, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    media_files.parser().end_all()
    with monkeypatch.context() as patch:
        patch.setattr(media_files, "decode_recording", parser_tasks.sleep_in_c)
        (one,) = desk.queue.add([sound_file(tmp_path / "talk.wav", 2)])
        qtbot.waitUntil(lambda: one.begun is not None, timeout=WAIT)  # its sound comes next
        one.stop()
        qtbot.waitUntil(lambda: not desk.speech_worker.serving, timeout=WAIT)
    assert one.state == "stopped"
    one.resume()
    done(qtbot, one)
    media_files.parser().end_all()
