"""Hands-free talking ends with a sentence wherever it cannot go on, and gets along with all that is beside it: no
microphone is open unseen, unheard or forgotten."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.domain.errors import ModelError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.settings.microphone_section import MicrophoneSection
from support.microphones import block
from support.talking_rooms import LONG
from support.window_hands import idle, texts

pytestmark = pytest.mark.gui
F9 = Qt.Key.Key_F9


# What ends it.


def test_a_microphone_that_is_open_for_nothing_is_closed_with_a_sentence_and_a_way_back(talking_room: Any) -> None:
    here = talking_room(hands_free_minutes=1)
    here.sound.source, here.sound.pace = (lambda: itertools.repeat(block(0.005))), 0.0002  # a quiet room
    here.begin()
    here.ended("Nobody said a word for a minute")
    here.qtbot.mouseClick(here.window.offers.button, Qt.MouseButton.LeftButton)
    here.listens()
    assert not here.window.offers.isVisible()


def test_a_microphone_that_is_muted_is_said_to_be(talking_room: Any) -> None:
    here = talking_room(hands_free_minutes=1)
    here.sound.pace = 0.0002
    here.begin()
    here.ended("may be muted")


def test_no_microphone_is_a_sentence(talking_room: Any) -> None:
    here = talking_room()
    here.sound.known = []
    here.hands_free.start_hands_free()
    here.ended("There is no microphone")


def test_a_microphone_that_is_unplugged_ends_it_and_what_was_said_stays_in_the_box(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    here.says(60.0)
    here.wait(lambda: "how many" in here.window.composer.text)
    here.sound.known = []
    here.sound.opened[-1].die()
    here.ended("The microphone was disconnected")
    assert here.window.composer.text == "how many shapes are there"
    assert texts(here.window) == []


def test_a_microphone_that_goes_while_nobody_speaks_ends_it(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    here.sound.opened[-1].die()
    here.ended("The microphone was disconnected")


def test_a_microphone_that_is_gone_after_the_answer_ends_it(talking_room: Any) -> None:
    here = talking_room(LONG[:20])
    here.begin()
    here.says()
    here.speaks()
    here.sound.plugged = []
    here.sound.known = []
    here.ended("There is no microphone")


def test_a_question_that_can_not_be_answered_ends_it(talking_room: Any, monkeypatch: Any) -> None:
    here = talking_room()

    def fails(*_: Any, **__: Any) -> Any:
        raise ModelError("The model is out of memory.", "Close something.")
        yield

    monkeypatch.setattr(ScriptedEngine, "generate", fails)
    here.begin()
    here.says()
    here.ended("could not be answered")


def test_without_a_voice_the_answer_is_shown_and_what_to_install_is_said_once(talking_room: Any) -> None:
    here = talking_room()
    here.voice.here = False
    here.begin()
    assert any("Tell it to be there." in line for line in here.window.errors.lines)
    here.says()
    here.asked("how many shapes are there")
    here.listens()
    assert not here.voice.said
    assert len(here.window.errors.lines) == 1


def test_a_window_that_is_hidden_has_no_open_microphone(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    here.window.hide()
    here.ended("hidden")


def test_closing_the_window_ends_everything(talking_room: Any) -> None:
    here = talking_room(LONG)
    here.begin()
    here.says()
    here.speaks()
    here.window.close()
    assert not here.sound.open_streams
    assert here.box.open_now == 0


@pytest.mark.parametrize("phase", ["listening", "hearing", "thinking", "speaking"])
def test_the_toggle_ends_it_at_every_moment(talking_room: Any, phase: str) -> None:
    here = talking_room(LONG[:20], seconds_per_token=0.05)
    here.begin()
    if phase != "listening":
        here.says()
        here.wait(lambda: here.hands_free.phase == phase)
    here.hands_free.toggle_hands_free()
    here.ended()
    here.wait(lambda: not here.window.features.voice.speech_output.active)
    here.wait(lambda: idle(here.window))
    here.wait(lambda: not here.window.features.voice.dictation.push_to_talk.active)
    assert not here.sound.open_streams


def test_a_conversation_that_is_on_its_way_can_be_ended_while_words_are_being_said(talking_room: Any) -> None:
    here = talking_room(hands_free_pause=5.0)
    here.begin()
    here.says(3.0)
    here.wait(lambda: "how many" in here.window.composer.text)
    here.hands_free.toggle_hands_free()
    here.ended()
    here.wait(lambda: here.window.features.voice.dictation.push_to_talk.state in ("done", "closed"))
    assert here.window.composer.text == "how many shapes are there"
    assert texts(here.window) == []


# Beside it.


def test_another_conversation_is_listened_to_and_what_was_said_stays_in_the_first(talking_room: Any) -> None:
    here = talking_room(hands_free_pause=5.0)
    here.window.composer.set_text("The first question")
    here.window.composer.submit()
    here.asked("The first question")
    first = here.window.session_manager.current
    here.begin()
    here.says()
    here.wait(lambda: "how many" in here.window.composer.text)
    here.mouth.stop_speaking()
    here.window.session_manager.new()
    here.wait(lambda: first.draft.text == "how many shapes are there")
    here.listens()
    assert here.window.composer.text == ""
    here.window.settings_store.choose(hands_free_pause=1.0)
    here.says()
    here.asked("and the red ones")
    assert len(first.turns) == 2


def test_another_conversation_while_it_speaks_is_silence_and_listening(talking_room: Any) -> None:
    here = talking_room(LONG, seconds_per_token=0.01)
    here.begin()
    here.says()
    here.speaks()
    here.window.session_manager.new()
    here.listens()
    assert not here.window.features.voice.speech_output.active


def test_speaking_into_a_panel_ends_it(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    panel = here.panel()
    here.qtbot.keyClicks(panel.line.input, "typed")
    assert panel.line.input.text() == "typed"
    assert here.hands_free.on
    panel.line.input.clear()
    here.key(F9, where=panel.line.input)
    assert not here.hands_free.on
    assert any("elsewhere" in line for line in here.window.offers.lines)
    here.says()
    here.wait(lambda: panel.line.input.text() == "how many shapes are there")
    here.key(F9, False, where=panel.line.input)
    here.closed()
    assert here.window.composer.text == ""


def test_the_test_of_the_microphone_in_the_settings_ends_it(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    dialog = SettingsDialog(here.window.settings_store, here.window, here.window.features.sections())
    here.qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_section("Speech")
    (section,) = dialog.findChildren(MicrophoneSection)
    section.test.click()
    assert not here.hands_free.on
    here.wait(lambda: "Say a sentence now" in section.result.text())
    dialog.close()
    here.closed()


def test_while_a_panel_is_answered_the_question_waits_its_turn(talking_room: Any) -> None:
    here = talking_room(["A word. "] * 40, seconds_per_token=0.03, read_text_in_captures=False)
    here.begin()
    panel = here.panel()
    panel.session.questions.ask("What is this?")
    here.wait(lambda: panel.conversation.condition == "answering")
    here.says()
    here.wait(lambda: here.hands_free.phase == "thinking")
    assert panel.conversation.condition == "answering"
    assert not here.voice.said
    here.speaks()
    assert panel.conversation.condition == "idle"


def test_with_a_microphone_that_is_kept_open_nothing_said_before_is_heard(talking_room: Any) -> None:
    here = talking_room(LONG[:4], talk_ready=True)
    here.sound.pace, here.box.pace = 0.02, 0.01
    here.begin()
    here.says(0.5)
    here.speaks()
    here.mouth.echo = lambda: here.box.sounds
    here.listens()
    here.hears(0.5)
    assert not here.window.features.voice.dictation.push_to_talk.has_words
    assert here.listener.sentences[0] == "and the red ones"


def test_escape_in_a_panel_is_the_panels(talking_room: Any) -> None:
    here = talking_room()
    here.begin()
    panel = here.panel()
    panel.session.press("Escape")
    here.wait(lambda: panel.session.is_over)
    assert here.hands_free.on
    assert here.sound.open_streams


def test_reading_an_answer_aloud_closes_the_microphone_meanwhile(talking_room: Any) -> None:
    here = talking_room(LONG[:10])
    here.begin()
    here.window.features.voice.speech_output.read_aloud("One. Two. Three. " * 20)
    here.speaks()
    here.closed()
    here.listens()


def test_commands_begin_and_end_it(talking_room: Any) -> None:
    here = talking_room()
    here.window.remote.run_command({"do": "talk", "what": "hands-free"})
    here.listens()
    here.window.remote.run_command({"do": "talk", "what": "hands-free"})
    here.ended()
    for what in ("stop", "toggle"):
        here.window.remote.run_command({"do": "talk", "what": "hands-free"})
        here.listens()
        here.window.remote.run_command({"do": "talk", "what": what})
        here.ended()


def test_its_control_has_a_name_a_state_and_a_key(talking_room: Any) -> None:
    here = talking_room()
    button = here.window.composer.voice_bar.hands_free_button
    assert button.accessibleName() == "Hands-free"
    assert "Ctrl+Shift+H" in button.toolTip()
    here.begin()
    assert button.accessibleDescription() == "On"
    (action,) = (one for one in here.window.actions() if "hands-free" in one.text())
    action.trigger()
    here.ended()
    assert button.accessibleDescription() == "Off"


def test_the_settings_hold_at_once(talking_room: Any) -> None:
    here = talking_room(LONG)
    here.begin()
    here.says()
    here.speaks()
    here.closed()
    here.window.settings_store.choose(hands_free_interrupts=True)
    here.wait(lambda: here.sound.open_streams)
    here.window.settings_store.choose(hands_free_interrupts=False)
    here.closed()
    assert here.window.features.voice.speech_output.active
