"""Push-to-talk without a window: what a key means in every state, and where the words end up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.dictation.key_interpreter import DOUBLE_MS, TAP_MS
from fanlight.domain.errors import MicrophoneMissing, SpeechModelError
from fanlight.domain.replacements import Replacement
from support.dictating import SAID, Place, TalkRig
from support.scripted_recognizer import ScriptedRecognizer

pytestmark = pytest.mark.gui


@pytest.fixture
def talks(qtbot: Any, home: Path) -> Iterator[Callable[..., TalkRig]]:
    rigs: list[TalkRig] = []

    def made(**settings: Any) -> TalkRig:
        home.mkdir(parents=True, exist_ok=True)
        rigs.append(TalkRig(qtbot, home, **settings))
        return rigs[-1]

    yield made
    for one in rigs:
        one.close()


def test_a_hold_goes_from_opening_to_its_words(talks: Callable[..., TalkRig]) -> None:
    d = talks()
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


def test_listening_is_shown_only_when_sound_comes(talks: Callable[..., TalkRig], qtbot: Any) -> None:
    d = talks()
    d.sound.first_seconds = 0.5
    with qtbot.waitSignal(d.talk.recording_began, timeout=20_000):
        d.press()
        qtbot.waitUntil(lambda: bool(d.sound.opened), timeout=20_000)
        assert d.talk.state == "opening"
        assert "Opening" in d.talk.status_text
    assert d.talk.state in ("opening", "listening")
    d.talk.discard_utterance()


def test_what_was_said_is_sent_where_the_settings_say_so(talks: Callable[..., TalkRig]) -> None:
    d = talks(talk_sends=True)
    d.press()
    d.words(5)
    d.talk.key.release_talk_key()
    d.until("done")
    assert d.place.sent == 1


def test_enter_while_speaking_sends_when_the_last_word_is_there(talks: Callable[..., TalkRig]) -> None:
    d = talks()
    d.press()
    d.words(2)
    d.talk.finish_and_send()
    assert not d.place.sent
    d.until("done")
    assert (d.place.taken, d.place.sent) == ([SAID], 1)


@pytest.mark.parametrize("state", ["opening", "listening", "finishing"])
def test_escape_forgets_in_every_state_and_nothing_stays_open(
    talks: Callable[..., TalkRig], qtbot: Any, state: str
) -> None:
    d = talks()
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
    assert not d.talk.discard_utterance()
    d.press()  # whatever was on its way is delivered before this one's words
    d.words(1)
    d.talk.key.release_talk_key()
    d.until("done")
    assert d.place.taken == [SAID]


def test_a_tap_in_either_mode_waits_for_a_second_that_locks(talks: Callable[..., TalkRig], qtbot: Any) -> None:
    d = talks(talk_mode="either")
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


def test_a_single_tap_ends_and_keeps_what_was_said_in_it(talks: Callable[..., TalkRig]) -> None:
    d = talks(talk_mode="either")
    d.press()
    d.talk.key.release_talk_key()
    d.until("listening")
    d.clock.advance(DOUBLE_MS)
    d.until("done", "nothing")
    d.closed()
    assert d.place.taken == [SAID]
    assert not d.talk.locked


def test_a_long_hold_in_either_mode_ends_at_its_release(talks: Callable[..., TalkRig], qtbot: Any) -> None:
    d = talks(talk_mode="either")
    d.press()
    d.clock.advance(TAP_MS + 50)
    d.talk.key.release_talk_key()
    assert not d.talk.recording
    d.until("done")


def test_in_lock_mode_a_press_begins_and_a_press_ends(talks: Callable[..., TalkRig], qtbot: Any) -> None:
    d = talks(talk_mode="lock")
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
    talks: Callable[..., TalkRig], qtbot: Any, mode: str
) -> None:
    d = talks(talk_mode=mode)
    for _ in range(5):
        d.press()
        d.talk.key.release_talk_key()
        d.press()
        qtbot.waitUntil(lambda: d.talk.state != "closed")
        d.talk.key.release_talk_key()
        d.talk.stop_recording()
        d.until("done", "nothing", "closed")
        d.closed()


def test_a_key_that_comes_down_again_in_the_post_roll_goes_on_with_the_same_hold(
    talks: Callable[..., TalkRig],
) -> None:
    d = talks()
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


def test_a_key_that_comes_down_too_late_begins_anew(talks: Callable[..., TalkRig], qtbot: Any) -> None:
    d = talks()
    d.press()
    d.words(3)
    d.talk.key.release_talk_key()
    while d.sound.open_streams:  # no event arrives meanwhile: the end of the recording is on its way
        time.sleep(0.005)
    d.press()
    qtbot.waitUntil(lambda: len(d.sound.opened) == 2, timeout=20_000)
    d.talk.key.release_talk_key()
    d.until("done")
    qtbot.waitUntil(lambda: len(d.place.taken) == 2, timeout=20_000)


def test_a_device_that_dies_keeps_the_words_and_says_so(talks: Callable[..., TalkRig]) -> None:
    d = talks(talk_sends=True)
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


def test_no_microphone_is_a_sentence_with_a_way_on(talks: Callable[..., TalkRig]) -> None:
    d = talks()
    d.sound.known = []
    d.press()
    d.until("error")
    assert MicrophoneMissing.hint in d.talk.status_text
    assert d.place.dropped == 1
    d.talk.key.release_talk_key()
    assert d.talk.state == "error"


def test_a_speech_model_that_is_not_there_is_said_and_closes_the_microphone(
    talks: Callable[..., TalkRig],
) -> None:
    d = talks()
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


def test_a_decoder_that_fails_closes_the_microphone(talks: Callable[..., TalkRig]) -> None:
    d = talks()
    d.listener.error = SpeechModelError("The speech model failed.", "Try again.")
    d.press()
    d.until("error")
    d.closed()


def test_silence_is_nothing_heard_and_names_a_muted_microphone(talks: Callable[..., TalkRig]) -> None:
    d = talks()
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


def test_a_release_before_the_microphone_was_ready_is_told_apart(talks: Callable[..., TalkRig]) -> None:
    d = talks()
    d.listener = ScriptedRecognizer("")
    d.sound.first_seconds = 0.3
    d.press()
    d.talk.key.release_talk_key()
    d.until("nothing")
    assert "before the microphone was ready" in d.talk.status_text


def test_two_hundred_short_holds_are_all_closed(talks: Callable[..., TalkRig]) -> None:
    d = talks()
    d.sound.pace = 0.001
    for _ in range(200):
        d.press()
        d.talk.key.release_talk_key()
        d.until("done", "nothing")
    d.closed()
    assert len(d.place.taken) == 200
    assert len(d.sound.opened) == 200


def test_words_of_a_place_that_is_gone_go_nowhere(talks: Callable[..., TalkRig]) -> None:
    d = talks()
    d.press()
    d.words(2)
    d.talk.remove_target(d.place)
    assert not d.talk.active
    d.closed()
    assert not d.place.taken


def test_commands_start_and_stop(talks: Callable[..., TalkRig]) -> None:
    d = talks()
    d.talk.toggle_recording(d.place)
    d.words(3)
    d.talk.start_recording(d.place)
    assert len(d.sound.opened) == 1
    d.talk.toggle_recording(d.place)
    d.until("done")
    assert d.place.taken == [SAID]


def test_the_settings_reach_the_decoder(talks: Callable[..., TalkRig]) -> None:
    d = talks(speech_language="de", talk_translate=True, speech_names="Fanlight, Vulkan", speech_replacements="um =")
    d.press()
    d.words(1)
    d.talk.key.release_talk_key()
    d.until("done")
    (asked,) = d.listener.asked
    assert (asked.language, asked.translate, asked.names) == ("de", True, ("Fanlight", "Vulkan"))
    assert asked.replacements == (Replacement("um", ""),)


def test_the_model_is_freed_when_nobody_spoke_for_a_while(talks: Callable[..., TalkRig], qtbot: Any) -> None:
    d = talks(idle_seconds=0.2)
    d.press()
    d.words(1)
    d.talk.key.release_talk_key()
    d.until("done")
    qtbot.waitUntil(lambda: d.listener.closed and not d.hearing.ready, timeout=10_000)


def test_a_locked_recording_that_comes_back_too_late_stays_locked(talks: Callable[..., TalkRig], qtbot: Any) -> None:
    d = talks()
    d.press()
    d.words(2)
    d.talk.key.release_talk_key()
    utterance = d.talk._current
    assert utterance is not None
    d.talk.lock()
    utterance.released = False  # taken back in the moment in which the microphone ends it
    qtbot.waitUntil(lambda: d.place.begun == 2, timeout=20_000)
    assert d.talk.recording
    assert d.talk.locked
    d.talk.discard_utterance()


@pytest.mark.parametrize("silent", [False, True])
def test_the_chime_is_for_recordings_that_the_user_began(talks: Callable[..., TalkRig], silent: bool) -> None:
    d = talks()
    began: list[str] = []
    d.talk.recording_began.connect(lambda: began.append("chime"))
    d.talk.silent = silent
    d.press()
    d.until("listening")
    assert began == ([] if silent else ["chime"])
    d.talk.discard_utterance()


def test_an_utterance_that_goes_on_is_not_sent_by_the_enter_before(talks: Callable[..., TalkRig]) -> None:
    d = talks()
    d.press()
    d.words(2)
    d.talk.finish_and_send()
    assert d.talk.resume_utterance()
    assert d.talk.locked
    d.talk.stop_recording()
    d.until("done")
    assert (d.place.taken, d.place.sent) == ([SAID], 0)


def test_words_that_are_still_decoded_go_nowhere_when_their_place_is_gone(
    talks: Callable[..., TalkRig], qtbot: Any
) -> None:
    d, other = talks(), Place()
    d.press()
    d.words(5)
    d.talk.key.release_talk_key()
    d.talk.record_until_stopped(other)
    d.talk.remove_target(d.place)
    qtbot.waitUntil(lambda: len(other.shown) >= 5, timeout=20_000)
    d.talk.stop_recording()
    d.until("done")
    assert (d.place.taken, other.taken) == ([], [SAID])


def test_words_that_are_to_be_read_there_may_be_said(talks: Callable[..., TalkRig]) -> None:
    d = talks(speech_names="WireGuard")
    d.place.nearby = "Grafana and Kubernetes"
    d.press()
    d.until("listening")
    d.talk.key.release_talk_key()
    d.until("done")
    (asked,) = d.listener.asked
    assert (asked.names, asked.nearby) == (("WireGuard",), ("Kubernetes", "Grafana"))
