"""Conversations leave the window as files; several are chosen, pinned, and deleted at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

from fanlight.core.chat.exporting import ConversationExport
from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Message
from fanlight.exchange import writers
from fanlight.store.database import Database
from support.whole_window import WholeWindow
from support.window_hands import Open

pytestmark = pytest.mark.gui


@pytest.fixture
def window(home: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    database = Database(home)
    for title in ("One", "Two", "Three"):
        number = database.create(title)
        database.add_message(number, Message.of("user", f"Why {title}?"))
        database.add_message(number, Message.of("assistant", "**Because.**"))
    database.close()
    made = open_window()
    qtbot.waitUntil(lambda: made.sidebar.ids == [3, 2, 1])
    return made


def answer_dialog(monkeypatch: pytest.MonkeyPatch, place: Path, kind: str) -> None:
    def chosen(_parent: object, _title: str, _place: str, filters: str) -> tuple[str, str]:
        return str(place), next(one for one in filters.split(";;") if kind in one)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)


def choose(window: WholeWindow, *numbers: int) -> None:
    selection = window.sidebar.list.selectionModel()
    selection.clear()
    for number in numbers:
        selection.select(window.sidebar.model.index_of(number), QItemSelectionModel.SelectionFlag.Select)


def action(menu: QMenu, text: str) -> None:
    next(one for one in menu.actions() if one.text() == text).trigger()


def test_several_are_exported_by_their_menu(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_dialog(monkeypatch, tmp_path / "out", "json")
    choose(window, 1, 3)
    action(window.sidebar.menu(3, window.sidebar.selected), "Export…")
    qtbot.waitUntil(lambda: any("2 conversations are in" in line for line in window.offers.lines))
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [one["title"] for one in found["conversations"]] == ["Three", "One"]


def test_the_one_on_the_screen_is_exported_by_its_key(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session_manager.open(2)
    qtbot.waitUntil(lambda: window.session_manager.current_number == 2)
    answer_dialog(monkeypatch, tmp_path / "Two.html", "*)")
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: (tmp_path / "Two" / "Two.md").exists())
    assert "Why Two?" in (tmp_path / "Two" / "Two.md").read_text("utf-8")
    action(window.header.more_button.menu(), "Copy as Markdown")
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().startswith("# Two"))


def test_what_goes_wrong_is_one_sentence(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_dialog(monkeypatch, tmp_path / "no such folder" / "x.html", "html")
    window.archiving.exporting.export_all()
    qtbot.waitUntil(lambda: any("does not exist" in line for line in window.offers.lines))
    (tmp_path / "taken.json").write_text("mine")
    answer_dialog(monkeypatch, tmp_path / "taken", "json")  # the dialog has not asked about taken.json
    window.archiving.exporting.export_all()
    qtbot.waitUntil(lambda: any("exists already" in line for line in window.offers.lines))
    assert (tmp_path / "taken.json").read_text() == "mine"


def test_a_stopped_export_leaves_nothing(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up: list[bool] = []
    give_up = writers._FileWriter.give_up

    def note(writer: Any) -> None:
        give_up(writer)
        given_up.append(True)

    monkeypatch.setattr(writers._FileWriter, "give_up", note)
    answer_dialog(monkeypatch, tmp_path / "x.html", "html")
    window.archiving.exporting.export_all()
    assert "Exporting: 0 of 3" in window.offers.lines[0]
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(given_up))
    assert list(tmp_path.glob("*x.html*")) == []


def test_an_export_that_cannot_read_a_conversation_ends_and_the_next_one_runs(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_dialog(monkeypatch, tmp_path / "x.html", "html")
    with monkeypatch.context() as broken:
        broken.setattr(Database, "messages", unreadable)
        window.archiving.exporting.export_all()
        qtbot.waitUntil(lambda: any("cannot be read" in line for line in window.errors.lines))
        qtbot.waitUntil(lambda: not any("Exporting" in line for line in window.offers.lines))
    qtbot.waitUntil(lambda: not list(tmp_path.glob("*x.html*")))
    window.archiving.exporting.export_all()
    qtbot.waitUntil(lambda: (tmp_path / "x.html").exists())
    qtbot.waitUntil(lambda: not window.archiving.exporting.findChildren(ConversationExport))


def unreadable(_database: Database, _conversation_id: int) -> list[Any]:
    raise StoreError("The conversation cannot be read.")


def test_several_are_deleted_and_brought_back(qtbot: Any, window: WholeWindow) -> None:
    choose(window, 1, 2)
    qtbot.keyClick(window.sidebar.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: window.sidebar.ids == [3])
    assert window.offers.lines[0] == "2 conversations were moved to the trash."
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.sidebar.ids == [3, 2, 1])


def test_pinned_ones_stand_at_the_top(qtbot: Any, window: WholeWindow) -> None:
    action(window.sidebar.menu(1, [1]), "Pin")
    qtbot.waitUntil(lambda: window.sidebar.ids == [1, 3, 2])
    assert window.sidebar.model.index(0).data() == "Pinned"
    action(window.sidebar.menu(1, [1]), "Unpin")
    qtbot.waitUntil(lambda: window.sidebar.ids == [3, 2, 1])


def test_a_click_with_ctrl_chooses_and_opens_nothing(qtbot: Any, window: WholeWindow) -> None:
    window.session_manager.open(3)
    qtbot.waitUntil(lambda: window.session_manager.current_number == 3)
    listed = window.sidebar.list
    where = listed.visualRect(window.sidebar.model.index_of(1)).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=where)
    assert window.sidebar.selected == [3, 1]
    assert window.session_manager.current_number == 3
