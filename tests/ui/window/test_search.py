"""Ctrl+K over all conversations, Ctrl+F in the one on the screen: by the keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from fanlight.domain.documents import Document
from fanlight.domain.messages import DocumentPart, Message, TextPart
from fanlight.store import searching
from fanlight.store.database import Database
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.window.search_list import HEAD
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, idle, texts

pytestmark = pytest.mark.gui

LONG = "\n\n".join(f"paragraph {n} of a long answer" for n in range(60))


@pytest.fixture
def window(home: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    """Three conversations; the first is long, and has a needle in its middle."""
    needle = f"{LONG}\n\nThe **needle** is [here](https://a.b/needle)."
    hay = [needle if number == 20 else f"question {number}\n\n{LONG}" for number in range(40)]
    sewing, cooking = ["How do I sew?", "With a needle and thread."], ["How long do eggs cook?", "Seven minutes."]
    database = Database(home)
    for title, said in (("Haystack", hay), ("Needlework", sewing), ("Cooking", cooking)):
        number = database.create(title)
        for place, text in enumerate(said):
            answers = place % 2 == (0 if said is hay else 1)
            database.add_message(number, Message.of("assistant" if answers else "user", text))
    database.close()
    made = open_window()
    qtbot.waitUntil(lambda: len(made.sidebar.ids) == 3)
    return made


def press(qtbot: Any, widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    qtbot.keyClick(widget, key, *modifiers)


def search(qtbot: Any, window: WholeWindow, text: str, count: int) -> None:
    palette = window.searching.palette
    press(qtbot, window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is palette.field
    palette.field.clear()
    qtbot.keyClicks(palette.field, text)
    qtbot.waitUntil(lambda: palette.field.text() == text and len(palette.model.hits) == count)


def marked(window: WholeWindow) -> list[tuple[str, bool]]:
    """The marked words in view, and whether the current one is among them."""
    found = []
    for body in window.transcript.findChildren(MessageBody):
        for selection in body.extraSelections():
            place = body.cursorRect(selection.cursor)
            top = body.mapTo(window.transcript.viewport(), place.topLeft())
            if body.isVisible() and window.transcript.viewport().rect().contains(QPoint(5, top.y())):
                accent = window.transcript._looks.theme.accent
                found.append((selection.cursor.selectedText(), selection.format.background().color().name() == accent))
    return found


def test_a_hit_opens_its_conversation_at_the_message_with_the_words_marked(qtbot: Any, window: WholeWindow) -> None:
    search(qtbot, window, "needle", 3)
    palette = window.searching.palette
    index = [palette.model.index(row) for row in range(3)]
    assert [(one.data().strip("…")[:11], one.data(HEAD)) for one in index][:2] == [
        ("Needlework", True),
        ("With a need", False),
    ]
    press(qtbot, palette.field, Qt.Key.Key_Down)
    press(qtbot, palette.field, Qt.Key.Key_Down)
    press(qtbot, palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(texts(window)) == 40)
    assert not palette.isVisible()
    bar = window.searching.find_bar
    assert bar.isVisible()
    assert bar.count.text() == "1 of 1"
    qtbot.waitUntil(lambda: marked(window) == [("needle", True)])
    press(qtbot, bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert not marked(window)
    assert QApplication.focusWidget() is window.composer.input


def test_a_title_opens_its_conversation(qtbot: Any, window: WholeWindow) -> None:
    search(qtbot, window, "cookin", 1)
    press(qtbot, window.searching.palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(window) == ["How long do eggs cook?", "Seven minutes."])


def test_escape_leads_back_to_where_one_was(qtbot: Any, window: WholeWindow) -> None:
    qtbot.keyClicks(window.composer.input, "half a quest")
    search(qtbot, window, "eggs", 1)
    press(qtbot, window.searching.palette.field, Qt.Key.Key_Escape)
    assert not window.searching.palette.isVisible()
    assert QApplication.focusWidget() is window.composer.input
    assert window.composer.text == "half a quest"


def test_the_palette_says_what_it_has(qtbot: Any, window: WholeWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    palette = window.searching.palette
    search(qtbot, window, "", 0)
    qtbot.waitUntil(lambda: "Enter opens" in palette.state.text())
    search(qtbot, window, "zebra", 0)
    qtbot.waitUntil(lambda: palette.state.text() == "No conversation has “zebra”.")
    monkeypatch.setattr(searching.StoreSearch, "pending", lambda _self: 1200)
    search(qtbot, window, "eggs", 1)
    qtbot.waitUntil(lambda: "still reading older conversations: 1,200 messages are left" in palette.state.text())
    filters = palette.filters
    here: QWidget = palette.field
    first = (filters.picture_button, filters.sound_button, filters.pinned_button, filters.archived_button)
    for expected in (*first, filters.date_button, palette.list, palette.field):
        press(qtbot, here, Qt.Key.Key_Tab)
        here = expected
        assert QApplication.focusWidget() is expected
    press(qtbot, palette.field, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is palette.list


def test_find_goes_through_messages_that_were_never_laid_out(qtbot: Any, window: WholeWindow) -> None:
    window.session_manager.open(1)
    qtbot.waitUntil(lambda: len(texts(window)) == 40)
    press(qtbot, window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = window.searching.find_bar
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field is bar.field
    qtbot.keyClicks(field, "question")
    qtbot.waitUntil(lambda: bar.count.text() == "39 of 39")
    press(qtbot, field, Qt.Key.Key_Return)
    assert bar.count.text() == "1 of 39"
    qtbot.waitUntil(lambda: ("question", True) in marked(window))
    press(qtbot, field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "39 of 39"
    press(qtbot, window, Qt.Key.Key_F3)
    press(qtbot, window, Qt.Key.Key_F3)
    assert bar.count.text() == "2 of 39"
    field.setText("paragraph 30")
    qtbot.waitUntil(lambda: bar.count.text().endswith("of 40"))
    qtbot.waitUntil(lambda: ("paragraph 30", True) in marked(window))
    field.setText("no such word")
    qtbot.waitUntil(lambda: bar.count.text() == "No match")
    assert not bar.next_button.isEnabled()


def test_what_is_said_while_one_looks_is_counted(qtbot: Any, window: WholeWindow) -> None:
    press(qtbot, window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = window.searching.find_bar
    qtbot.keyClicks(bar.field, "answer")
    qtbot.waitUntil(lambda: bar.count.text() == "No match")
    ask(qtbot, window, "one answer, please")
    qtbot.waitUntil(lambda: idle(window) and bar.count.text().endswith("of 2"))
    window.session_manager.new()
    assert not bar.isVisible()


def test_buttons_and_words_are_the_same_filters(qtbot: Any, window: WholeWindow) -> None:
    search(qtbot, window, "needle", 3)
    palette = window.searching.palette
    qtbot.mouseClick(palette.filters.pinned_button, Qt.MouseButton.LeftButton)
    assert palette.field.text() == "needle is:pinned"
    assert QApplication.focusWidget() is palette.field
    qtbot.waitUntil(lambda: not palette.model.hits)
    window.sidebar.pinned.emit([window.sidebar.ids[1]], True)
    qtbot.keyClicks(palette.field, " after:2020")
    qtbot.waitUntil(lambda: [hit.title for hit in palette.model.hits] == ["Needlework"] * 2)
    assert palette.filters.date_button.isChecked()
    assert palette.filters.date_button.text() == "Since 2020 ▾"
    menu = palette.filters.date_button.menu()
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert palette.field.text() == "needle is:pinned"
    assert not palette.filters.date_button.isChecked()
    qtbot.mouseClick(palette.filters.pinned_button, Qt.MouseButton.LeftButton)
    assert palette.field.text() == "needle"
    for button in (palette.filters.picture_button, palette.filters.sound_button):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert palette.field.text() == "needle has:picture has:sound"
    qtbot.mouseClick(palette.filters.picture_button, Qt.MouseButton.LeftButton)
    assert palette.field.text() == "needle has:sound"
    assert palette.filters.sound_button.isChecked()


def test_a_hit_of_a_filtered_search_marks_its_words_alone(qtbot: Any, window: WholeWindow) -> None:
    search(qtbot, window, "thread after:2020", 1)
    press(qtbot, window.searching.palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: marked(window) == [("thread", True)])
    assert window.searching.find_bar.field.text() == "thread"


def test_the_models_that_have_answered_can_be_chosen(qtbot: Any, window: WholeWindow, home: Path) -> None:
    ask(qtbot, window, "hello")
    answered(qtbot, window)
    palette = window.searching.palette
    search(qtbot, window, "", 0)
    qtbot.waitUntil(palette.filters.model_button.isEnabled)
    menu = palette.filters.model_button.menu()
    menu.aboutToShow.emit()
    menu.actions()[1].trigger()
    assert palette.field.text().startswith("model:")
    qtbot.waitUntil(lambda: [hit.role for hit in palette.model.hits] == ["assistant"])


def filled_window(home: Path, open_window: Open, qtbot: Any, question: Message, answer: str = "Ok.") -> WholeWindow:
    database = Database(home)
    number = database.create("Planted")
    for message in (question, Message.of("assistant", answer)):
        database.add_message(number, message)
    database.close()
    window = open_window()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    return window


def open_first_hit(qtbot: Any, window: WholeWindow, text: str) -> None:
    search(qtbot, window, text, 1)
    press(qtbot, window.searching.palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(texts(window)) == 2)


def test_the_match_where_the_words_are_closest_is_the_one_that_is_shown(
    qtbot: Any, home: Path, open_window: Open
) -> None:
    """With some lines below it, where the button is that leads to the end."""
    answer = f"A **wine** is old.\n\n{LONG}\n\nThe wine cellar is below.\n\n{LONG}\n\nThat cellar is new."
    window = filled_window(home, open_window, qtbot, Message.of("user", "Where?"), answer)
    open_first_hit(qtbot, window, "cellar wine")
    bar = window.searching.find_bar
    qtbot.waitUntil(lambda: marked(window) == [("wine", True), ("cellar", False)])
    assert bar.count.text() == "2 of 4"
    bodies = window.transcript.findChildren(MessageBody)
    body, selections = next((one, found) for one in bodies if len(found := one.extraSelections()) == 4)
    place = body.cursorRect(selections[1].cursor)
    below = window.transcript.viewport().height() - body.mapTo(window.transcript.viewport(), place.bottomLeft()).y()
    assert below > 4 * place.height()


def test_what_is_found_in_a_document_opens_its_page_with_the_passage_marked(
    qtbot: Any, home: Path, open_window: Open
) -> None:
    pages = ("a wine", "a cellar", "first line\nthe key of the wine cellar\nlast line", "wine in that other cellar")
    document = Document("d" * 64, "notes.txt", "text", pages)
    question = Message("user", (DocumentPart(document, (1,)), TextPart("What is in it, and in the cellar?")))
    window = filled_window(home, open_window, qtbot, question)
    open_first_hit(qtbot, window, "wine cel")
    qtbot.waitUntil(lambda: window.page_viewing.viewer is not None)
    viewer = window.page_viewing.viewer
    assert viewer is not None
    assert viewer.number == 3
    assert [mark.cursor.block().text() for mark in viewer.text.extraSelections()] == ["the key of the wine cellar"]
    assert window.searching.find_bar.isHidden()
    assert window.transcript.first_visible == 0
    viewer.close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    open_first_hit(qtbot, window, "cellar what")
    qtbot.waitUntil(lambda: not window.searching.find_bar.isHidden())
    assert not viewer.isVisible()
