"""Push-to-talk without a window: what a key means in every state, and where the words end up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.audio.microphone import Microphone
from fanlight.audio.recording import RecordingLimits
from fanlight.core.dictation.key_interpreter import DOUBLE_MS, TAP_MS, KeyInterpreter
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.errors import MicrophoneMissing, SpeechModelError
from fanlight.domain.speech import LiveTranscript
from fanlight.settings import Settings
from support.microphones import ToldSound
from support.scripted_recognizer import ScriptedRecognizer
from support.timers import ManualClock

pytestmark = pytest.mark.gui
SAID = "how many shapes are there"
QUICK = RecordingLimits(first_block=0.6, post_roll=0.05, late=0.1, stall=0.5, longest=60)


class Place:
    """A `SpeechTarget` and its `TextTarget`, which keeps what arrives."""

    def __init__(self) -> None:
        self.begun = self.dropped = self.sent = 0
        self.shown: list[str] = []
        self.taken: list[str] = []

    def begin_utterance(self) -> Place:
        self.begun += 1
        return self

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        self.shown.append(transcript.text)

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        self.taken.append(transcript.text)

    def discard_transcript(self) -> None:
        self.dropped += 1

    def send_question(self) -> None:
        self.sent += 1


class Desk:
    """A talk, on a sound library and a listener that are told what to do."""

    def __init__(self, qtbot: Any, home: Path, idle_seconds: float = 300, **settings: Any) -> None:
        self.qtbot = qtbot
        self.sound, self.listener = ToldSound(), ScriptedRecognizer(SAID)
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


@pytest.fixture
def session_manager(qtbot: Any, home: Path) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def made(**settings: Any) -> Desk:
        home.mkdir(parents=True, exist_ok=True)
        desks.append(Desk(qtbot, home, **settings))
        return desks[-1]

    yield made
    for one in desks:
        one.close()


def test_a_hold_goes_from_opening_to_its_words(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.press()
    assert d.talk.state == "opening"
    d.until("listening")
    d.words(5)
    d.talk.key.release_talk_key()
    d.until("done")
    assert d.place.taken == [SAID]
    assert d.place.shown[0] == "how"
    assert not d.place.sent
    d.closed()
    d.until("closed")
    assert d.states == ["opening", "listening", "finishing", "done", "closed"]


def test_listening_is_shown_only_when_sound_comes(session_manager: Callable[..., Desk], qtbot: Any) -> None:
    d = session_manager()
    d.sound.first_seconds = 0.3
    with qtbot.waitSignal(d.talk.recording_began, timeout=20_000):
        d.press()
        qtbot.wait(150)
        assert d.talk.state == "opening"
        assert "Opening" in d.talk.status_text
    assert d.talk.state in ("opening", "listening")
    d.talk.discard_utterance()


def test_what_was_said_is_sent_where_the_settings_say_so(session_manager: Callable[..., Desk]) -> None:
    d = session_manager(talk_sends=True)
    d.press()
    d.words(5)
    d.talk.key.release_talk_key()
    d.until("done")
    assert d.place.sent == 1


def test_enter_while_speaking_sends_when_the_last_word_is_there(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.press()
    d.words(2)
    d.talk.finish_and_send()
    assert not d.place.sent
    d.until("done")
    assert (d.place.taken, d.place.sent) == ([SAID], 1)


@pytest.mark.parametrize("state", ["opening", "listening", "finishing"])
def test_escape_forgets_in_every_state_and_nothing_stays_open(
    session_manager: Callable[..., Desk], qtbot: Any, state: str
) -> None:
    d = session_manager()
    if state == "opening":
        d.sound.first_seconds = 0.2
    d.press()
    if state != "opening":
        d.words(1)
    if state == "finishing":
        d.talk.key.release_talk_key()
    d.until(state)
    assert d.talk.discard_utterance()
    assert d.talk.state == "closed"
    assert d.place.dropped == 1
    d.closed()
    qtbot.wait(150)
    assert not d.place.taken
    assert not d.talk.discard_utterance()


def test_a_tap_in_either_mode_waits_for_a_second_that_locks(session_manager: Callable[..., Desk], qtbot: Any) -> None:
    d = session_manager(talk_mode="either")
    d.press()
    d.talk.key.release_talk_key()
    assert d.talk.recording
    d.press()
    d.talk.key.release_talk_key()
    assert d.talk.locked
    d.words(5)
    d.clock.advance(DOUBLE_MS + 50)
    assert d.talk.state == "listening"
    assert "Press again" in d.talk.status_text
    d.press()
    d.talk.key.release_talk_key()
    d.until("done")
    assert d.place.taken == [SAID]
    assert len(d.sound.opened) == 1


def test_a_single_tap_ends_and_keeps_what_was_said_in_it(session_manager: Callable[..., Desk]) -> None:
    d = session_manager(talk_mode="either")
    d.press()
    d.talk.key.release_talk_key()
    d.until("listening")
    d.clock.advance(DOUBLE_MS)
    d.until("done", "nothing")
    d.closed()
    assert d.place.taken == [SAID]
    assert not d.talk.locked


def test_a_long_hold_in_either_mode_ends_at_its_release(session_manager: Callable[..., Desk], qtbot: Any) -> None:
    d = session_manager(talk_mode="either")
    d.press()
    d.clock.advance(TAP_MS + 50)
    d.talk.key.release_talk_key()
    assert not d.talk.recording
    d.until("done")


def test_in_lock_mode_a_press_begins_and_a_press_ends(session_manager: Callable[..., Desk], qtbot: Any) -> None:
    d = session_manager(talk_mode="lock")
    d.press()
    d.talk.key.release_talk_key()
    d.words(3)
    d.clock.advance(DOUBLE_MS + 100)
    assert d.talk.state == "listening"
    d.press()
    d.talk.key.release_talk_key()
    d.until("done")
    assert d.place.taken == [SAID]


@pytest.mark.parametrize("mode", ["hold", "either", "lock"])
def test_down_up_down_within_an_instant_never_leaves_it_open(
    session_manager: Callable[..., Desk], qtbot: Any, mode: str
) -> None:
    d = session_manager(talk_mode=mode)
    for _ in range(5):
        d.press()
        d.talk.key.release_talk_key()
        d.press()
        qtbot.wait(20)
        d.talk.key.release_talk_key()
        d.talk.stop_recording()
        d.until("done", "nothing", "closed")
        d.closed()


def test_a_key_that_comes_down_again_in_the_post_roll_goes_on_with_the_same_hold(
    session_manager: Callable[..., Desk],
) -> None:
    d = session_manager()
    d.press()
    d.words(3)
    d.talk.key.release_talk_key()
    d.press()
    assert d.talk.recording
    d.words(5)
    d.talk.key.release_talk_key()
    d.until("done")
    assert d.place.taken == [SAID]
    assert len(d.sound.opened) == 1


def test_a_key_that_comes_down_too_late_begins_anew(session_manager: Callable[..., Desk], qtbot: Any) -> None:
    d = session_manager()
    d.press()
    d.words(3)
    d.talk.key.release_talk_key()
    time.sleep(0.4)  # no event is heard meanwhile: the end of the recording is on its way
    d.press()
    qtbot.waitUntil(lambda: len(d.sound.opened) == 2, timeout=20_000)
    d.talk.key.release_talk_key()
    d.until("done")
    qtbot.waitUntil(lambda: len(d.place.taken) == 2, timeout=20_000)


def test_a_device_that_dies_keeps_the_words_and_says_so(session_manager: Callable[..., Desk]) -> None:
    d = session_manager(talk_sends=True)
    d.press()
    d.words(3)
    d.sound.opened[0].die()
    d.until("error")
    assert d.place.taken == [SAID]
    assert "was disconnected" in d.talk.status_text
    assert not d.place.sent
    d.talk.key.release_talk_key()
    d.sound.pace = 0.02
    d.press()
    d.until("listening")
    d.talk.discard_utterance()


def test_no_microphone_is_a_sentence_with_a_way_on(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.sound.known = []
    d.press()
    d.until("error")
    assert MicrophoneMissing.hint in d.talk.status_text
    assert d.place.dropped == 1
    d.talk.key.release_talk_key()
    assert d.talk.state == "error"


def test_a_speech_model_that_is_not_there_is_said_and_closes_the_microphone(
    session_manager: Callable[..., Desk],
) -> None:
    d = session_manager()
    d.load_error = SpeechModelError("The speech model is not installed.", "pip install it")
    d.press()
    d.until("error")
    assert "pip install it" in d.talk.status_text
    d.closed()
    d.talk.key.release_talk_key()
    d.load_error = None
    d.press()
    d.words(1)
    d.talk.key.release_talk_key()
    d.until("done")


def test_a_decoder_that_fails_closes_the_microphone(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.listener.error = SpeechModelError("The speech model failed.", "Try again.")
    d.press()
    d.until("error")
    d.closed()


def test_silence_is_nothing_heard_and_names_a_muted_microphone(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.listener = ScriptedRecognizer("")
    d.press()
    d.until("listening")
    d.talk.key.release_talk_key()
    d.until("nothing")
    assert "Hold the key while you speak" in d.talk.status_text
    d.sound.source = lambda: iter([bytes(1280)] * 1000)
    d.press()
    d.until("listening")
    d.talk.key.release_talk_key()
    d.until("nothing")
    assert "silent" in d.talk.status_text


def test_a_release_before_the_microphone_was_ready_is_told_apart(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.listener = ScriptedRecognizer("")
    d.sound.first_seconds = 0.3
    d.press()
    d.talk.key.release_talk_key()
    d.until("nothing")
    assert "before the microphone was ready" in d.talk.status_text


def test_two_hundred_short_holds_are_all_closed(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.sound.pace = 0.001
    for _ in range(200):
        d.press()
        d.talk.key.release_talk_key()
        d.until("done", "nothing")
    d.closed()
    assert len(d.place.taken) == 200
    assert len(d.sound.opened) == 200


def test_words_of_a_place_that_is_gone_go_nowhere(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.press()
    d.words(2)
    d.talk.remove_target(d.place)
    assert not d.talk.active
    d.closed()
    assert not d.place.taken


def test_commands_start_and_stop(session_manager: Callable[..., Desk]) -> None:
    d = session_manager()
    d.talk.toggle_recording(d.place)
    d.words(3)
    d.talk.start_recording(d.place)
    assert len(d.sound.opened) == 1
    d.talk.toggle_recording(d.place)
    d.until("done")
    assert d.place.taken == [SAID]


def test_the_settings_reach_the_decoder(session_manager: Callable[..., Desk]) -> None:
    d = session_manager(speech_language="de", talk_translate=True, speech_names="Fanlight, Vulkan")
    d.press()
    d.words(1)
    d.talk.key.release_talk_key()
    d.until("done")
    (asked,) = d.listener.asked
    assert (asked.language, asked.translate, asked.names) == ("de", True, ("Fanlight", "Vulkan"))


def test_the_model_is_freed_when_nobody_spoke_for_a_while(session_manager: Callable[..., Desk], qtbot: Any) -> None:
    d = session_manager(idle_seconds=0.2)
    d.press()
    d.words(1)
    d.talk.key.release_talk_key()
    d.until("done")
    qtbot.waitUntil(lambda: d.listener.closed and not d.hearing.ready, timeout=10_000)
