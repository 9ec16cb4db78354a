"""Speaking in the window and in a panel, with keys and buttons; the sound and the words are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.capture.captures import Capture
from fanlight.core.work.throttle import Timeout
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.speech import LiveTranscript, Word
from fanlight.domain.stored import HEARD
from fanlight.settings import Settings
from fanlight.ui.dictation import keys
from fanlight.ui.dictation.keys import REPEAT_MS
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.settings.microphone_section import MicrophoneSection
from support.microphones import FakeSound
from support.scripted_recognizer import ScriptedRecognizer
from support.timers import ManualClock
from support.whole_window import WholeWindow
from support.window_hands import Open, idle, ready, texts

pytestmark = pytest.mark.gui
SAID = "how many red circles are there"


@pytest.fixture
def sound() -> FakeSound:
    return FakeSound()


@pytest.fixture
def speak(open_window: Open, qtbot: Any, sound: FakeSound) -> Callable[..., WholeWindow]:
    def opened(unsure: tuple[str, ...] = (), **settings: Any) -> WholeWindow:
        chosen = Settings(**{"talk_mode": "hold", "talk_hotkey_on": False, "shot_hotkey_on": False, **settings})
        window = open_window(settings=chosen, sound=sound, load_recognizer=lambda _: ScriptedRecognizer(SAID, unsure))
        ready(qtbot, window)
        return window

    return opened


def key(
    widget: QWidget, down: bool, code: Qt.Key = Qt.Key.Key_F9, text: str = "", repeat: bool = False, alt: bool = False
) -> None:
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    held = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QKeyEvent(kind, code, held, text, repeat))


def until(qtbot: Any, window: WholeWindow, *states: str) -> None:
    qtbot.waitUntil(lambda: window.features.voice.dictation.push_to_talk.state in states, timeout=20_000)


def test_words_appear_in_the_box_while_the_key_is_held_and_stay(speak: Open, qtbot: Any, sound: FakeSound) -> None:
    window = speak()
    box = window.composer.input
    box.setPlainText("Tell me:")
    box.moveCursor(box.textCursor().MoveOperation.End)
    key(box, True)
    qtbot.waitUntil(lambda: window.composer.text.startswith("Tell me: how many"), timeout=20_000)
    assert window.composer.voice_bar.talk_status.isVisible()
    assert box.extraSelections()  # the tail is pale
    key(box, False)
    until(qtbot, window, "done")
    assert window.composer.text == f"Tell me: {SAID}"
    assert not box.extraSelections()
    assert texts(window) == []
    qtbot.waitUntil(lambda: not sound.open_streams, timeout=20_000)


def test_words_of_the_conversation_and_of_the_box_may_be_said(speak: Open, qtbot: Any) -> None:
    window = speak()
    window.session_manager.current.send("Who is Okonkwo?")
    qtbot.waitUntil(lambda: idle(window), timeout=60_000)
    window.composer.input.setPlainText("and Lindqvist")
    target = window.features.voice.dictation.window_target
    assert target is not None
    nearby = target.nearby_text()
    assert nearby.startswith("Who is Okonkwo?")
    assert nearby.endswith("and Lindqvist")


def test_a_key_that_repeats_is_one_hold(
    speak: Open, qtbot: Any, sound: FakeSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    monkeypatch.setattr(keys, "Timeout", lambda parent, call, ms: Timeout(parent, call, ms, clock.timer))
    window = speak()
    box = window.composer.input
    key(box, True)
    for _ in range(10):  # as X11 repeats where Qt does not notice
        key(box, False)
        key(box, True)
        clock.advance(2)
    key(box, True, repeat=True)
    key(box, False, repeat=True)
    clock.advance(2 * REPEAT_MS)
    assert window.features.voice.dictation.push_to_talk.recording
    key(box, False)
    clock.advance(REPEAT_MS)
    until(qtbot, window, "done")
    assert len(sound.opened) == 1


def test_the_button_is_held_too_and_has_a_name(speak: Open, qtbot: Any) -> None:
    window = speak()
    button = window.composer.voice_bar.talk_button
    assert button.accessibleName()
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    until(qtbot, window, "listening")
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    until(qtbot, window, "done")
    assert window.composer.text == SAID


def test_escape_leaves_the_box_as_it_was(speak: Open, qtbot: Any, sound: FakeSound) -> None:
    window = speak()
    box = window.composer.input
    box.setPlainText("before")
    box.moveCursor(box.textCursor().MoveOperation.End)
    key(box, True)
    qtbot.waitUntil(lambda: "how many" in window.composer.text, timeout=20_000)
    key(box, True, Qt.Key.Key_Escape)
    assert window.composer.text == "before"
    key(box, False)
    qtbot.waitUntil(lambda: not sound.open_streams, timeout=20_000)
    assert window.features.voice.dictation.push_to_talk.state == "closed"


def test_enter_while_speaking_sends_the_whole_question(speak: Open, qtbot: Any) -> None:
    window = speak()
    box = window.composer.input
    key(box, True)
    qtbot.waitUntil(lambda: "how many" in window.composer.text, timeout=20_000)
    key(box, True, Qt.Key.Key_X, "x")
    key(box, True, Qt.Key.Key_Return, "\r")
    key(box, False)
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2, timeout=20_000)
    assert texts(window)[0] == SAID
    assert window.composer.text == ""
    assert window.session_manager.current.turns[0].footer == HEARD


def test_unsure_words_are_tinted_until_they_are_edited(speak: Open, qtbot: Any) -> None:
    window = speak(unsure=("red",))
    box = window.composer.input
    key(box, True)
    qtbot.waitUntil(lambda: "how" in window.composer.text, timeout=20_000)
    key(box, False)
    until(qtbot, window, "done")
    (tinted,) = box.extraSelections()
    assert tinted.cursor.selectedText() == "red"
    qtbot.keyClicks(box, "!")
    assert len(box.extraSelections()) == 1
    cursor = box.textCursor()
    cursor.setPosition(window.composer.text.index("red") + 1)
    box.setTextCursor(cursor)
    qtbot.keyClicks(box, "o")
    assert not box.extraSelections()


def test_a_command_starts_and_stops(speak: Open, qtbot: Any) -> None:
    window = speak()
    window.remote.run_command({"do": "talk", "what": "toggle"})
    until(qtbot, window, "listening")
    window.remote.run_command({"do": "talk", "what": "stop"})
    until(qtbot, window, "done")
    assert window.composer.text == SAID
    with pytest.raises(ValueError, match="toggle"):
        window.remote.run_command({"do": "talk", "what": "sing"})


def test_a_microphone_that_is_kept_open_is_shown(speak: Open, qtbot: Any, sound: FakeSound) -> None:
    window = speak()
    assert not window.composer.voice_bar.talk_status.isVisible()
    window.settings_store.choose(talk_ready=True)
    qtbot.waitUntil(lambda: bool(sound.open_streams), timeout=20_000)
    qtbot.waitUntil(lambda: "open" in window.composer.voice_bar.talk_status.text.text())
    assert window.composer.voice_bar.talk_status.isVisible()
    window.settings_store.choose(talk_ready=False)
    qtbot.waitUntil(lambda: not sound.open_streams, timeout=20_000)
    assert not window.composer.voice_bar.talk_status.isVisible()


# Another conversation is shown meanwhile.


def two_conversations(window: WholeWindow, qtbot: Any) -> tuple[int, int]:
    """Their numbers; the second is on the screen."""
    for text in ("The first question", "The second question"):
        window.session_manager.new()
        window.composer.set_text(text)
        window.composer.submit()
        qtbot.waitUntil(
            lambda: idle(window) and window.session_manager.current.conversation_id is not None, timeout=20_000
        )
    second, first = sorted((row.id for row in window.history.rows), reverse=True)
    return first, second


def show(window: WholeWindow, qtbot: Any, conversation_id: int) -> None:
    window.session_manager.open(conversation_id)
    qtbot.waitUntil(lambda: window.session_manager.current.conversation_id == conversation_id, timeout=20_000)


def test_words_stay_in_the_conversation_in_which_they_were_begun(speak: Open, qtbot: Any) -> None:
    window = speak()
    first, second = two_conversations(window, qtbot)
    box = window.composer.input
    box.setPlainText("Tell me: Please.")
    cursor = box.textCursor()
    cursor.setPosition(len("Tell me: "))
    box.setTextCursor(cursor)
    key(box, True)
    qtbot.waitUntil(lambda: "how many" in window.composer.text, timeout=20_000)
    begun_in = window.session_manager.current
    show(window, qtbot, first)
    assert window.composer.text == ""
    qtbot.waitUntil(lambda: SAID in begun_in.draft.text, timeout=20_000)
    key(box, False)
    until(qtbot, window, "done")
    assert window.composer.text == ""
    assert begun_in.draft.text == f"Tell me: {SAID} Please."
    show(window, qtbot, second)
    assert window.composer.text == f"Tell me: {SAID} Please."


def test_who_comes_back_while_speaking_finds_the_words_going_on(speak: Open, qtbot: Any) -> None:
    window = speak()
    first, second = two_conversations(window, qtbot)
    box = window.composer.input
    key(box, True)
    qtbot.waitUntil(lambda: window.composer.text.startswith("how"), timeout=20_000)
    show(window, qtbot, first)
    show(window, qtbot, second)
    assert window.composer.text.startswith("how")
    key(box, False)
    until(qtbot, window, "done")
    assert window.composer.text == SAID


def test_what_is_to_be_sent_is_sent_where_it_was_said(speak: Open, qtbot: Any) -> None:
    window = speak(talk_sends=True)
    first, _ = two_conversations(window, qtbot)
    box = window.composer.input
    key(box, True)
    qtbot.waitUntil(lambda: "how" in window.composer.text, timeout=20_000)
    begun_in = window.session_manager.current
    show(window, qtbot, first)
    key(box, False)
    qtbot.waitUntil(lambda: len(begun_in.turns) == 4 and begun_in.condition == "idle", timeout=20_000)
    assert begun_in.turns[2].message.text == SAID
    assert begun_in.draft.text == ""
    assert texts(window)[0] == "The first question"
    assert len(texts(window)) == 2


def test_escape_takes_words_back_from_a_conversation_that_is_not_shown(speak: Open, qtbot: Any) -> None:
    window = speak()
    first, _ = two_conversations(window, qtbot)
    box = window.composer.input
    box.setPlainText("before")
    box.moveCursor(box.textCursor().MoveOperation.End)
    key(box, True)
    qtbot.waitUntil(lambda: "how" in window.composer.text, timeout=20_000)
    begun_in = window.session_manager.current
    show(window, qtbot, first)
    key(box, True, Qt.Key.Key_Escape)
    assert begun_in.draft.text == "before"
    assert window.composer.text == ""
    key(box, False)


def test_two_holds_one_after_the_other_keep_their_words_apart(speak: Open) -> None:
    """The second begins while the first one's last words are still being found."""
    window = speak()
    window.composer.set_text("A 😀")
    one = window.features.voice.dictation_controls.composer_target.begin_utterance()
    one.show_hypothesis(heard("how many"))
    two = window.features.voice.dictation_controls.composer_target.begin_utterance()
    two.show_hypothesis(heard("red"))
    one.commit_transcript(heard("how many shapes", final=True))
    two.commit_transcript(heard("red ones", final=True))
    assert window.composer.text == "A 😀 how many shapes red ones"


