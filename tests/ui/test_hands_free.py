"""Talking without a key: turns that end by themselves, answers that are spoken, and a microphone that is never open
unseen, unheard or forgotten."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.desktop.speaker import Speaker
from fanlight.domain.errors import ModelError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.gesture_captures import Capture
from fanlight.ui.hands_free import HandsFree
from fanlight.ui.window import Window
from support.conversing import Mouth, TurnListener
from support.microphones import ToldSound, block
from support.speaking import ToldLoudspeaker, ToldVoice
from support.window_hands import Open, idle, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui

LONG = ["A long sentence that takes its time. "] * 200
F9, ESC = Qt.Key.Key_F9, Qt.Key.Key_Escape


class Room:
    """A window, somebody in front of it, and what can be heard of both."""

    def __init__(self, qtbot: Any, open_window: Open, engine: ScriptedEngine, **settings: Any) -> None:
        self.qtbot, self.voice, self.box, self.sound = qtbot, ToldVoice(), ToldLoudspeaker(0.0005), ToldSound()
        self.mouth = Mouth(self.sound)
        self.listener = TurnListener("how many shapes are there", "and the red ones", "thank you")
        made = Settings(**{"talk_hotkey_on": False, "shot_hotkey_on": False, "hands_free_minutes": 5, **settings})
        self.window: Window = open_window(
            engine, settings=made, sound=self.sound, load_listener=lambda _: self.listener,
            speaker=lambda: Speaker(self.box, (self.voice,)),
        )  # fmt: skip
        qtbot.waitUntil(lambda: self.window.services.hands_free is not None and self.window.host.condition == "ready")
        hands_free = self.window.services.hands_free
        assert hands_free is not None
        self.hands_free: HandsFree = hands_free
        self.phases: list[str] = []
        hands_free.changed.connect(self._note)

    def _note(self) -> None:
        phase = self.hands_free.phase if self.hands_free.on else "off"
        if self.phases[-1:] != [phase]:
            self.phases.append(phase)

    def begin(self) -> None:
        self.qtbot.mouseClick(self.window.composer.hands_free_button, Qt.MouseButton.LeftButton)
        self.listens()

    def wait(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=20_000)

    def listens(self) -> None:
        """It is the user's turn, and the microphone hears."""
        self.wait(lambda: self.hands_free.phase == "listening" and self.window.voice.talk.state == "listening")
        assert self.window.composer.property("listening")

    def says(self, seconds: float = 1.0) -> None:
        self.mouth.say(seconds)

    def speaks(self) -> None:
        """Fanlight."""
        self.wait(lambda: self.hands_free.phase == "speaking" and self.box.sentences)

    def asked(self, *questions: str) -> None:
        """These were asked, in the conversation that is shown, and answered."""
        self.wait(lambda: tuple(texts(self.window)[::2]) == questions and idle(self.window))

    def closed(self) -> None:
        """The microphone."""
        self.wait(lambda: not self.sound.open_streams)

    def ended(self, words: str = "") -> None:
        """With a sentence that has `words` in it, or without one."""
        self.wait(lambda: not self.hands_free.on)
        self.closed()
        assert not self.window.composer.hands_free_button.isChecked()
        assert not self.window.composer.property("listening")
        lines = self.window.offers.lines
        assert any(words in line for line in lines) if words else not lines, lines

    def status(self) -> str:
        return self.window.composer.hands_free_status.text.accessibleName()

    def key(self, code: Qt.Key, down: bool = True, text: str = "", where: QWidget | None = None) -> None:
        kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
        event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text)
        QApplication.sendEvent(where or self.window.composer.input, event)

    def tap(self, code: Qt.Key) -> None:
        self.key(code)
        self.key(code, False)


@pytest.fixture
def room(qtbot: Any, open_window: Open) -> Any:
    def made(pieces: list[str] | None = None, seconds_per_token: float = 0.0, **settings: Any) -> Room:
        engine = ScriptedEngine(pieces or ["There are ", "three. ", "Yes."], seconds_per_token)
        return Room(qtbot, open_window, engine, **settings)

    return made


# The way of a conversation.


def test_two_questions_are_asked_and_their_answers_spoken_without_a_key(room: Any) -> None:
    here = room()
    here.begin()
    here.says()
    here.asked("how many shapes are there")
    here.listens()
    here.says()
    here.asked("how many shapes are there", "and the red ones")
    here.listens()
    assert here.voice.texts == ["There are three.", "Yes."] * 2
    assert here.window.composer.text == ""
    here.hands_free.toggle()
    here.ended()
    turn = ["listening", "hearing", "thinking", "speaking"]
    assert [phase for phase in here.phases if phase != "thinking"] == [
        phase for phase in [*turn, *turn, "listening", "off"] if phase != "thinking"
    ]


