"""The quick panel's keys: without the focus, with it, and when they are let go."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.panel.panel import QuickPanel
from support.panels import Enter, FakeKeys

pytestmark = pytest.mark.gui


def idle(panel: QuickPanel) -> bool:
    return panel.conversation.condition == "idle" and bool(panel.conversation.turns)


def asked(engine: ScriptedEngine) -> list[str]:
    return [messages[-1].text for messages in engine.asked]


def test_its_keys_are_heard_without_the_focus_and_let_go_when_it_closes(qtbot: Any, enter_panels: Enter) -> None:
    keys, engine = FakeKeys(), ScriptedEngine(["x"])
    panel = enter_panels(engine, keys=keys).panel()
    assert keys.press("D")
    qtbot.waitUntil(lambda: idle(panel))
    assert asked(engine)[0].startswith("Describe")
    assert keys.press("Escape")
    assert panel.session.is_over
    assert not keys.held


def test_a_digit_is_a_place(qtbot: Any, enter_panels: Enter) -> None:
    keys, engine = FakeKeys(), ScriptedEngine(["x"])
    panel = enter_panels(engine, keys=keys).panel()
    keys.press("6")
    qtbot.waitUntil(lambda: idle(panel))
    assert asked(engine)[0].startswith("Describe")


def test_a_key_that_is_taken_costs_only_itself(qtbot: Any, enter_panels: Enter) -> None:
    keys = FakeKeys(taken=("E", "Escape"))
    panel = enter_panels(keys=keys).panel()
    assert not keys.press("E")
    assert keys.press("D")
    qtbot.waitUntil(lambda: idle(panel))


def test_where_a_key_would_cost_a_question_none_is_held(enter_panels: Enter) -> None:
    keys = FakeKeys(lends_keys=False)
    enter_panels(keys=keys).panel()
    assert not keys.held


def test_typing_pinning_and_time_give_the_keys_back(qtbot: Any, enter_panels: Enter) -> None:
    keys = FakeKeys()
    room = enter_panels(keys=keys)
    typed = room.panel()
    qtbot.mouseClick(typed.line.input, Qt.MouseButton.LeftButton)
    assert not keys.held
    typed.session.forget()
    pinned = room.panel()
    keys.press("P")
    assert pinned.session.pinned
    assert not keys.held
    pinned.session.forget()
    rested = room.panel()
    rested.session.keys._hold_timer.milliseconds = 30
    rested.session.keys._hold_timer.start()
    qtbot.waitUntil(lambda: set(keys.held.values()) == {"Escape"})
    assert keys.press("Escape")
    assert rested.session.is_over


def test_when_the_focus_moves_the_keys_are_the_other_programs(qtbot: Any, enter_panels: Enter) -> None:
    focus = [1]
    keys = FakeKeys()
    panel = enter_panels(keys=keys).panel()
    panel.session.keys._focused_window = lambda: focus[0]
    focus[0] = panel.session.keys._focus
    panel.session.keys._check_focus()
    assert keys.held
    focus[0] += 1
    qtbot.waitUntil(lambda: not keys.held)
    assert not panel.session.is_over


def test_with_the_focus_the_same_keys_work_and_in_the_line_they_are_letters(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine).panel()
    qtbot.keyClicks(panel.line.input, "de3")
    assert panel.line.input.text() == "de3"
    qtbot.keyClick(panel, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: idle(panel))
    qtbot.keyClick(panel.line.input, Qt.Key.Key_Escape)
    assert panel.session.is_over


def test_a_letter_copies_the_answer(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels().panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    panel.session.press("c")
    assert QGuiApplication.clipboard().text() == "An answer."
