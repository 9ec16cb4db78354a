"""Models that do not support pictures, and models that think, in the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanlight.core.chat.answer import IN_A_LOOP
from fanlight.domain.models import ModelSpec
from fanlight.domain.reading import BESIDE
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.composer.thinking_menu import ThinkingMenu
from support.reading import FakeReader
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, idle, mime_of, read, ready, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui
TEXT_ONLY = (ModelSpec.of_files("text", Path("text.gguf")),)


def test_the_text_in_a_picture_can_be_asked_about(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    engine = ScriptedEngine(["42."], supports_images=False)
    window = open_window(engine, models=TEXT_ONLY, load_reader=lambda: FakeReader(["Total 42"], seconds=0.05))
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    assert "It can have the text that is read in them" in window.offers.lines[0]
    window.offers.button.click()
    ask(qtbot, window, "What is the total?")  # before the text is there
    answered(qtbot, window)
    assert texts(window) == ["What is the total?", "42."]
    assert window.transcript.entries()[0].captions == ("160 × 120, its text was read",)
    (question,) = engine.asked[0]
    assert not question.images
    assert question.text == f"What is the total?\n\n{BESIDE}\nTotal 42"
    ask(qtbot, window, "And in euros?")
    answered(qtbot, window, 4)
    assert not any(message.images for message in engine.asked[-1])
    window.close()
    window = open_window(engine, models=TEXT_ONLY)  # the conversation is opened again
    ready(qtbot, window)
    qtbot.waitUntil(lambda: len(texts(window)) == 4)
    ask(qtbot, window, "In dollars?")
    answered(qtbot, window, 6)
    assert texts(window)[-1] == "42."
    assert not any(message.images for message in engine.asked[-1])


def test_a_picture_without_text_is_said(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    engine = ScriptedEngine(["42."], supports_images=False)
    window = open_window(engine, models=TEXT_ONLY, load_reader=lambda: FakeReader([]))
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    window.offers.button.click()
    qtbot.waitUntil(lambda: bool(window.errors.lines))
    assert "No text was found in shapes.png" in window.errors.lines[0]


def _choose(menu: ThinkingMenu, mode: str) -> None:
    next(action for action in menu.menu().actions() if action.data() == mode).trigger()


def test_thinking_is_chosen_in_the_composer_of_a_model_that_can(qtbot: Any, open_window: Open) -> None:
    engine = ScriptedEngine(["Yes."], thinking=["Hm."])
    window = open_window(engine)
    ready(qtbot, window)
    menu = window.composer.thinking_menu
    assert menu.isVisible()
    assert menu.accessibleName() == "Thinking: automatic"
    _choose(menu, "off")
    assert window.settings_store.now.thinking == "off"
    assert menu.accessibleName() == "Thinking: off"
    ask(qtbot, window, "Is it?")
    answered(qtbot, window)
    assert [one.thinking for one in engine.samplings] == ["off"]
    assert not window.transcript.entries()[-1].thinking


def test_a_model_that_cannot_think_has_no_such_button(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["Yes."]))
    ready(qtbot, window)
    assert not window.composer.thinking_menu.isVisible()


def _answer_now_button(window: WholeWindow) -> Any:
    view = window.transcript.view(len(window.transcript.entries()) - 1)
    return view._parts.get("answer_now") if view is not None else None


def test_thinking_ends_when_the_answer_is_asked_for(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["Yes."], 0.01, thinking=["hm "] * 100_000))
    ready(qtbot, window)
    ask(qtbot, window, "Is it?")
    qtbot.waitUntil(lambda: _answer_now_button(window) is not None)
    _answer_now_button(window).click()
    answered(qtbot, window)
    assert texts(window)[-1] == "Yes."
    assert _answer_now_button(window) is None


def test_an_answer_in_a_loop_says_so_and_can_go_on(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["so on "], ends="loop"))
    ready(qtbot, window)
    ask(qtbot, window, "Go on.")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    entry = window.transcript.entries()[-1]
    assert (entry.notice, entry.state) == (IN_A_LOOP, "stopped")
    assert window.session_manager.current.can_continue


def test_the_panel_answers_without_thinking_whatever_the_settings_say() -> None:
    from fanlight.core.chat.turns import thinking_mode
    from fanlight.domain.slots import Slot

    assert thinking_mode(Settings(thinking="on"), Slot.WINDOW) == "on"
    assert thinking_mode(Settings(thinking="on"), Slot.PANEL) == "off"