def test_it_is_off_until_it_is_wanted_and_no_microphone_is_opened(room: Any) -> None:
    here = room()
    assert not here.hands_free.on
    assert not here.window.composer.hands_free_button.isChecked()
    assert not here.sound.opened
    here.window.composer.set_text("How many?")
    here.window.composer.submit()
    here.wait(lambda: idle(here.window) and len(texts(here.window)) == 2)
    here.qtbot.wait(100)
    assert not here.sound.opened
    assert not here.voice.said


def test_the_microphone_is_closed_while_fanlight_thinks_and_speaks(room: Any) -> None:
    here = room(LONG)
    here.begin()
    here.says()
    here.speaks()
    here.closed()
    assert "speaking" in here.status()
    assert "F9 or Esc interrupts" in here.status()
    assert not here.window.composer.property("listening")
    here.says(5.0)
    here.qtbot.wait(300)
    assert here.hands_free.phase == "speaking"
    assert not here.sound.open_streams


def test_what_it_does_is_always_shown(room: Any) -> None:
    here = room(LONG[:3], seconds_per_token=0.05)
    here.begin()
    assert here.window.composer.hands_free_button.isChecked()
    assert here.window.composer.hands_free_status.isVisible()
    assert not here.window.composer.talk_status.isVisible()
    assert here.status() == "Hands-free: listening."
    status = here.window.composer.hands_free_status
    here.wait(lambda: status.meter.isVisible())
    assert status.height() < 2 * status.text.fontMetrics().lineSpacing()
    here.says()
    here.wait(lambda: here.status().startswith("Hands-free: thinking"))
    here.wait(lambda: here.status().startswith("Hands-free: speaking"))
    here.wait(lambda: here.status().startswith("Hands-free: listening"))
    here.hands_free.end()
    assert not here.window.composer.hands_free_status.isVisible()


def test_its_words_are_whole_in_a_narrow_window_with_large_letters(room: Any) -> None:
    here = room(LONG[:5], text_size=200)
    here.window.resize(430, 700)
    here.begin()
    here.says()
    here.speaks()
    status = here.window.composer.hands_free_status
    assert status.text.text() == status.text.accessibleName() == "Hands-free: speaking. F9 or Esc interrupts."
    here.wait(lambda: status.text.height() >= status.text.heightForWidth(status.text.width()))
    assert status.geometry().right() <= here.window.composer.width()


def test_a_pause_that_is_too_short_is_part_of_the_question(room: Any) -> None:
    here = room(hands_free_pause=3.0)
    here.begin()
    here.says(1.0)
    here.wait(lambda: here.mouth.silent and here.window.voice.talk.has_words)
    here.qtbot.wait(120)  # 1.2 s
    assert here.hands_free.phase == "listening"
    here.says(1.0)
    here.asked("how many shapes are there")
    assert len(here.listener.sentences) == 2


def test_who_speaks_on_just_after_the_pause_is_not_cut_off(room: Any, monkeypatch: Any) -> None:
    here = room()
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


def test_what_was_typed_before_is_part_of_the_question(room: Any) -> None:
    here = room()
    here.begin()
    here.qtbot.keyClicks(here.window.composer.input, "Tell me,")
    assert here.window.composer.text == "Tell me,"
    here.says()
    here.asked("Tell me, how many shapes are there")


def test_a_question_that_is_typed_meanwhile_is_answered_aloud_and_listening_goes_on(room: Any) -> None:
    here = room()
    here.begin()
    here.qtbot.keyClicks(here.window.composer.input, "What is this?")
    here.key(Qt.Key.Key_Return, text="\r")
    here.asked("What is this?")
    here.wait(lambda: here.voice.texts == ["There are three.", "Yes."])
    here.listens()
    assert here.listener.sentences[0] == "how many shapes are there"


def test_noise_sends_nothing_and_listening_goes_on(room: Any) -> None:
    here = room()
    here.listener.sentences.clear()
    here.begin()
    here.says(0.5)
    here.wait(lambda: "Nothing was understood" in here.status())
    here.listens()
    here.says(0.1)  # a click: not even a turn
    here.qtbot.wait(300)
    assert here.hands_free.on
    assert texts(here.window) == []


