"""Tags in the window: chosen in a dialog, in the list, by which it is narrowed, and in the search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMessageBox

from fanlight.domain.messages import Message
from fanlight.domain.stored import ConversationRow
from fanlight.store.database import Database
from fanlight.ui import theme
from fanlight.ui.theme import DARK, LIGHT, Theme
from fanlight.ui.window.conversation_list import TAGS
from fanlight.ui.window.sidebar import Sidebar
from fanlight.ui.window.tag_dialog import TagDialog, TagList
from fanlight.ui.window.tag_manager import TagManager
from support.whole_window import WholeWindow
from support.window_hands import Open, texts

pytestmark = pytest.mark.gui
CTRL = Qt.KeyboardModifier.ControlModifier
CHECKED, HALF, OFF = Qt.CheckState.Checked, Qt.CheckState.PartiallyChecked, Qt.CheckState.Unchecked


@pytest.fixture
def window(home: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    database = Database(home)
    for title in ("One", "Two", "Three", "Four"):
        number = database.create(title)
        database.add_message(number, Message.of("user", f"Why {title}?"))
        database.add_message(number, Message.of("assistant", "Because."))
    database.tagging.change([1, 2], ["Work"])
    database.tagging.change([2], ["Tax & law"])
    database.close()
    made = open_window()
    qtbot.waitUntil(lambda: made.sidebar.ids == [4, 3, 2, 1])
    return made


def tags(window: WholeWindow) -> dict[int, tuple[str, ...]]:
    return {row.id: row.tags for row in window.history.rows if row.tags}


def choose(window: WholeWindow, *numbers: int) -> None:
    selection = window.sidebar.list.selectionModel()
    selection.clear()
    for number in numbers:
        selection.select(window.sidebar.model.index_of(number), QItemSelectionModel.SelectionFlag.Select)


def in_dialog(qtbot: Any, kind: type[QDialog], act: Callable[[Any], object]) -> None:
    """What is done in the dialog that the next step opens."""

    def step() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        try:
            qtbot.waitUntil(dialog.isActiveWindow)
            act(dialog)
        finally:  # what it raises is not to leave the test in the dialog
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(0, step)


def toggle(window: WholeWindow, name: str) -> None:
    menu = window.sidebar.tag_button.menu()
    menu.aboutToShow.emit()
    entry(menu, name)


def entry(menu: QMenu, name: str) -> None:
    next(one for one in menu.actions() if one.text().partition("\t")[0] == name).trigger()


def test_tags_of_the_one_on_the_screen_are_typed_completed_and_saved(qtbot: Any, window: WholeWindow) -> None:
    window.session_manager.open(3)
    qtbot.waitUntil(lambda: window.session_manager.current_number == 3)

    def act(dialog: TagDialog) -> None:
        assert dialog.field.hasFocus()
        qtbot.keyClicks(dialog.field, "wOrK, new one")
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
        assert dialog.list.added == ["new one", "Work"]
        assert dialog.field.text() == ""
        qtbot.keyClicks(dialog.field, "tax")
        completer = dialog.field.completer()
        assert completer.currentCompletion() == "Tax & law"
        qtbot.keyClick(popup := completer.popup(), Qt.Key.Key_Down)
        qtbot.keyClick(popup, Qt.Key.Key_Return)
        assert dialog.field.text() == "Tax & law"
        dialog.accept()

    in_dialog(qtbot, TagDialog, act)
    qtbot.keyClick(window, Qt.Key.Key_T, CTRL)
    qtbot.waitUntil(lambda: tags(window).get(3) == ("new one", "Tax & law", "Work"))
    assert window.sidebar.model.index_of(3).data(TAGS) == "new one · Tax & law · Work"
    spoken = window.sidebar.model.index_of(3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Three, tags: new one, Tax & law, Work"


def test_several_get_and_lose_tags_together_and_what_is_half_checked_stays(qtbot: Any, window: WholeWindow) -> None:
    def states(dialog: TagDialog) -> dict[str, Qt.CheckState]:
        return {dialog.list.item(i).text(): dialog.list.item(i).checkState() for i in range(dialog.list.count())}

    def act(dialog: TagDialog) -> None:
        assert states(dialog) == {"Tax & law": HALF, "Work": CHECKED}
        dialog.list.setFocus()
        dialog.list.setCurrentRow(1)
        qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
        qtbot.keyClicks(dialog.field, "both")
        dialog.list.setFocus()
        qtbot.keyClick(dialog.list, Qt.Key.Key_Return)

    choose(window, 1, 2)
    in_dialog(qtbot, TagDialog, act)
    entry(window.sidebar.menu(1, window.sidebar.selected), "Tags…")
    qtbot.waitUntil(lambda: tags(window) == {1: ("both",), 2: ("both", "Tax & law")})
    in_dialog(qtbot, TagDialog, lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    window.sidebar.tagged.emit([1, 2])
    assert tags(window) == {1: ("both",), 2: ("both", "Tax & law")}


def test_the_list_is_narrowed_by_one_tag_and_by_two_in_the_archive_too(qtbot: Any, window: WholeWindow) -> None:
    sidebar = window.sidebar
    toggle(window, "Work")
    assert sidebar.ids == [2, 1]
    toggle(window, "Tax && law")
    assert sidebar.ids == [2]
    assert sidebar.tag_button.accessibleName() == "Tags: Tax & law, Work"
    window.history.set_archived([2], True)
    qtbot.waitUntil(lambda: sidebar.ids == [])
    assert sidebar.empty.text() == "No conversation here has all of these tags."
    sidebar.archive_button.click()
    assert sidebar.ids == [2]
    toggle(window, "All Tags")
    sidebar.archive_head.back_button.click()
    assert sidebar.ids == [4, 3, 1]
    toggle(window, "Tax && law")
    window.history.change_tags([2], remove=["tax & LAW"])
    qtbot.waitUntil(lambda: sidebar.ids == [4, 3, 1])
    assert not sidebar.tag_button.isChecked()
    window.history.change_tags([1, 2], remove=["Work"])
    qtbot.waitUntil(lambda: not sidebar.tag_button.isVisible())


def test_a_new_conversation_is_in_the_list_whatever_tags_were_chosen(qtbot: Any, window: WholeWindow) -> None:
    toggle(window, "Work")
    assert window.sidebar.ids == [2, 1]
    qtbot.keyClick(window, Qt.Key.Key_N, CTRL)
    assert window.sidebar.ids == [4, 3, 2, 1]


def test_a_tag_is_renamed_and_removed_for_all_and_given_back(
    qtbot: Any, window: WholeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def confirm(box: QMessageBox) -> int:
        asked.append(box.text())
        box.buttons()[-1].click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", confirm)

    def rename(dialog: TagManager, row: int, to: str) -> None:
        dialog.list.setCurrentRow(row)
        dialog.list.setFocus()
        qtbot.keyClick(dialog.list, Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        qtbot.keyClicks(editor, to)
        qtbot.keyClick(editor, Qt.Key.Key_Return)

    def act(dialog: TagManager) -> None:
        assert [dialog.list.item(i).text() for i in range(2)] == [
            "Tax & law – 1 conversation", "Work – 2 conversations",
        ]  # fmt: skip
        rename(dialog, 1, "WORK")
        qtbot.waitUntil(lambda: tags(window) == {1: ("WORK",), 2: ("Tax & law", "WORK")})
        assert asked == []
        rename(dialog, 0, "Law")
        qtbot.waitUntil(lambda: tags(window)[2] == ("Law", "WORK"))
        rename(dialog, 0, "work")
        qtbot.waitUntil(lambda: tags(window) == {1: ("work",), 2: ("work",)})
        assert asked == ["There is a tag “WORK” already."]
        qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda: tags(window) == {})
        assert asked[1:] == ["Remove the tag “work” from 2 conversations?"]
        assert dialog.empty.isVisible()
        dialog.accept()

    in_dialog(qtbot, TagManager, act)
    window.sidebar.tag_button.edit_requested.emit()
    qtbot.waitUntil(lambda: window.offers.lines == ("The tag “work” was removed from 2 conversations.",))
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tags(window) == {1: ("work",), 2: ("work",)})


def test_a_search_is_narrowed_by_its_tag_button(qtbot: Any, window: WholeWindow) -> None:
    palette = window.searching.palette
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(palette.field, "why")
    qtbot.waitUntil(lambda: len(palette.model.hits) == 4)
    menu = palette.filters.tag_button.menu()
    for name, typed, found in (
        ("Work", "why tag:Work", {"One", "Two"}),
        ("Tax && law", 'why tag:Work tag:"Tax & law"', {"Two"}),
        ("Work", 'why tag:"Tax & law"', {"Two"}),
    ):
        menu.aboutToShow.emit()
        entry(menu, name)
        assert palette.field.text() == typed
        qtbot.waitUntil(lambda found=found: {hit.title for hit in palette.model.hits} == found)
    assert palette.filters.tag_button.isChecked()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(window) == ["Why Two?", "Because."])


def test_five_thousand_are_narrowed_without_one_being_looked_up(qtbot: Any) -> None:
    """What stands in the list is looked at as it is painted, not all of it."""
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    sidebar.resize(260, 700)
    sidebar.show()
    asked: list[int] = []
    read = sidebar.model.data

    def data(index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        asked.append(role)
        return read(index, role)

    sidebar.model.data = data  # type: ignore[method-assign]
    rows = [ConversationRow(i, f"Title {i}", 1e9, "", tags=("a", f"tag {i % 40}")) for i in range(5_000, 0, -1)]
    sidebar.show_rows(rows)
    qtbot.waitUntil(lambda: asked.count(TAGS) > 5)
    assert asked.count(TAGS) < 500


@pytest.mark.parametrize("looks", [LIGHT, DARK])
def test_a_half_checked_tag_looks_like_neither_a_checked_nor_an_unchecked_one(
    dressed: QApplication, qtbot: Any, looks: Theme
) -> None:
    theme.apply(dressed, looks, 100)
    tag_list = TagList(["some"], [["some"], []])
    qtbot.addWidget(tag_list)
    tag_list.resize(200, 60)
    item = tag_list.item(0)
    seen = []
    for state in (OFF, HALF, CHECKED):
        item.setCheckState(state)
        seen.append(tag_list.grab().toImage())
    assert seen[0] != seen[1]
    assert seen[1] != seen[2]
    assert seen[0] != seen[2]
