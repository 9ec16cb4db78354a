"""Long lines of code stay whole and are scrolled sideways."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.looks import CODE_SIDE
from support.shown_answers import ShownAnswers

pytestmark = pytest.mark.gui

LONG = "    return [" + ", ".join(f"value_{i}" for i in range(60)) + "]"
CODE = f"```python\ndef f():\n{LONG}\n```"
PLACES = {
    "alone": CODE,
    "in an item": "- ```python\n  x\n  " + LONG + "\n  ```",
    "in a quote": f"> ```\n> {LONG}\n> ```",
}


def place_of(shown: ShownAnswers, text: str) -> float:
    """Where the last letter of `text` is painted, from the left of the body."""
    cursor = shown.body.document().find(text)
    assert not cursor.isNull()
    return shown.body.cursorRect(QTextCursor(cursor)).center().x()


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES.keys())
def test_a_long_line_is_one_line_and_its_end_can_be_scrolled_to(qtbot: QtBot, text: str) -> None:
    shown = ShownAnswers(qtbot, text)
    block = shown.body.document().find("value_59").block()
    assert block.layout().lineCount() == 1
    (bar,) = shown.bars
    assert shown.body.rect().contains(bar.geometry())
    bar.setValue(bar.maximum())
    assert shown.body.width() - 3 * CODE_SIDE < place_of(shown, "value_59]") <= shown.body.width() - CODE_SIDE
    assert shown.body.code(0).endswith(LONG)


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES.keys())
def test_what_is_scrolled_out_of_the_ground_is_not_seen_beside_it(qtbot: QtBot, text: str) -> None:
    shown = ShownAnswers(qtbot, text)
    (bar,) = shown.bars
    before = shown.pixels()
    bar.setValue(bar.maximum() // 2)
    after = shown.pixels()
    left = bar.geometry().left() - 6 + CODE_SIDE
    foot = bar.geometry().top()
    assert np.array_equal(after[:foot, :left], before[:foot, :left])
    assert not np.array_equal(after[:foot, left:], before[:foot, left:])
    top = shown.body.cursorRect(shown.body.document().find("value_59")).top()
    right = after[top:foot, shown.body.width() - CODE_SIDE : -1]
    assert (right == right[:, :1]).all()


def test_code_that_fits_has_no_bar_and_gets_one_when_there_is_less_room(qtbot: QtBot) -> None:
    shown = ShownAnswers(qtbot, "```python\n" + "x = 1; " * 8 + "\n```")
    assert not shown.bars
    shown.transcript.resize(300, 500)
    qtbot.waitUntil(lambda: len(shown.bars) == 1)
    shown.transcript.resize(700, 500)
    qtbot.waitUntil(lambda: not shown.bars)


def test_the_keyboard_reaches_all_of_it(qtbot: QtBot) -> None:
    shown = ShownAnswers(qtbot, CODE)
    (bar,) = shown.bars
    view = shown.transcript.view(0)
    assert view is not None
    assert bar in view.controls()
    assert bar.focusPolicy() == Qt.FocusPolicy.TabFocus
    assert bar.accessibleName()
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert bar.value() == bar.singleStep()
    body = shown.body
    body.setFocus()
    cursor = body.document().find("def f")
    cursor.movePosition(QTextCursor.MoveOperation.Down)
    body.setTextCursor(cursor)
    qtbot.keyClick(body, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert bar.value() > bar.maximum() - 2 * CODE_SIDE
    assert CODE_SIDE <= body.cursorRect().center().x() <= body.width() - CODE_SIDE
    qtbot.keyClick(body, Qt.Key.Key_Left)
    qtbot.keyClick(body, Qt.Key.Key_Up)
    assert 0 <= body.cursorRect().center().x() <= body.width()


def wheel(body: MessageBody, at: QPoint, x: int, y: int, shift: bool = False) -> bool:
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    turn = QPoint(x, y)
    event = QWheelEvent(
        QPointF(at), QPointF(body.mapToGlobal(at)), QPoint(), turn, Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(body.viewport(), event)
    return event.isAccepted()


def test_the_wheel_scrolls_code_sideways_and_the_rest_up_and_down(qtbot: QtBot) -> None:
    shown = ShownAnswers(qtbot, CODE + "\n\nprose " * 3)
    (bar,) = shown.bars
    code = shown.body.cursorRect(shown.body.document().find("return")).center()
    prose = shown.body.cursorRect(shown.body.document().find("prose")).center()
    wheel(shown.body, code, -120, 0)
    assert bar.value() == 60
    wheel(shown.body, code, 0, -120, shift=True)
    assert bar.value() == 120
    wheel(shown.body, code, 0, -120)
    wheel(shown.body, prose, -120, 0)
    assert bar.value() == 120


def test_lines_that_arrive_while_it_is_scrolled_are_scrolled_too(qtbot: QtBot) -> None:
    shown = ShownAnswers(qtbot, f"```python\n{LONG}\n", state="open")
    (bar,) = shown.bars
    bar.setValue(200)
    for text in (f"{LONG}\n", "name = 1\n", "```\n\nand ", "prose"):
        shown.body.grow(text)
        shown.body.height_for(shown.body.width())
        shown.body.place_buttons()
    indents = []
    block = shown.body.document().begin()
    while block.isValid():
        indents.append(block.blockFormat().textIndent())
        block = block.next()
    assert indents == [-200, -200, -200, 0, 0]
    assert bar.value() == 200
    assert shown.body.code(0) == f"{LONG}\n{LONG}\nname = 1"