def test_a_question_waits_for_its_picture(room: Any, tmp_path: Path) -> None:
    here = room(["A circle."])
    here.begin()
    here.says()
    here.wait(lambda: here.window.voice.talk.has_words)
    here.window.attaching.files([picture_file(tmp_path, size=(2400, 2400))])
    here.asked("how many shapes are there")
    assert here.window.desk.current.turns[0].attachments
    here.listens()


def test_listening_begins_when_the_answer_that_is_under_way_is_over(room: Any) -> None:
    here = room(LONG[:10], seconds_per_token=0.03)
    here.window.composer.set_text("How many?")
    here.window.composer.submit()
    here.wait(lambda: here.window.desk.current.condition == "answering")
    here.hands_free.begin()
    assert here.hands_free.phase == "thinking"
    assert not here.sound.opened
    here.listens()


# Interrupting.


@pytest.mark.parametrize("how", ["key", "escape"])
def test_the_key_and_escape_silence_the_answer_and_one_is_heard(room: Any, how: str) -> None:
    here = room(LONG, seconds_per_token=0.005)
    here.begin()
    here.says()
    here.speaks()
    here.tap(F9 if how == "key" else ESC)
    here.listens()
    assert not here.window.speaking.active
    here.says()
    here.wait(lambda: texts(here.window)[2:3] == ["and the red ones"])
    here.speaks()


def test_a_key_that_is_held_is_a_turn_that_ends_when_it_is_released(room: Any) -> None:
    here = room(LONG)
    here.begin()
    here.says()
    here.speaks()
    here.key(F9)
    here.listens()
    assert "until you let go" in here.status()
    here.says()
    here.wait(lambda: here.mouth.silent and here.window.voice.talk.has_words)
    here.qtbot.wait(400)  # 4 s of silence, and more than a tap
    assert here.hands_free.phase == "listening"
    here.key(F9, False)
    here.wait(lambda: texts(here.window)[2:3] == ["and the red ones"])
    here.wait(lambda: here.hands_free.phase in ("thinking", "speaking"))


def test_a_held_key_sends_what_is_being_said_at_its_release(room: Any) -> None:
    here = room()
    here.begin()
    here.key(F9)
    here.says()
    here.wait(lambda: here.window.voice.talk.has_words)
    here.qtbot.wait(300)
    here.key(F9, False)
    here.asked("how many shapes are there")
    here.listens()


def test_speaking_interrupts_where_the_user_says_that_it_may(room: Any) -> None:
    here = room(LONG, seconds_per_token=0.005, hands_free_interrupts=True)
    here.begin()
    here.says()
    here.speaks()
    here.wait(lambda: here.window.voice.talk.state == "listening")
    assert "Speak to interrupt" in here.status()
    here.says()
    here.wait(lambda: here.hands_free.phase == "listening" and not here.window.speaking.active)
    here.wait(lambda: texts(here.window)[2:3] == ["and the red ones"])
    here.speaks()
    assert here.window.desk.current.turns[1].state == "stopped"


def test_a_cough_does_not_interrupt(room: Any) -> None:
    here = room(LONG, hands_free_interrupts=True)
    here.begin()
    here.says()
    here.speaks()
    here.wait(lambda: here.window.voice.talk.state == "listening")
    here.says(0.25)
    here.qtbot.wait(200)
    assert here.hands_free.phase == "speaking"
    assert here.window.speaking.active


def test_with_headphones_the_microphone_stays_open_for_the_next_question(room: Any) -> None:
    here = room(hands_free_interrupts=True)
    here.begin()
    here.says()
    here.asked("how many shapes are there")
    here.listens()
    here.says()
    here.asked("how many shapes are there", "and the red ones")
    here.listens()
    assert here.voice.texts == ["There are three.", "Yes."] * 2


# Esc.


def test_escape_takes_back_the_words_and_then_ends_it(room: Any) -> None:
    here = room(hands_free_pause=5.0)
    here.begin()
    here.says()
    here.wait(lambda: "how many" in here.window.composer.text and here.mouth.silent)
    here.tap(ESC)
    assert here.window.composer.text == ""
    assert here.hands_free.on
    here.listens()
    here.tap(ESC)
    here.ended()
    assert texts(here.window) == []


def test_escape_while_the_last_words_are_found_sends_nothing(room: Any) -> None:
    here = room()
    here.begin()
    here.says()
    here.wait(lambda: here.hands_free.phase == "hearing")
    here.tap(ESC)
    here.listens()
    here.qtbot.wait(200)
    assert texts(here.window) == []
    assert here.window.composer.text == ""


