"""The list of conversations by hand: what a click, two clicks, F2 and the right button do, and what is seen of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QMenu, QStyle, QStyleOptionFrame

from fanlight.domain.stored import ConversationRow
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui import theme
from fanlight.ui.window.sidebar import Sidebar
from support.window_hands import Open, answered, ask, texts

pytestmark = pytest.mark.gui


@pytest.fixture
def sidebar(qtbot: Any) -> Sidebar:
    made = Sidebar()
    qtbot.addWidget(made)
    made.resize(250, 400)
    made.show_rows([ConversationRow(i, f"Title {i} gyÄ", 1e9, "") for i in (3, 2, 1)])
    made.show()
    return made


def darkness(line: QLineEdit) -> list[int]:
    """Of each row of pixels inside the border: how much of it is letters."""
    line.deselect()
    line.setFocus()
    image = line.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    grey = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), image.bytesPerLine())
    inside = grey[2:-2, 8 : image.width() - 8].astype(int)
    return [int(n) for n in (abs(inside - inside[0, -1]) > 60).sum(axis=1)]


@pytest.mark.parametrize("text_size", [100, 200])
@pytest.mark.parametrize("looks", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_the_line_in_which_a_title_is_edited_shows_whole_letters(
    qtbot: Any, dressed: QApplication, sidebar: Sidebar, looks: theme.Theme, text_size: int
) -> None:
    theme.apply(dressed, looks, text_size)
    sidebar.resize(420, 700)
    sidebar.select(2)
    sidebar.rename_selected()
    (editor,) = sidebar.list.findChildren(QLineEdit)
    assert editor.text() == "Title 2 gyÄ"
    option = QStyleOptionFrame()
    editor.initStyleOption(option)
    room = editor.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, editor)
    assert room.height() >= editor.fontMetrics().height()
    alone = QLineEdit("Title 2 gyÄ")
    qtbot.addWidget(alone)
    alone.resize(editor.width(), 2 * editor.height())
    rows = [sum(n > 0 for n in darkness(line)) for line in (editor, alone)]
    assert rows[0] >= rows[1] > editor.fontMetrics().xHeight()


def test_two_clicks_open_and_do_not_rename(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    for text in ("first", "second"):
        ask(qtbot, window, text)
        answered(qtbot, window)
        window.sidebar.new_button.click()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    listed = window.sidebar.list
    place = listed.visualRect(window.sidebar.model.index(2)).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: texts(window) == ["first", "An answer."])
    assert listed.state() != QAbstractItemView.State.EditingState
    assert window.composer.input.hasFocus()
    qtbot.mouseDClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert listed.state() != QAbstractItemView.State.EditingState
    qtbot.keyClicks(QApplication.focusWidget(), "on")
    assert window.composer.text == "on"


def opened_menu(sidebar: Sidebar) -> QMenu | None:
    return next((menu for menu in sidebar.findChildren(QMenu) if menu.isVisible()), None)


def ask_for_menu(sidebar: Sidebar, at: QPoint, reason: QContextMenuEvent.Reason) -> None:
    viewport = sidebar.list.viewport()
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, at, viewport.mapToGlobal(at)))


def test_the_right_button_opens_the_menu_of_the_line_under_it_and_none_beside_the_lines(
    qtbot: Any, sidebar: Sidebar
) -> None:
    sidebar.select(3)
    mouse, listed = QContextMenuEvent.Reason.Mouse, sidebar.list
    ask_for_menu(sidebar, QPoint(20, listed.viewport().height() - 5), mouse)
    assert opened_menu(sidebar) is None
    ask_for_menu(sidebar, listed.visualRect(sidebar.model.index(0)).center(), mouse)  # a heading
    assert opened_menu(sidebar) is None
    ask_for_menu(sidebar, listed.visualRect(sidebar.model.index_of(1)).center(), mouse)
    menu = opened_menu(sidebar)
    assert menu is not None
    with qtbot.waitSignal(sidebar.deleted) as deleted:
        menu.actions()[-1].trigger()
    assert deleted.args == [[1]]
    menu.close()


def test_the_menu_key_opens_the_menu_of_the_current_line(qtbot: Any, sidebar: Sidebar) -> None:
    sidebar.select(2)
    ask_for_menu(sidebar, QPoint(0, 0), QContextMenuEvent.Reason.Keyboard)
    menu = opened_menu(sidebar)
    assert menu is not None
    with qtbot.waitSignal(sidebar.deleted) as deleted:
        menu.actions()[-1].trigger()
    assert deleted.args == [[2]]
    menu.close()


def test_a_new_conversation_can_be_deleted_while_it_is_answered_for_the_first_time(
    qtbot: Any, open_window: Open
) -> None:
    window = open_window(ScriptedEngine(["word "] * 2000, 0.01))
    assert not window.header.has_saved
    ask(qtbot, window, "What do I regret?")
    qtbot.waitUntil(lambda: window.header.has_saved)
    assert window.session_manager.current.condition == "answering"
    window.header.more_button.menu().actions()[-1].trigger()
    qtbot.waitUntil(lambda: not window.sidebar.ids)
    assert not window.transcript.entries()
