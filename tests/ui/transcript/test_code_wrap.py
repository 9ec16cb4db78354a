"""Long lines of code can be broken, in every code block at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlock
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import State, TranscriptEntry
from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings
from fanlight.settings_file import load_settings
from fanlight.ui.theme import DARK
from fanlight.ui.transcript.button import TranscriptButton
from fanlight.ui.transcript.transcript import Transcript
from support.shown_answers import ShownAnswers

pytestmark = pytest.mark.gui

LONG = "    return [" + ", ".join(f"value_{i}" for i in range(60)) + "]"
CODE = f"```python\ndef f():\n{LONG}\n```"
SHORT = "```\nx = 1\n```"


class Shown(ShownAnswers):
    def __init__(self, qtbot: QtBot, *texts: str, wrapped: bool = False, state: State = "complete") -> None:
        transcript = Transcript()
        transcript.show_wrapped(wrapped)
        transcript.wrap_requested.connect(transcript.show_wrapped)
        super().__init__(qtbot, *texts, transcript=transcript, state=state, height=700)

    def switches(self, index: int = 0) -> list[TranscriptButton]:
        return [button for button in self.body_of(index).buttons() if button.objectName() == "code_wrap"]

    def line(self, index: int = 0) -> QTextBlock:
        return self.body_of(index).document().find("value_59").block()

    def is_broken(self, index: int = 0) -> bool:
        return self.line(index).layout().lineCount() > 1


def test_the_switch_breaks_the_lines_of_every_code_block_and_joins_them_again(qtbot: QtBot) -> None:
    shown = Shown(qtbot, CODE, f"Then:\n\n{CODE}")
    heights = [shown.body_of(i).height() for i in range(2)]
    assert not shown.is_broken()
    assert shown.bars
    shown.bars[0].setValue(200)
    (switch,) = shown.switches()
    assert not switch.isChecked()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    for i in range(2):
        assert shown.is_broken(i)
        assert not shown.bars_of(i)
        assert shown.line(i).blockFormat().textIndent() == 0
        assert shown.switches(i)[0].isChecked()
        assert shown.body_of(i).height() > heights[i]
        assert shown.body_of(i).code(0).endswith(LONG)
    qtbot.mouseClick(shown.switches(1)[0], Qt.MouseButton.LeftButton)
    for i in range(2):
        assert not shown.is_broken(i)
        assert shown.bars_of(i)
        assert shown.body_of(i).height() == heights[i]


def test_code_that_fits_has_no_switch(qtbot: QtBot) -> None:
    for wrapped in (False, True):
        shown = Shown(qtbot, SHORT, wrapped=wrapped)
        assert not shown.switches()
        assert len(shown.body.buttons()) == 1


def test_the_switch_comes_and_goes_with_the_width(qtbot: QtBot) -> None:
    shown = Shown(qtbot, "```python\n" + "x = 1; " * 8 + "\n```", wrapped=True)
    assert not shown.switches()
    shown.transcript.resize(300, 700)
    qtbot.waitUntil(lambda: len(shown.switches()) == 1)
    shown.transcript.resize(700, 700)
    qtbot.waitUntil(lambda: not shown.switches())


def test_what_is_shown_later_is_broken_too(qtbot: QtBot) -> None:
    shown = Shown(qtbot, "first", wrapped=True)
    shown.transcript.append((TranscriptEntry("assistant", CODE),))
    assert shown.is_broken(1)
    shown.transcript.set_theme(DARK, 120)
    assert shown.is_broken(1)


def test_an_answer_that_is_being_written_is_broken_as_it_grows(qtbot: QtBot) -> None:
    shown = Shown(qtbot, f"```python\n{LONG[:300]}", wrapped=True, state="open")
    body = shown.body
    for text in (LONG[300:], "\nname = 1\n", f"{LONG}\n", "```\n\nprose"):
        body.grow(text)
        body.height_for(body.width())
        body.place_buttons()
    assert shown.is_broken()
    assert body.code(0) == f"{LONG}\nname = 1\n{LONG}"
    assert not shown.bars


def test_the_keyboard_and_the_menu_reach_the_switch(qtbot: QtBot) -> None:
    shown = Shown(qtbot, CODE)
    view = shown.transcript.view(0)
    assert view is not None
    (switch,) = shown.switches()
    assert switch in view.controls()
    assert "Wrap long lines" in switch.accessibleName()
    inside = shown.body.mapTo(view, shown.body.cursorRect(shown.body.document().find("def f")).center())
    (entry,) = [action for action in view.menu(inside).actions() if action.text() == "Wrap long lines"]
    assert not entry.isChecked()
    entry.trigger()
    assert shown.is_broken()
    (entry,) = [action for action in view.menu(inside).actions() if action.text() == "Wrap long lines"]
    assert entry.isChecked()


def test_it_is_remembered(tmp_path: Path) -> None:
    store = SettingsStore(Settings(), tmp_path / "settings.json")
    assert not store.now.wrap_code
    store.choose(wrap_code=True)
    assert load_settings(tmp_path / "settings.json").wrap_code