def test_escape_while_it_thinks_stops_the_answer(room: Any) -> None:
    here = room(LONG, seconds_per_token=0.3)
    here.begin()
    here.says()
    here.wait(lambda: here.hands_free.phase == "thinking")
    here.tap(ESC)
    here.listens()
    assert here.window.desk.current.condition == "idle"


def test_escape_while_the_microphone_opens_ends_it(room: Any) -> None:
    here = room()
    here.sound.first_seconds = 0.3
    here.hands_free.begin()
    here.wait(lambda: here.window.voice.talk.state == "opening")
    here.tap(ESC)
    here.ended()


def test_escape_where_the_conversation_has_the_focus_is_heard_too(room: Any) -> None:
    here = room()
    here.begin()
    here.window.transcript.setFocus()
    here.qtbot.keyClick(here.window.transcript, ESC)
    here.ended()


# What ends it.


def test_a_microphone_that_is_open_for_nothing_is_closed_with_a_sentence_and_a_way_back(room: Any) -> None:
    here = room(hands_free_minutes=1)
    here.sound.source, here.sound.pace = (lambda: itertools.repeat(block(0.005))), 0.0002  # a quiet room
    here.begin()
    here.ended("Nobody said a word for a minute")
    here.qtbot.mouseClick(here.window.offers.button, Qt.MouseButton.LeftButton)
    here.listens()
    assert not here.window.offers.isVisible()


def test_a_microphone_that_is_muted_is_said_to_be(room: Any) -> None:
    here = room(hands_free_minutes=1)
    here.sound.pace = 0.0002
    here.begin()
    here.ended("may be muted")


def test_no_microphone_is_a_sentence(room: Any) -> None:
    here = room()
    here.sound.known = []
    here.hands_free.begin()
    here.ended("There is no microphone")


def test_a_microphone_that_is_unplugged_ends_it_and_what_was_said_stays_in_the_box(room: Any) -> None:
    here = room()
    here.begin()
    here.says(60.0)
    here.wait(lambda: "how many" in here.window.composer.text)
    here.sound.known = []
    here.sound.opened[-1].die()
    here.ended("The microphone went away")
    assert here.window.composer.text == "how many shapes are there"
    assert texts(here.window) == []


def test_a_microphone_that_goes_while_nobody_speaks_ends_it(room: Any) -> None:
    here = room()
    here.begin()
    here.sound.opened[-1].die()
    here.ended("The microphone went away")


def test_a_microphone_that_is_gone_after_the_answer_ends_it(room: Any) -> None:
    here = room(LONG[:20])
    here.begin()
    here.says()
    here.speaks()
    here.sound.plugged = []
    here.sound.known = []
    here.ended("There is no microphone")


def test_a_question_that_can_not_be_answered_ends_it(room: Any, monkeypatch: Any) -> None:
    here = room()

    def fails(*_: Any, **__: Any) -> Any:
        raise ModelError("The model is out of memory.", "Close something.")
        yield

    monkeypatch.setattr(ScriptedEngine, "generate", fails)
    here.begin()
    here.says()
    here.ended("could not be answered")


def test_without_a_voice_the_answer_is_shown_and_what_to_install_is_said_once(room: Any) -> None:
    here = room()
    here.voice.here = False
    here.begin()
    assert any("Tell it to be there." in line for line in here.window.errors.lines)
    here.says()
    here.asked("how many shapes are there")
    here.listens()
    assert not here.voice.said
    assert len(here.window.errors.lines) == 1


def test_a_window_that_is_hidden_has_no_open_microphone(room: Any) -> None:
    here = room()
    here.begin()
    here.window.hide()
    here.ended("hidden")


def test_closing_the_window_ends_everything(room: Any) -> None:
    here = room(LONG)
    here.begin()
    here.says()
    here.speaks()
    here.window.close()
    assert not here.sound.open_streams
    assert here.box.open_now == 0


@pytest.mark.parametrize("phase", ["listening", "hearing", "thinking", "speaking"])
def test_the_toggle_ends_it_at_every_moment(room: Any, phase: str) -> None:
    here = room(LONG[:20], seconds_per_token=0.05)
    here.begin()
    if phase != "listening":
        here.says()
        here.wait(lambda: here.hands_free.phase == phase)
    here.hands_free.toggle()
    here.ended()
    here.wait(lambda: not here.window.speaking.active)
    here.wait(lambda: idle(here.window))
    here.qtbot.wait(100)
    assert not here.sound.open_streams