def heard(text: str, *, final: bool = False) -> LiveTranscript:
    said = tuple(Word(f" {word}", i, i + 1) for i, word in enumerate(text.split()))
    return LiveTranscript(said, final=True) if final else LiveTranscript((), said)


def panel_of(window: WholeWindow) -> QuickPanel:
    picture = QImage(200, 100, QImage.Format.Format_RGB32)
    picture.fill(0x808080)
    window.features.captures.controller.open_session(Capture(CapturedImage(picture)), "none")
    panel = window.features.captures.view.panels[-1]
    assert isinstance(panel, QuickPanel)
    return panel


def test_in_a_panel_the_words_are_the_panels_and_escape_forgets_them_first(
    speak: Open, qtbot: Any, sound: FakeSound
) -> None:
    window = speak()
    panel = panel_of(window)
    line = panel.line.input
    assert panel.line.talk_button.isVisibleTo(panel)
    key(line, True, Qt.Key.Key_M, "m", alt=True)
    key(line, True, Qt.Key.Key_M, "m", repeat=True)  # Alt was let go first: no letter is typed
    qtbot.waitUntil(lambda: "how" in line.text(), timeout=20_000)
    panel.session.press("Escape")
    assert not panel.session.is_over
    assert line.text() == ""
    key(line, False, Qt.Key.Key_M, "m")
    key(line, True)
    qtbot.waitUntil(lambda: "how" in line.text(), timeout=20_000)
    key(line, False)
    until(qtbot, window, "done")
    assert line.text() == SAID
    assert window.composer.text == ""
    window.features.voice.dictation.run_command("toggle")
    until(qtbot, window, "listening")
    panel.session.forget()
    assert not window.features.voice.dictation.push_to_talk.active
    qtbot.waitUntil(lambda: not sound.open_streams, timeout=20_000)


def test_the_settings_list_microphones_and_test_one(speak: Open, qtbot: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("fanlight.ui.settings.microphone_section.TEST_MS", 300)
    window = speak()
    dialog = SettingsDialog(window.settings_store, window, window.features.sections())
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_section("Speech")
    (section,) = dialog.findChildren(MicrophoneSection)
    qtbot.waitUntil(lambda: section.device.count() == 2, timeout=20_000)
    section.device.setCurrentIndex(1)
    section.device.activated.emit(1)
    assert window.settings_store.now.talk_device == "tone"
    section.test.click()
    qtbot.waitUntil(lambda: f"Heard: {SAID}" in section.result.text(), timeout=20_000)
    qtbot.waitUntil(lambda: "opens with 16,000" in section.result.text(), timeout=20_000)
    assert window.composer.text == ""
    dialog.close()
