"""Talking without a key: turns that end by themselves, answers that are spoken, and how they are interrupted."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from support.talking_rooms import LONG, Room
from support.window_hands import idle, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui
F9, ESC = Qt.Key.Key_F9, Qt.Key.Key_Escape


# The way of a conversation.


def asked_twice(here: Room) -> None:
    """One question after the other, each with its answer."""
    here.begin()
    here.says()
    here.asked("how many shapes are there")
    here.listens()
    here.says()
    here.asked("how many shapes are there", "and the red ones")
    here.listens()
    assert here.voice.texts == ["There are three.", "Yes."] * 2


def test_two_questions_are_asked_and_their_answers_spoken_without_a_key(talking_room: Any) -> None:
    here = talking_room()
    asked_twice(here)
    assert here.window.composer.text == ""
    here.hands_free.toggle_hands_free()
    here.ended()
    turn = ["listening", "hearing", "thinking", "speaking"]
    assert [phase for phase in here.phases if phase != "thinking"] == [
        phase for phase in [*turn, *turn, "listening", "off"] if phase != "thinking"
    ]


def test_it_is_off_until_it_is_wanted_and_no_microphone_is_opened(talking_room: Any) -> None:
    here = talking_room()
    assert not here.hands_free.on
    assert not here.window.composer.voice_bar.hands_free_button.isChecked()
    assert not here.sound.opened
    here.window.composer.set_text("How many?")
    here.window.composer.submit()
    here.wait(lambda: idle(here.window) and len(texts(here.window)) == 2)
    assert not here.window.features.voice.dictation.push_to_talk.active
    assert not here.sound.opened
    assert not here.voice.said


def test_the_microphone_is_closed_while_fanlight_thinks_and_speaks(talking_room: Any) -> None:
    here = talking_room(LONG)
    here.begin()
    here.says()
    here.speaks()
    here.closed()
    assert "speaking" in here.status()
    assert "Press F9 or Esc to interrupt" in here.status()
    assert not here.window.composer.property("listening")
    here.says(5.0)
    spoken = len(here.box.sentences)
    here.wait(lambda: len(here.box.sentences) > spoken + 5)
    assert here.hands_free.phase == "speaking"
    assert not here.sound.open_streams


def test_what_it_does_is_always_shown(talking_room: Any) -> None:
    here = talking_room(LONG[:3], seconds_per_token=0.05)
    here.begin()
    assert here.window.composer.voice_bar.hands_free_button.isChecked()
    assert here.window.composer.voice_bar.hands_free_status.isVisible()
    assert not here.window.composer.voice_bar.talk_status.isVisible()
    assert here.status() == "Hands-free: listening."
    status = here.window.composer.voice_bar.hands_free_status
    here.wait(lambda: status.meter.isVisible())
    assert status.height() < 2 * status.text.fontMetrics().lineSpacing()
    here.says()
    here.wait(lambda: here.status().startswith("Hands-free: thinking"))
    here.wait(lambda: here.status().startswith("Hands-free: speaking"))
    here.wait(lambda: here.status().startswith("Hands-free: listening"))
    here.hands_free.toggle_hands_free()
    assert not here.window.composer.voice_bar.hands_free_status.isVisible()


def test_its_words_are_whole_in_a_narrow_window_with_large_letters(talking_room: Any) -> None:
    here = talking_room(LONG[:5], text_size=200)
    here.window.resize(430, 700)
    here.begin()
    here.says()
    here.speaks()
    status = here.window.composer.voice_bar.hands_free_status
    assert status.text.text() == status.text.accessibleName() == "Hands-free: speaking. Press F9 or Esc to interrupt."
    here.wait(lambda: status.text.height() >= status.text.heightForWidth(status.text.width()))
    assert status.geometry().right() <= here.window.composer.width()


def test_a_pause_that_is_too_short_is_part_of_the_question(talking_room: Any) -> None:
    here = talking_room(hands_free_pause=3.0)
    here.begin()
    here.says(1.0)
    here.wait(lambda: here.mouth.silent and here.window.features.voice.dictation.push_to_talk.has_words)
    here.hears(1.2)
    assert here.hands_free.phase == "listening"
    here.says(1.0)
    here.asked("how many shapes are there")
    assert len(here.listener.sentences) == 2


def test_who_speaks_on_just_after_the_pause_is_not_cut_off(talking_room: Any, monkeypatch: Any) -> None:
    here = talking_room()
    here.sound.pace = 0.02  # as fast as it is: what is recorded past the end of a turn is 0.3 s of the clock
    here.begin()
    here.says(0.5)
    here.wait(lambda: here.hands_free.phase == "hearing")
    here.says(0.5)
    here.wait(lambda: here.hands_free.phase == "listening")
    assert texts(here.window) == []
    here.asked("how many shapes are there")
    assert len(here.sound.opened) == 1
    assert len(here.listener.sentences) == 2


def test_who_speaks_on_too_late_has_asked_the_question(talking_room: Any) -> None:
    """The window was too busy to notice in time."""
    here = talking_room()
    here.sound.pace = 0.02
    here.begin()
    here.says(0.5)
    here.wait(lambda: here.hands_free.phase == "hearing")
    here.says(0.2)
    while here.sound.open_streams:
        time.sleep(0.005)
    here.asked("how many shapes are there")
    here.listens()
    assert here.window.composer.text == ""


def test_what_was_typed_before_is_part_of_the_question(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    here.qtbot.keyClicks(here.window.composer.input, "Tell me,")
    assert here.window.composer.text == "Tell me,"
    here.says()
    here.asked("Tell me, how many shapes are there")


def test_a_question_that_is_typed_meanwhile_is_answered_aloud_and_listening_goes_on(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    here.qtbot.keyClicks(here.window.composer.input, "What is this?")
    here.key(Qt.Key.Key_Return, text="\r")
    here.asked("What is this?")
    here.wait(lambda: here.voice.texts == ["There are three.", "Yes."])
    here.listens()
    assert here.listener.sentences[0] == "how many shapes are there"


def test_noise_sends_nothing_and_listening_goes_on(talking_room: Any) -> None:
    here = talking_room()
    here.listener.sentences.clear()
    here.begin()
    here.says(0.5)
    here.wait(lambda: "No words were recognized" in here.status())
    here.listens()
    here.says(0.1)  # a click: not even a turn
    here.hears(3.0)
    assert here.hands_free.on
    assert texts(here.window) == []


def test_a_question_waits_for_its_picture(talking_room: Any, tmp_path: Path) -> None:
    here = talking_room(["A circle."])
    here.begin()
    here.says()
    here.wait(lambda: here.window.features.voice.dictation.push_to_talk.has_words)
    here.window._core.attachment_loader.load_files([picture_file(tmp_path, size=(2400, 2400))])
    here.asked("how many shapes are there")
    assert here.window.session_manager.current.turns[0].attachments
    here.listens()


def test_listening_begins_when_the_answer_that_is_under_way_is_over(talking_room: Any) -> None:
    here = talking_room(LONG[:10], seconds_per_token=0.03)
    here.window.composer.set_text("How many?")
    here.window.composer.submit()
    here.wait(lambda: here.window.session_manager.current.condition == "answering")
    here.hands_free.start_hands_free()
    assert here.hands_free.phase == "thinking"
    assert not here.sound.opened
    here.listens()


# Interrupting.


@pytest.mark.parametrize("how", ["key", "escape"])
def test_the_key_and_escape_silence_the_answer_and_one_is_heard(talking_room: Any, how: str) -> None:
    here = talking_room(LONG, seconds_per_token=0.005)
    here.begin()
    here.says()
    here.speaks()
    here.tap(F9 if how == "key" else ESC)
    here.listens()
    assert not here.window.features.voice.speech_output.active
    here.says()
    here.wait(lambda: texts(here.window)[2:3] == ["and the red ones"])
    here.speaks()


def test_a_key_that_is_held_is_a_turn_that_ends_when_it_is_released(talking_room: Any) -> None:
    here = talking_room(LONG)
    here.begin()
    here.says()
    here.speaks()
    here.key(F9)
    here.listens()
    assert "until you let go" in here.status()
    here.says()
    here.wait(lambda: here.mouth.silent and here.window.features.voice.dictation.push_to_talk.has_words)
    here.hears(4.0)  # of silence; it is more than a tap, too
    assert here.hands_free.phase == "listening"
    here.key(F9, False)
    here.wait(lambda: texts(here.window)[2:3] == ["and the red ones"])
    here.wait(lambda: here.hands_free.phase in ("thinking", "speaking"))


def test_a_held_key_sends_what_is_being_said_at_its_release(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    here.key(F9)
    here.says()
    here.wait(lambda: here.window.features.voice.dictation.push_to_talk.has_words)
    here.hears(3.0)
    here.key(F9, False)
    here.asked("how many shapes are there")
    here.listens()


def test_speaking_interrupts_where_the_user_says_that_it_may(talking_room: Any) -> None:
    here = talking_room(LONG, seconds_per_token=0.005, hands_free_interrupts=True)
    here.begin()
    here.says()
    here.speaks()
    here.wait(lambda: here.window.features.voice.dictation.push_to_talk.state == "listening")
    assert "Speak to interrupt" in here.status()
    here.says()
    here.wait(lambda: here.hands_free.phase == "listening" and not here.window.features.voice.speech_output.active)
    here.wait(lambda: texts(here.window)[2:3] == ["and the red ones"])
    here.speaks()
    assert here.window.session_manager.current.turns[1].state == "stopped"


def test_a_cough_does_not_interrupt(talking_room: Any) -> None:
    here = talking_room(LONG, hands_free_interrupts=True)
    here.begin()
    here.says()
    here.speaks()
    here.wait(lambda: here.window.features.voice.dictation.push_to_talk.state == "listening")
    here.says(0.25)
    here.hears(2.0)
    assert here.hands_free.phase == "speaking"
    assert here.window.features.voice.speech_output.active


def test_with_headphones_the_microphone_stays_open_for_the_next_question(talking_room: Any) -> None:
    here = talking_room(hands_free_interrupts=True)
    asked_twice(here)


# Esc.


def test_escape_takes_back_the_words_and_then_ends_it(talking_room: Any) -> None:
    here = talking_room(hands_free_pause=5.0)
    here.begin()
    here.says()
    here.wait(lambda: "how many" in here.window.composer.text)
    here.mouth.stop_speaking()
    here.tap(ESC)
    assert here.window.composer.text == ""
    assert here.hands_free.on
    here.listens()
    here.tap(ESC)
    here.ended()
    assert texts(here.window) == []


def test_escape_while_the_last_words_are_found_sends_nothing(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    here.says()
    here.wait(lambda: here.hands_free.phase == "hearing")
    here.tap(ESC)
    here.listens()
    here.hears(2.0)
    assert texts(here.window) == []
    assert here.window.composer.text == ""


def test_escape_while_it_thinks_stops_the_answer(talking_room: Any) -> None:
    here = talking_room(LONG, seconds_per_token=0.3)
    here.begin()
    here.says()
    here.wait(lambda: here.hands_free.phase == "thinking")
    here.tap(ESC)
    here.listens()
    assert here.window.session_manager.current.condition == "idle"


def test_escape_while_the_microphone_opens_ends_it(talking_room: Any) -> None:
    here = talking_room()
    here.sound.first_seconds = 0.3
    here.hands_free.start_hands_free()
    here.wait(lambda: here.window.features.voice.dictation.push_to_talk.state == "opening")
    here.tap(ESC)
    here.ended()


def test_escape_where_the_conversation_has_the_focus_is_heard_too(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    here.window.transcript.setFocus()
    here.qtbot.keyClick(here.window.transcript, ESC)
    here.ended()