def test_a_conversation_that_is_on_its_way_can_be_ended_while_words_are_being_said(room: Any) -> None:
    here = room(hands_free_pause=5.0)
    here.begin()
    here.says(3.0)
    here.wait(lambda: "how many" in here.window.composer.text)
    here.hands_free.toggle()
    here.ended()
    here.wait(lambda: here.window.voice.talk.state in ("heard", "closed"))
    assert here.window.composer.text == "how many shapes are there"
    assert texts(here.window) == []


# Beside it.


def test_another_conversation_is_listened_to_and_what_was_said_stays_in_the_first(room: Any) -> None:
    here = room(hands_free_pause=5.0)
    here.window.composer.set_text("The first question")
    here.window.composer.submit()
    here.asked("The first question")
    first = here.window.desk.current
    here.begin()
    here.says()
    here.wait(lambda: "how many" in here.window.composer.text)
    here.window.desk.new()
    here.wait(lambda: first.draft == "how many shapes are there")
    here.listens()
    assert here.window.composer.text == ""
    here.window.choices.choose(hands_free_pause=1.0)
    here.says()
    here.asked("and the red ones")
    assert len(first.turns) == 2


def test_another_conversation_while_it_speaks_is_silence_and_listening(room: Any) -> None:
    here = room(LONG, seconds_per_token=0.01)
    here.begin()
    here.says()
    here.speaks()
    here.window.desk.new()
    here.listens()
    assert not here.window.speaking.active


def test_speaking_into_a_panel_ends_it(room: Any) -> None:
    here = room()
    here.begin()
    picture = QImage(200, 100, QImage.Format.Format_RGB32)
    picture.fill(0x808080)
    here.window.quick.gesture._show(Capture(picture), "none")
    panel = here.window.quick.gesture.panels[-1]
    here.qtbot.keyClicks(panel.line.input, "typed")
    assert panel.line.input.text() == "typed"
    assert here.hands_free.on
    panel.line.input.clear()
    here.key(F9, where=panel.line.input)
    assert not here.hands_free.on
    assert any("panel" in line for line in here.window.offers.lines)
    here.says()
    here.wait(lambda: panel.line.input.text() == "how many shapes are there")
    here.key(F9, False, where=panel.line.input)
    here.closed()
    assert here.window.composer.text == ""


def test_escape_in_a_panel_is_the_panels(room: Any) -> None:
    here = room()
    here.begin()
    picture = QImage(200, 100, QImage.Format.Format_RGB32)
    picture.fill(0x808080)
    here.window.quick.gesture._show(Capture(picture), "none")
    panel = here.window.quick.gesture.panels[-1]
    panel.press("Escape")
    here.wait(lambda: panel.over)
    assert here.hands_free.on
    assert here.sound.open_streams


def test_reading_an_answer_aloud_closes_the_microphone_meanwhile(room: Any) -> None:
    here = room(LONG[:10])
    here.begin()
    here.window.speaking.read("One. Two. Three. " * 20)
    here.speaks()
    here.closed()
    here.listens()


def test_commands_begin_and_end_it(room: Any) -> None:
    here = room()
    here.window.remote.obey({"do": "talk", "what": "hands-free"})
    here.listens()
    here.window.remote.obey({"do": "talk", "what": "hands-free"})
    here.ended()
    for what in ("stop", "toggle"):
        here.window.remote.obey({"do": "talk", "what": "hands-free"})
        here.listens()
        here.window.remote.obey({"do": "talk", "what": what})
        here.ended()


def test_its_control_has_a_name_a_state_and_a_key(room: Any) -> None:
    here = room()
    button = here.window.composer.hands_free_button
    assert button.accessibleName() == "Hands-free"
    assert "Ctrl+Shift+H" in button.toolTip()
    here.begin()
    assert button.accessibleDescription() == "On"
    (action,) = (one for one in here.window.actions() if "hands-free" in one.text())
    action.trigger()
    here.ended()
    assert button.accessibleDescription() == "Off"


def test_the_settings_hold_at_once(room: Any) -> None:
    here = room(LONG)
    here.begin()
    here.says()
    here.speaks()
    here.closed()
    here.window.choices.choose(hands_free_interrupts=True)
    here.wait(lambda: here.sound.open_streams)
    here.window.choices.choose(hands_free_interrupts=False)
    here.closed()
    assert here.window.speaking.active
