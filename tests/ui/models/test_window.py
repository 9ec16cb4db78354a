"""The Models window: what is listed, what the keys and buttons do, what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox

from fanlight.domain.model_rows import ModelRow
from fanlight.domain.slots import Slot
from fanlight.ui.models.server_dialog import ServerDialog
from fanlight.ui.models.window import ModelsWindow
from support.model_shelves import DrawnShelf
from support.whole_window import WholeWindow
from support.window_hands import Open, ready

pytestmark = pytest.mark.gui


@pytest.fixture
def shelf(tmp_path: Path) -> DrawnShelf:
    return DrawnShelf(tmp_path)


@pytest.fixture
def window(qtbot: Any, open_window: Open, shelf: DrawnShelf) -> WholeWindow:
    models = tuple(shelf.catalog().models())
    opened = open_window(models=models, catalog=shelf.catalog)
    ready(qtbot, opened)
    return opened


@pytest.fixture
def view(qtbot: Any, window: WholeWindow) -> ModelsWindow:
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    view = window.features.models.window
    qtbot.waitUntil(lambda: view.isVisible() and len(view.table.lines) == 2 and not view._models.is_looking)
    return view


def cell(view: ModelsWindow, row: int, column: int) -> str:
    item = view.table.topLevelItem(row)
    assert item is not None
    return item.text(column)


def rows(view: ModelsWindow) -> list[str]:
    return [cell(view, row, 0) for row in range(view.table.topLevelItemCount())]


def choose(view: ModelsWindow, name: str) -> None:
    view.table.choose_line(rows(view).index(name))


def test_it_opens_from_the_menu_and_from_the_empty_page(qtbot: Any, window: WholeWindow) -> None:
    assert window.welcome.open_button.isVisible()
    qtbot.mouseClick(window.welcome.open_button, Qt.MouseButton.LeftButton)
    view = window.features.models.window
    qtbot.waitUntil(view.isVisible)
    view.close()
    window.model_menu.menu.aboutToShow.emit()
    window.model_menu.menu.actions()[0].trigger()
    assert view.isVisible()


def test_with_a_real_model_the_empty_page_offers_none(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ready(qtbot, window)
    assert not window.welcome.open_button.isVisible()


def test_the_list_has_the_keyboard(qtbot: Any, view: ModelsWindow) -> None:
    qtbot.waitUntil(view.table.hasFocus)


def test_all_are_listed_with_whether_they_fit_and_whose_they_are(view: ModelsWindow) -> None:
    assert rows(view) == ["Practice model (shapes and numbers)", "Tulip-7B-Q4_K_M"]
    texts = [[cell(view, row, column) for column in (2, 3)] for row in range(2)]
    assert texts[0] == ["open now", "Fanlight"]
    assert "fits" in texts[1][0]
    assert texts[1][1] == "LM Studio"
    choose(view, "Tulip-7B-Q4_K_M")
    assert "Tulip 7B Instruct" in view.details.text()
    assert "belong to LM Studio" in view.details.text()
    assert not view.remove_button.isEnabled()
    view.shown.setCurrentIndex(2)
    choose(view, "Broken-7B")
    assert "cut off" in cell(view, 1, 2)
    assert not view.use_button.isEnabled()


def test_what_is_listed_and_the_filter_and_what_is_said_when_nothing_is_left(qtbot: Any, view: ModelsWindow) -> None:
    view.shown.setCurrentIndex(1)
    assert rows(view) == ["Practice model (shapes and numbers)"]
    view.shown.setCurrentIndex(2)
    assert rows(view) == ["Tulip-7B-Q4_K_M", "Broken-7B"]
    qtbot.keyClicks(view.filter, "tulip instr")
    assert rows(view) == ["Tulip-7B-Q4_K_M"]
    qtbot.keyClicks(view.filter, "x")
    assert view.stack.currentWidget() is view.empty
    assert "Press Esc" in view.empty.text()
    qtbot.keyClick(view.filter, Qt.Key.Key_Escape)
    assert len(rows(view)) == 2
    qtbot.keyClick(view.table, Qt.Key.Key_Escape)
    assert not view.isVisible()


def test_enter_uses_a_model(qtbot: Any, window: WholeWindow, view: ModelsWindow) -> None:
    choose(view, "Tulip-7B-Q4_K_M")
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.settings_store.now.model == "Tulip-7B-Q4_K_M")
    ready(qtbot, window)
    qtbot.waitUntil(lambda: "open now" in cell(view, 1, 2))
    assert window.model_menu.button.text().startswith("Tulip-7B")


def test_f2_renames_in_place_and_a_name_that_is_taken_is_said(
    qtbot: Any, view: ModelsWindow, shelf: DrawnShelf
) -> None:
    choose(view, "Tulip-7B-Q4_K_M")
    for typed in ("practice", "For receipts"):
        qtbot.keyClick(view.table, Qt.Key.Key_F2)
        editor = view.table.findChild(QLineEdit)
        assert editor is not None
        editor.setText(typed)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        if typed == "practice":
            qtbot.waitUntil(lambda: bool(view.errors.lines))
            qtbot.waitUntil(lambda: "practice" not in rows(view))
            choose(view, "Tulip-7B-Q4_K_M")
    qtbot.waitUntil(lambda: "For receipts" in [row.spec.name for row in view._models.own])
    assert shelf.catalog().find("for receipts", everywhere=False).files.model == shelf.tulip


def test_delete_removes_and_undo_brings_back(qtbot: Any, view: ModelsWindow, shelf: DrawnShelf) -> None:
    with qtbot.waitSignal(view._models.added):
        view._models.add_file(shelf.rose)
    qtbot.waitUntil(lambda: "rose-3b" in rows(view))
    choose(view, "rose-3b")
    assert view.remove_button.isEnabled()
    qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "rose-3b" not in rows(view) and view.offers.isVisible())
    assert "stay where they are" in view.offers.lines[0]
    qtbot.mouseClick(view.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "rose-3b" in rows(view))


def test_another_programs_files_are_not_removed_and_it_is_said_whose_they_are(
    qtbot: Any, view: ModelsWindow, shelf: DrawnShelf
) -> None:
    choose(view, "Tulip-7B-Q4_K_M")
    qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    assert "belong to LM Studio" in view.errors.lines[0]
    assert shelf.tulip.exists()


def test_a_file_and_a_folder_are_added(
    qtbot: Any, view: ModelsWindow, shelf: DrawnShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(shelf.rose), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(shelf.mine))
    add_file, add_folder, *_others = view.add_button.menu().actions()
    add_file.trigger()
    qtbot.waitUntil(lambda: "rose-3b" in rows(view))
    (shelf.mine / "cut-1b.gguf").write_bytes(shelf.rose.read_bytes()[:-99])
    with qtbot.waitSignal(view._models.added):
        add_folder.trigger()
    assert "cut-1b.gguf" in view.errors.lines[0]


def test_one_that_does_not_fit_asks_first(qtbot: Any, view: ModelsWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    row = view.table.lines[1]
    assert isinstance(row, ModelRow)
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()))
    view._use(ModelRow(row.spec, row.can, row.size_bytes, False, "does not fit: needs 9 GB, 1 GB free"))
    assert "Tulip-7B-Q4_K_M" in asked[0]
    assert not view._models.is_open(row.spec)


def test_its_place_and_what_it_lists_are_kept(qtbot: Any, window: WholeWindow, view: ModelsWindow) -> None:
    view.shown.setCurrentIndex(2)
    view.resize(777, 555)
    view.close()
    core = window.core
    again = ModelsWindow(
        core.model_list, core.model_offers, core.parts, core.hub_search, window._appearance, core.window_state
    )  # fmt: skip
    qtbot.addWidget(again)
    assert again.shown.currentIndex() == 2
    assert again.width() == 777


def test_everything_has_a_name_for_a_screen_reader_and_can_be_reached_by_keys(qtbot: Any, view: ModelsWindow) -> None:
    for widget in (view.table, view.shown, view.filter):
        assert widget.accessibleName()
    choose(view, "Tulip-7B-Q4_K_M")
    reached = set()
    view.table.setFocus()
    for _step in range(20):
        qtbot.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    buttons = {view.use_button, view.rename_button, view.add_button}
    assert {view.shown, view.filter, view.table} | buttons <= reached


def test_it_goes_on_in_another_language(qtbot: Any, window: WholeWindow, view: ModelsWindow, catalogs: Path) -> None:
    window.services.rebuild_window()
    assert window.features.models.window is not view
    assert window.features.models.window.isVisible()


def test_a_model_is_used_for_captures_and_the_list_says_so(
    qtbot: Any, window: WholeWindow, view: ModelsWindow, shelf: DrawnShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.host, "_find_model", lambda name: shelf.catalog().find(name, everywhere=False))
    assert not view.capture_button.isEnabled()  # the one that is open answers them already
    choose(view, "Tulip-7B-Q4_K_M")
    qtbot.mouseClick(view.capture_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: cell(view, 1, 2).startswith("for captures; "))
    qtbot.waitUntil(lambda: "beside the model for conversations" in view.details.text())
    assert view.capture_button.text() == "Not for Captures"
    qtbot.mouseClick(view.capture_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not cell(view, 1, 2).startswith("for captures"))
    assert window.settings_store.now.capture_model == ""


def test_a_server_of_the_users_own_is_added_and_marked_where_it_answers(
    qtbot: Any, window: WholeWindow, view: ModelsWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enter(dialog: ServerDialog) -> ServerDialog.DialogCode:
        dialog.url.setText("nowhere at all")
        dialog.add_button.click()
        assert not dialog.wrong.isHidden()
        dialog.url.setText("10.0.0.5:8080/v1/")
        dialog.model.setText("rose-3b")
        dialog.key_field.setText("two words")
        dialog.add_button.click()
        assert "no key" in dialog.wrong.text()
        dialog.key_field.setText(" sk-1 ")
        dialog.add_button.click()
        return ServerDialog.DialogCode(dialog.result())

    keys, kept = window.core.server_keys, list[str]()

    def keep(line: str) -> None:
        kept.append(line)
        keys.kept.emit(False)

    monkeypatch.setattr(keys._order, "start", keep)
    monkeypatch.setattr(ServerDialog, "exec", enter)
    view.server_requested.emit()
    qtbot.waitUntil(lambda: "rose-3b" in rows(view))
    assert [json.loads(line)["keep"]["token"] for line in kept] == ["sk-1"]
    assert not window.server_line.isVisible()
    choose(view, "rose-3b")
    assert cell(view, rows(view).index("rose-3b"), 2) == "http://10.0.0.5:8080"
    qtbot.mouseClick(view.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.server_line.isVisible)
    assert "10.0.0.5:8080" in window.server_line.text.text()
    assert window.sidebar.offline.text() == "Asks a server"
    assert "stay on this computer" not in window.welcome.text.text()
    assert cell(view, rows(view).index("rose-3b"), 3) == "your server"
    assert window.host.shown_server_in(Slot.PANEL) == window.server_line.text.text()


@pytest.mark.parametrize("width", [1200, 480])
def test_the_buttons_below_the_list_have_room_for_their_words(qtbot: Any, view: ModelsWindow, width: int) -> None:
    view.resize(width, 700)
    buttons = view.buttons._buttons
    qtbot.waitUntil(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))
    qtbot.waitUntil(lambda: (len({one.y() for one in buttons}) > 1) == (width < 600))
    choose(view, "Tulip-7B-Q4_K_M")
    assert view.details.mapTo(view, QPoint(0, 0)).y() >= view.table.mapTo(view, QPoint(0, view.table.height())).y()
