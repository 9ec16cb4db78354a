"""Answers are spoken while they come, and the voice is silent at once when it should be."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox

from fanlight.core.remote_commands import CaptureRequest
from fanlight.domain.errors import SpeakerError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.synthesis.speaker import Speaker
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.settings.speech_output_section import SpeechOutputSection
from support.speaking import FakeLoudspeaker, FakeVoice
from support.whole_window import WholeWindow
from support.window_hands import Open

pytestmark = pytest.mark.gui

ANSWER = ["There are ", "seven ", "shapes. ", "One is ", "red.\n\n", "```\nx = 1\n```\n", "Done."]
SENTENCES = ["There are seven shapes.", "One is red.", "Code, 1 line.", "Done."]


class Room:
    """A window whose voice can be looked at."""

    def __init__(self, qtbot: Any, open_window: Open, engine: ScriptedEngine, pace: float, **settings: Any) -> None:
        self.qtbot, self.voice, self.box = qtbot, FakeVoice(), FakeLoudspeaker(pace)
        made = Settings(**{"spoken_answers": True, **settings})
        self.window: WholeWindow = open_window(engine, settings=made, speaker=lambda: Speaker(self.box, (self.voice,)))
        qtbot.waitUntil(lambda: self.window.services.tray is not None and self.window.host.condition == "ready")
        speaking = self.window.features.voice.speech_output
        self.speaking = speaking

    def ask(self, text: str = "How many?") -> None:
        self.window.composer.set_text(text)
        self.window.composer.submit()

    def wait(self, true: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=20_000)

    def silent(self) -> None:
        """And the device is closed."""
        self.wait(lambda: not self.speaking.active and self.box.open_now == 0)
        assert self.window.composer.voice_bar.stop_speaking_button.isHidden()


@pytest.fixture
def room(qtbot: Any, open_window: Open) -> Any:
    def made(pieces: list[str] = ANSWER, pace: float = 0.0005, seconds_per_token: float = 0.0, **settings: Any) -> Room:
        return Room(qtbot, open_window, ScriptedEngine(pieces, seconds_per_token), pace, **settings)

    return made


LONG = ["A long sentence that takes its time. "] * 200


def test_an_answer_is_spoken_sentence_by_sentence(room: Any) -> None:
    here = room(spoken_speed=150, spoken_voice="told:anna")
    here.ask()
    here.wait(lambda: here.voice.texts == SENTENCES)
    assert {(voice, speed) for _, voice, speed in here.voice.said} == {("anna", 1.5)}
    here.silent()
    assert here.box.sentences == [1, 2, 3, 4]


def test_the_voice_follows_the_language_of_the_answer_and_before_it_that_of_the_question(room: Any) -> None:
    here = room(["Berlin. ", "The answer is in the text."], spoken_voice="told:anna")
    here.ask("Was ist die Hauptstadt und wie ist sie?")
    here.wait(lambda: len(here.voice.said) == 2)
    assert [voice for _, voice, _ in here.voice.said] == ["otto", "anna"]
    here.wait(lambda: not here.speaking.active)
    here.speaking.read_aloud("Das ist nicht das Haus.")
    here.wait(lambda: len(here.voice.said) == 3)
    assert here.voice.said[-1][1] == "otto"


def test_the_first_sentence_is_spoken_while_the_answer_is_still_written(room: Any) -> None:
    here = room(LONG, seconds_per_token=0.05)
    here.ask()
    here.wait(lambda: here.box.sentences[:1] == [1])
    assert here.window.session_manager.current.condition == "answering"


def test_answers_are_silent_until_the_user_wants_them_spoken(room: Any) -> None:
    here = room(spoken_answers=False)
    here.ask()
    here.wait(
        lambda: (
            here.window.session_manager.current.condition == "idle" and here.window.session_manager.current.last_answer
        )
    )
    assert here.voice.said == []
    assert not here.speaking.active
    here.qtbot.mouseClick(here.window.composer.voice_bar.spoken_button, Qt.MouseButton.LeftButton)
    assert here.window.settings_store.now.spoken_answers
    here.ask()
    here.wait(lambda: here.voice.texts == SENTENCES)


@pytest.mark.parametrize("how", ["escape", "button", "key", "toggle", "talk", "another conversation", "ask again"])
def test_the_voice_is_silent_at_once(how: str, room: Any) -> None:
    here = room(LONG, pace=0.02)
    window, qtbot = here.window, here.qtbot
    here.ask()
    here.wait(lambda: here.box.sentences[:1] == [1] and window.session_manager.current.condition == "idle")
    assert here.speaking.active
    assert window.composer.voice_bar.stop_speaking_button.isVisible()
    match how:
        case "escape":
            qtbot.keyClick(window.composer.input, Qt.Key.Key_Escape)
        case "button":
            qtbot.mouseClick(window.composer.voice_bar.stop_speaking_button, Qt.MouseButton.LeftButton)
        case "key":
            action = next(one for one in window.actions() if "aloud" in one.text())
            action.trigger()
        case "toggle":
            window.settings_store.choose(spoken_answers=False)
        case "talk":
            qtbot.mousePress(window.composer.voice_bar.talk_button, Qt.MouseButton.LeftButton)
        case "another conversation":
            window.session_manager.new()
        case "ask again":
            window.session_manager.current.ask_again()
            here.wait(lambda: len(here.box.opened) == 2)
            here.speaking.stop_speaking()
    here.silent()
    if how == "talk":
        qtbot.mouseRelease(window.composer.voice_bar.talk_button, Qt.MouseButton.LeftButton)
        window.features.voice.dictation.push_to_talk.discard_utterance()
    assert here.window.errors.lines == ()


def test_what_was_silenced_stays_so_until_the_next_answer(room: Any) -> None:
    here = room(LONG[:40], seconds_per_token=0.02)
    here.ask()
    here.wait(lambda: bool(here.voice.said))
    here.speaking.stop_speaking()
    here.wait(lambda: here.window.session_manager.current.condition == "idle")
    assert not here.speaking.active
    said = len(here.voice.said)
    here.ask()
    here.wait(lambda: len(here.voice.said) > said)
    assert here.speaking.active


def test_escape_stops_the_answer_and_the_voice_wherever_the_focus_is(room: Any) -> None:
    here = room(LONG, seconds_per_token=0.02)
    here.ask()
    here.wait(lambda: bool(here.voice.said))
    here.window.transcript.setFocus()
    here.qtbot.keyClick(here.window.transcript, Qt.Key.Key_Escape)
    here.silent()
    here.wait(lambda: here.window.session_manager.current.condition == "idle")


def test_an_answer_that_another_conversation_writes_is_not_spoken(room: Any) -> None:
    here = room(LONG[:60], seconds_per_token=0.02)
    here.ask()
    here.wait(lambda: bool(here.voice.said))
    first = here.window.session_manager.current
    here.window.session_manager.new()
    said = len(here.voice.said)
    here.wait(lambda: first.condition == "idle")
    assert len(here.voice.said) <= said + 1
    assert not here.speaking.active


def test_any_answer_is_read_aloud_by_its_button(room: Any) -> None:
    here = room(spoken_answers=False)
    here.ask()
    here.wait(
        lambda: (
            here.window.session_manager.current.condition == "idle" and here.window.session_manager.current.last_answer
        )
    )
    here.wait(lambda: here.window.transcript.view(1) is not None)
    names = [control.accessibleName() for control in here.window.transcript.view(1).controls()]
    assert "Read aloud: Read this answer aloud, or stop reading" in names
    here.window.transcript.view(1).read_aloud.emit(here.window.session_manager.current.last_answer)
    here.wait(lambda: here.voice.texts == SENTENCES)
    here.silent()


def test_the_key_reads_the_last_answer_and_stops_it(room: Any) -> None:
    here = room(LONG[:50], spoken_answers=False, pace=0.02)
    here.ask()
    here.wait(
        lambda: (
            here.window.session_manager.current.condition == "idle" and here.window.session_manager.current.last_answer
        )
    )
    here.speaking.read_last_answer()
    here.wait(lambda: here.box.sentences[:1] == [1])
    here.speaking.read_last_answer()
    here.silent()


def test_while_the_user_speaks_no_answer_begins_to_be_spoken(room: Any) -> None:
    here = room(seconds_per_token=0.05)
    here.ask()
    here.qtbot.mousePress(here.window.composer.voice_bar.talk_button, Qt.MouseButton.LeftButton)
    assert here.window.features.voice.dictation.push_to_talk.active
    here.wait(
        lambda: (
            here.window.session_manager.current.condition == "idle" and here.window.session_manager.current.last_answer
        )
    )
    assert here.voice.said == []
    here.window.features.voice.dictation.push_to_talk.discard_utterance()


def test_a_panel_speaks_too_and_is_silent_when_it_goes(room: Any) -> None:
    here = room(LONG, pace=0.02, read_text_in_captures=False)
    here.window.remote.capture_requested.emit(CaptureRequest(region=(10, 20, 120, 90), action="explain"))
    panel = here.window.features.captures.view.panels[-1]
    here.wait(lambda: here.box.sentences[:1] == [1])
    assert panel.line.stop_speaking_button.isVisible()
    here.qtbot.mouseClick(panel.line.stop_speaking_button, Qt.MouseButton.LeftButton)
    here.silent()
    here.wait(lambda: panel.conversation.condition == "idle")
    said = len(here.voice.said)
    panel.session.questions.ask("And now?")
    here.wait(lambda: len(here.voice.said) > said and here.speaking.active)
    panel.session.forget()
    here.silent()


def test_a_loudspeaker_that_fails_is_one_line_above_the_conversation(room: Any) -> None:
    here = room(LONG[:30])
    here.box.open_error = SpeakerError("There is no loudspeaker that can be used.", "Plug one in.")
    here.ask()
    here.wait(lambda: here.window.errors.lines == ("There is no loudspeaker that can be used. Plug one in.",))
    here.silent()


def test_without_a_voice_the_window_says_what_to_install(room: Any) -> None:
    here = room()
    here.voice.here = False
    here.ask()
    here.wait(lambda: bool(here.window.errors.lines))
    assert "Tell it to be there." in here.window.errors.lines[0]


def test_closing_the_window_is_silence(room: Any) -> None:
    here = room(LONG, pace=0.02)
    here.ask()
    here.wait(lambda: here.box.sentences[:1] == [1])
    here.window.close()
    assert here.box.open_now == 0


def test_the_settings_offer_the_voices_that_are_there(room: Any) -> None:
    here = room(spoken_voice="gone:x", spoken_answers=False)
    dialog = SettingsDialog(here.window.settings_store, here.window, here.window.features.sections())
    here.qtbot.addWidget(dialog)
    section = dialog.findChild(SpeechOutputSection)
    assert section is not None
    here.wait(lambda: section.voice.count() == 4)
    assert texts(section.voice) == ["Best available", "Anna", "Otto", "x (not available)"]
    assert texts(section.device) == ["System default", "box", "headphones"]
    section.voice.setCurrentIndex(2)
    section.voice.activated.emit(2)
    assert here.window.settings_store.now.spoken_voice == "told:otto"
    section.test.click()
    assert section.test.text() == "Stop"
    here.wait(lambda: [voice for _, voice, _ in here.voice.said][-1:] == ["otto"])
    here.silent()
    assert section.test.text() == "Play Sample"
    dialog.reset()
    assert section.voice.currentData() == ""


def test_what_speaks_is_named_for_a_screen_reader(room: Any) -> None:
    composer = room().window.composer
    for button in (composer.voice_bar.stop_speaking_button, composer.voice_bar.spoken_button):
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert QApplication.instance() is not None


def texts(combo: QComboBox) -> list[str]:
    return [combo.itemText(i) for i in range(combo.count())]
