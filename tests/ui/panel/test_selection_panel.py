"""The quick panel beside selected text: its actions, the difference, and Enter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.selected_text import ReplaceOutcome, SelectedText
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.panel.selection_panel import SelectionPanel
from support.panels import Enter, PanelRoom
from support.selecting import TEXT, FakeSelection, selected, selection_session

pytestmark = pytest.mark.gui
RIGHT = "I have a dog and a cat."
Show = Callable[..., SelectionPanel]


@pytest.fixture
def access() -> FakeSelection:
    return FakeSelection()


@pytest.fixture
def show(enter_panels: Enter, access: FakeSelection) -> Show:
    def shown(engine: ScriptedEngine | None = None, found: SelectedText | None = None) -> SelectionPanel:
        room: PanelRoom = enter_panels(engine or ScriptedEngine([RIGHT]))
        panel = SelectionPanel(selection_session(room, access, found), room.settings_store)
        room.panels.append(panel)  # type: ignore[arg-type]
        panel.open()
        return panel

    return shown


def corrected(qtbot: Any, panel: SelectionPanel) -> None:
    qtbot.keyClick(panel, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: panel.rewriting.isVisibleTo(panel))


def test_it_shows_what_is_selected_and_the_actions_for_text(show: Show) -> None:
    panel = show()
    assert panel.selected.text() == TEXT
    assert panel.head.facts.text() == "22 characters selected"
    assert [button.text() for button in panel.bar.buttons] == ["Explain", "Shorter", "Correct", "Translate", "Reply"]
    assert not any(one.isVisibleTo(panel) for one in (panel.head.picture, panel.head.save_button))


def test_a_new_version_is_shown_as_a_difference_and_enter_puts_it_there(
    qtbot: Any, show: Show, access: FakeSelection
) -> None:
    panel = show()
    corrected(qtbot, panel)
    assert panel.rewriting.text.toPlainText() == "I has have a dog and a cat."
    assert not panel.transcript.isVisibleTo(panel)
    assert panel.line.input.placeholderText() == "Enter replaces the selected text"
    qtbot.keyClick(panel.line.input, Qt.Key.Key_Return)
    assert access.replaced == [RIGHT]
    assert panel.rewriting.hint.text() == "Replacing the text…"
    with qtbot.waitSignal(panel.closed):
        access.end(ReplaceOutcome.REPLACED)


def test_alt_c_copies_the_new_text_alone(qtbot: Any, show: Show) -> None:
    panel = show()
    corrected(qtbot, panel)
    qtbot.keyClick(panel, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    assert QGuiApplication.clipboard().text() == RIGHT


def test_what_went_wrong_is_said_and_the_new_text_stays(qtbot: Any, show: Show, access: FakeSelection) -> None:
    panel = show()
    corrected(qtbot, panel)
    qtbot.mouseClick(panel.rewriting.replace_button, Qt.MouseButton.LeftButton)
    access.end(ReplaceOutcome.UNSELECTED)
    assert "nothing was replaced" in panel.problem.text()
    assert panel.rewriting.isVisibleTo(panel)
    assert panel.rewriting.replace_button.isEnabled()


def test_where_nothing_can_be_replaced_there_is_no_button_for_it(qtbot: Any, show: Show, access: FakeSelection) -> None:
    panel = show(found=selected(can_replace=False))
    corrected(qtbot, panel)
    assert not panel.rewriting.replace_button.isVisibleTo(panel)
    assert "cannot be replaced" in panel.rewriting.hint.text()
    qtbot.keyClick(panel.line.input, Qt.Key.Key_Return)
    assert access.replaced == []


def test_another_question_takes_the_difference_away(qtbot: Any, show: Show) -> None:
    panel = show()
    corrected(qtbot, panel)
    qtbot.keyClick(panel, Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)
    assert not panel.rewriting.isVisibleTo(panel)
    qtbot.waitUntil(lambda: panel.transcript.isVisibleTo(panel) and not panel.conversation.busy)


def test_a_long_new_version_is_scrolled_in_the_panel(qtbot: Any, show: Show) -> None:
    panel = show(ScriptedEngine(["A long line of it. " * 400]), selected("A long line. " * 400))
    corrected(qtbot, panel)
    qtbot.waitUntil(lambda: panel.rewriting.text.verticalScrollBar().maximum() > 0)
    assert panel.height() <= panel.screen().availableGeometry().height()
