"""Notes in the window: put before a conversation by choice, proposed, added with a click, edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.core.chat.conversation import Conversation
from fanlight.domain.slots import Slot
from fanlight.settings import Settings
from fanlight.ui.window.notes_window import NotesWindow
from support.answering import AnsweringEngine
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, open_saved, ready

pytestmark = pytest.mark.gui


@pytest.fixture
def engine() -> AnsweringEngine:
    return AnsweringEngine(lambda question: "NOTE: Likes tea." if "tea" in question else "Fine.")


@pytest.fixture
def window(qtbot: Any, open_window: Open, engine: AnsweringEngine) -> WholeWindow:
    opened = open_window(engine)
    ready(qtbot, opened)
    return opened


def systems(engine: AnsweringEngine) -> list[str]:
    """What the model was told first, for each question."""
    return [asked[0].text if asked[0].role == "system" else "" for asked in engine.asked]


def opened_notes(qtbot: Any, window: WholeWindow) -> NotesWindow:
    window.noting.open_notes()
    view = window.noting.window
    assert view is not None
    qtbot.waitUntil(view.isVisible)
    return view


def test_they_are_off_until_they_are_chosen(
    qtbot: Any, window: WholeWindow, engine: AnsweringEngine, home: Path
) -> None:
    (home / "notes.md").write_text("- My cat is called Mia.", "utf-8")
    ask(qtbot, window, "Hello?")
    answered(qtbot, window)
    assert not window.noting.line.isVisible()
    window.header.menu.aboutToShow.emit()
    assert window.noting.switch.text() == "Put Notes Before It (about 6 tokens)"
    window.noting.switch.trigger()
    assert "about 6 tokens" in window.noting.line.text.text()
    ask(qtbot, window, "And now?")
    answered(qtbot, window, 4)
    first, second = systems(engine)
    assert "Mia" not in first
    assert "Mia" in second
    (home / "notes.md").write_text("- It is called Leo.", "utf-8")
    ask(qtbot, window, "Sure?")
    answered(qtbot, window, 6)
    assert "Leo" in systems(engine)[-1]
    window.noting.line.close_button.click()
    ask(qtbot, window, "Really?")
    answered(qtbot, window, 8)
    assert "Leo" not in systems(engine)[-1]


def test_the_choice_is_the_conversations_and_survives_a_restart(
    qtbot: Any, window: WholeWindow, open_window: Open, engine: AnsweringEngine, home: Path
) -> None:
    (home / "notes.md").write_text("- Mia", "utf-8")
    window.noting.switch.trigger()
    ask(qtbot, window, "Hello?")
    answered(qtbot, window)
    qtbot.waitUntil(lambda: window.core.window_state.text("conversations_with_notes") != "")
    window.session_manager.new()
    assert not window.noting.line.isVisible()
    assert not window.noting.switch.isChecked()
    window.close()
    again = open_window(engine)
    ready(qtbot, again)
    open_saved(qtbot, again)
    qtbot.waitUntil(again.noting.line.isVisible)
    assert again.noting.switch.isChecked()


def test_the_model_proposes_and_only_a_click_writes(
    qtbot: Any, window: WholeWindow, engine: AnsweringEngine, home: Path
) -> None:
    line = window.noting.line
    window.noting.switch.trigger()
    ask(qtbot, window, "I like tea.")
    answered(qtbot, window)
    qtbot.waitUntil(line.add_button.isVisible)
    assert line.text.text() == "Add to notes: Likes tea."
    assert not (home / "notes.md").exists()
    qtbot.mouseClick(line.add_button, Qt.MouseButton.LeftButton)
    assert (home / "notes.md").read_text("utf-8") == "- Likes tea.\n"
    assert line.undo_button.isVisible()
    qtbot.mouseClick(line.undo_button, Qt.MouseButton.LeftButton)
    assert (home / "notes.md").read_text("utf-8") == ""
    assert not line.add_button.isVisible()


def test_what_one_asks_to_remember_is_proposed_and_may_be_refused(qtbot: Any, window: WholeWindow, home: Path) -> None:
    ask(qtbot, window, "Remember that I am a nurse.")
    answered(qtbot, window)
    line = window.noting.line
    qtbot.waitUntil(line.add_button.isVisible)
    assert line.text.text() == "Add to notes: I am a nurse."
    qtbot.mouseClick(line.close_button, Qt.MouseButton.LeftButton)
    assert not line.isVisible()
    assert not (home / "notes.md").exists()


def test_without_notes_the_models_words_propose_nothing(qtbot: Any, window: WholeWindow) -> None:
    ask(qtbot, window, "I like tea.")
    answered(qtbot, window)
    assert not window.noting.line.isVisible()


def test_the_notes_are_edited_and_changes_from_outside_are_shown(qtbot: Any, window: WholeWindow, home: Path) -> None:
    view = opened_notes(qtbot, window)
    assert str(home / "notes.md") in view.place.text()
    qtbot.keyClicks(view.editor, "tea and cake")
    qtbot.waitUntil(lambda: (home / "notes.md").exists() and (home / "notes.md").read_text("utf-8") == "tea and cake")
    assert view.count.text() == "About 3 tokens."
    (home / "notes.md").write_text("coffee", "utf-8")
    qtbot.waitUntil(lambda: view.editor.toPlainText() == "coffee")
    view.undo_button.click()
    assert view.editor.toPlainText() == "tea and cake"
    view.clear_button.click()
    assert (home / "notes.md").read_text("utf-8") == ""
    view.undo_button.click()
    assert (home / "notes.md").read_text("utf-8") == "tea and cake"


def test_what_is_typed_is_saved_when_the_window_goes(qtbot: Any, window: WholeWindow, home: Path) -> None:
    view = opened_notes(qtbot, window)
    view._save_timer.milliseconds = 3_600_000
    qtbot.keyClicks(view.editor, "tea")
    window.close()
    assert (home / "notes.md").read_text("utf-8") == "tea"


def test_delete_everything_takes_the_notes_too(qtbot: Any, window: WholeWindow, home: Path) -> None:
    view = opened_notes(qtbot, window)
    qtbot.keyClicks(view.editor, "secret")
    view.save()
    window.core.erase_everything()
    assert not (home / "notes.md").exists()
    assert view.editor.toPlainText() == ""


@pytest.mark.parametrize("wanted", [True, False])
def test_captures_get_the_notes_where_the_settings_say_so(
    qtbot: Any, open_window: Open, engine: AnsweringEngine, wanted: bool
) -> None:
    window = open_window(engine, settings=Settings(notes_in_captures=wanted))
    ready(qtbot, window)
    captured = Conversation(window.host, window.settings_store, Slot.PANEL)
    window.core.noted.use_in_capture(captured)
    assert captured.uses_notes == wanted
