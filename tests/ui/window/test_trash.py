"""Deleted conversations in the sidebar; the last conversation is on the screen again after a restart."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox

from fanlight.settings import Settings
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, texts

pytestmark = pytest.mark.gui


def said(qtbot: Any, window: WholeWindow, *questions: str) -> None:
    for text in questions:
        window.sidebar.new_button.click()
        ask(qtbot, window, text)
        answered(qtbot, window)
    qtbot.waitUntil(lambda: {row.title for row in window.history.rows} >= set(questions))


def delete(qtbot: Any, window: WholeWindow, title: str) -> None:
    (chosen,) = (row.id for row in window.history.rows if row.title == title)
    window.sidebar.deleted.emit([chosen])
    qtbot.waitUntil(lambda: title in [row.title for row in window.history.trash])


@pytest.fixture
def confirming(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Questions are confirmed; what they said."""
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        next(button for button in box.buttons() if button.text() == "Delete for Good").click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return asked


def test_a_deleted_conversation_is_restored_from_the_trash_after_a_restart(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    assert not window.sidebar.trash_button.isVisible()
    said(qtbot, window, "one", "two")
    delete(qtbot, window, "one")
    assert window.offers.lines == ("“one” was moved to the trash.",)
    window.close()
    window = open_window()
    trash = window.sidebar.trash
    qtbot.waitUntil(lambda: window.sidebar.trash_button.isVisible())
    assert window.sidebar.trash_button.text() == "Trash (1)"
    window.sidebar.trash_button.click()
    assert trash.isVisible()
    assert not window.sidebar.list.isVisible()
    assert not window.sidebar.trash_button.isVisible()
    assert [row.title for row in trash.rows] == ["one"]
    assert trash.days.text() == "Deleted for good after Fanlight has run on 30 more days."
    trash.restore_button.click()
    qtbot.waitUntil(lambda: texts(window) == ["one", "An answer."])
    qtbot.waitUntil(lambda: [row.title for row in window.history.rows] == ["two", "one"])
    assert window.sidebar.list.isVisible()
    assert not trash.isVisible()
    assert not window.sidebar.trash_button.isVisible()


def test_one_is_deleted_for_good_and_then_all_of_them_with_keys_too(
    qtbot: Any, open_window: Open, confirming: list[str]
) -> None:
    window = open_window()
    trash = window.sidebar.trash
    said(qtbot, window, "one", "two", "three", "four")
    for title in ("one", "two", "three"):
        delete(qtbot, window, title)
    window.sidebar.trash_button.click()
    assert [row.title for row in trash.rows] == ["three", "two", "one"]
    trash.list.setCurrentRow(1)
    trash.delete_button.click()
    qtbot.waitUntil(lambda: [row.title for row in trash.rows] == ["three", "one"])
    assert trash.list.currentRow() == 1
    qtbot.keyClick(trash.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [row.title for row in trash.rows] == ["three"])
    qtbot.keyClick(trash.list, Qt.Key.Key_Escape)
    assert window.sidebar.list.isVisible()
    window.sidebar.trash_button.click()
    trash.empty_button.click()
    qtbot.waitUntil(lambda: trash.rows == [])
    assert confirming == [
        "Delete “two” for good?",
        "Delete “one” for good?",
        "Delete 1 conversation for good?",
    ]
    assert window.sidebar.list.isVisible()
    assert [row.title for row in window.history.rows] == ["four"]


def test_enter_restores(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    said(qtbot, window, "one")
    delete(qtbot, window, "one")
    window.sidebar.trash_button.click()
    qtbot.keyClick(window.sidebar.trash.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [row.title for row in window.history.rows] == ["one"])


def test_markup_in_a_title_is_text(qtbot: Any, open_window: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    formats: set[Qt.TextFormat] = set()
    monkeypatch.setattr(
        QMessageBox, "exec", lambda box: formats.update(label.textFormat() for label in box.findChildren(QLabel))
    )
    window = open_window()
    said(qtbot, window, "<h1>big</h1>")
    delete(qtbot, window, "<h1>big</h1>")
    window.sidebar.trash_button.click()
    window.sidebar.trash.delete_button.click()
    assert formats == {Qt.TextFormat.PlainText}
    assert [row.title for row in window.sidebar.trash.rows] == ["<h1>big</h1>"]


def test_without_history_the_trash_works_until_the_end(qtbot: Any, open_window: Open, confirming: list[str]) -> None:
    window = open_window(settings=Settings(keep_history=False))
    said(qtbot, window, "one", "two")
    delete(qtbot, window, "one")
    delete(qtbot, window, "two")
    window.sidebar.trash_button.click()
    window.sidebar.trash.delete_button.click()
    qtbot.waitUntil(lambda: [row.title for row in window.sidebar.trash.rows] == ["one"])
    window.sidebar.trash.restore_button.click()
    qtbot.waitUntil(lambda: texts(window) == ["one", "An answer."])


def test_the_last_conversation_is_on_the_screen_again(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    said(qtbot, window, "one", "two")
    (first,) = (row.id for row in window.history.rows if row.title == "one")
    window.sidebar.opened.emit(first)
    qtbot.waitUntil(lambda: texts(window) == ["one", "An answer."])
    window.close()
    again = open_window()
    qtbot.waitUntil(lambda: texts(again) == ["one", "An answer."])
    again.sidebar.new_button.click()
    again.close()
    third = open_window()
    qtbot.waitUntil(lambda: len(third.sidebar.ids) == 2)
    assert texts(third) == [], "a new conversation was on the screen"


def test_after_a_crash_too(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    said(qtbot, window, "one")
    assert window.core.window_state.number("conversation") == window.sidebar.ids[0]


def test_it_is_not_opened_where_the_user_does_not_want_it(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    said(qtbot, window, "one")
    window.settings_store.choose(reopen_last=False)
    window.close()
    again = open_window()
    qtbot.waitUntil(lambda: len(again.sidebar.ids) == 1)
    assert texts(again) == []


def test_it_is_not_opened_over_what_was_typed_meanwhile(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    said(qtbot, window, "one")
    window.close()
    again = open_window()
    again.history.rows = ()
    again.core.last_conversation._waiting = True
    again.sidebar.new_button.click()
    qtbot.keyClicks(again.composer.input, "typed already")
    again.history.refresh()
    qtbot.waitUntil(lambda: len(again.history.rows) == 1)
    assert texts(again) == []
    assert again.composer.text == "typed already"


def test_one_that_was_deleted_meanwhile_is_not_missed(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    said(qtbot, window, "one", "two")
    window.close()
    window.core.window_state.keep(conversation=99)
    again = open_window()
    qtbot.waitUntil(lambda: len(again.sidebar.ids) == 2)
    assert texts(again) == []
    assert again.errors.lines == ()
