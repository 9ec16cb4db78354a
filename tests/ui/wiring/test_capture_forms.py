"""Dates and tables of a capture in their forms, and what leaves them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDate, QObject, QTime
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from fanlight.core.capture.date_context import date_context
from fanlight.domain.found_dates import DateContext
from fanlight.domain.found_items import FoundDate, FoundTable, placed_items
from fanlight.domain.text_tables import TextTable
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.panel.event_dialog import EventDialog
from fanlight.ui.panel.table_dialog import TableDialog
from fanlight.ui.wiring.capture_forms import CaptureForms
from support.panels import FakeTexts, PanelRoom

pytestmark = pytest.mark.gui

ANSWER = json.dumps({"title": "Board meeting", "place": "Room 12"})
MAIL = "Dear all,\nBoard meeting: 12 March 2031, 14:00–15:30\nin Room 12, please be on time."


@pytest.fixture
def room(qtbot: Any, home: Path) -> Iterator[PanelRoom]:
    made = PanelRoom(home, ScriptedEngine([ANSWER]), Settings(), FakeTexts())
    yield made
    made.close()


@pytest.fixture
def forms(room: PanelRoom) -> Iterator[CaptureForms]:
    parent = QObject()
    made = CaptureForms(room.host, room.settings_store, room.file_worker, parent)
    yield made
    made.close()


def _date(text: str = MAIL) -> FoundDate:
    now = date_context().now
    (item,) = [item for _place, item in placed_items(text, DateContext(now)) if isinstance(item, FoundDate)]
    return item


def _event_form(forms: CaptureForms) -> EventDialog:
    (dialog,) = forms.dialogs
    assert isinstance(dialog, EventDialog)
    return dialog


def _table_form(forms: CaptureForms) -> TableDialog:
    forms.open(FoundTable("table", "a b", "", TextTable((("a", "b"), ("1", "=2+3")))), None)
    (dialog,) = forms.dialogs
    assert isinstance(dialog, TableDialog)
    return dialog


def _choose(monkeypatch: pytest.MonkeyPatch, path: str, kind: str = "") -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (path, kind))


def test_without_a_model_the_form_has_the_date_and_the_words_of_its_line(forms: CaptureForms) -> None:
    forms.open(_date(), None)
    dialog = _event_form(forms)
    assert (dialog.title.text(), dialog.place.text()) == ("Board meeting", "")
    assert dialog.begin_day.date() == QDate(2031, 3, 12)
    assert dialog.end_time.time() == QTime(15, 30)
    assert not dialog.all_day.isChecked()
    assert dialog.reading.isHidden()


def test_a_model_fills_what_the_text_says_and_the_user_has_not_written(
    qtbot: Any, room: PanelRoom, forms: CaptureForms
) -> None:
    room.load()
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    forms.open(_date(), None)
    dialog = _event_form(forms)
    assert not dialog.reading.isHidden()
    qtbot.keyClicks(dialog.title, "My own")
    qtbot.waitUntil(lambda: dialog.reading.isHidden())
    assert dialog.place.text() == "Room 12"
    assert dialog.title.text() == "My own"


def test_nothing_is_written_before_the_click_and_the_file_is_what_the_form_says(
    qtbot: Any, forms: CaptureForms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms.open(_date(), None)
    dialog = _event_form(forms)
    dialog.begin_time.setTime(QTime(16, 0))
    assert dialog.end_time.time() == QTime(17, 30), "it stays as long as it was"
    dialog.all_day.setChecked(True)
    assert list(tmp_path.glob("**/*.ics")) == []
    _choose(monkeypatch, str(tmp_path / "event"))
    with qtbot.waitSignal(dialog.finished):
        dialog.save_button.click()
    text = (tmp_path / "event.ics").read_text("utf-8")
    assert "DTSTART;VALUE=DATE:20310312\n" in text
    assert "SUMMARY:Board meeting\n" in text
    assert forms.dialogs == []


def test_the_calendar_is_asked_only_by_its_button_and_what_it_cannot_is_said(
    qtbot: Any, forms: CaptureForms, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    answers = [False, True]

    def open_url(url: Any) -> bool:
        opened.append(Path(url.toLocalFile()))
        return answers.pop(0)

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    forms.open(_date(), None)
    dialog = _event_form(forms)
    assert opened == []
    dialog.open_button.click()
    qtbot.waitUntil(lambda: not dialog.wrong.isHidden())
    with qtbot.waitSignal(dialog.finished):
        dialog.open_button.click()
    assert opened[1].suffix == ".ics"
    folder = opened[1].parent
    assert folder.stat().st_mode & 0o077 == 0
    forms.close()
    assert not folder.exists()


def test_an_end_before_the_beginning_is_said_and_not_written(
    forms: CaptureForms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("nothing is saved")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", refuse)
    forms.open(_date(), None)
    dialog = _event_form(forms)
    dialog.end_day.setDate(QDate(2031, 3, 11))
    dialog.save_button.click()
    assert dialog.wrong.text() == "It ends before it begins."


def test_a_corrected_table_is_copied_for_spreadsheets_and_as_markdown(forms: CaptureForms) -> None:
    dialog = _table_form(forms)
    item = dialog.grid.item(1, 0)
    assert item is not None
    item.setText("12")
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().mimeData()
    assert copied.text() == "a\tb\n12\t'=2+3"
    assert "<td>12</td>" in copied.html()
    dialog.markdown_button.click()
    assert QGuiApplication.clipboard().text().startswith("| a | b |")


@pytest.mark.parametrize(("typed", "kind", "name"), [
    ("t.csv", "", "t.csv"), ("t", "Text with commas (*.csv)", "t.csv"), ("t.v2", "", "t.v2.xlsx"), ("T.MD", "", "T.MD"),
])  # fmt: skip
def test_a_table_is_saved_as_its_name_says(
    qtbot: Any, forms: CaptureForms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, kind: str, name: str
) -> None:
    dialog = _table_form(forms)
    _choose(monkeypatch, str(tmp_path / typed), kind)
    dialog.save_button.click()
    qtbot.waitUntil(lambda: name in dialog.note.text())
    assert (tmp_path / name).stat().st_size > 0


def test_a_name_that_nobody_was_asked_about_replaces_no_file(
    qtbot: Any, forms: CaptureForms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.xlsx").write_text("mine", "utf-8")
    dialog = _table_form(forms)
    _choose(monkeypatch, str(tmp_path / "t"))
    dialog.save_button.click()
    qtbot.waitUntil(lambda: "t (2).xlsx" in dialog.note.text())
    assert (tmp_path / "t.xlsx").read_text("utf-8") == "mine"


def test_a_folder_that_cannot_be_written_is_said(
    qtbot: Any, forms: CaptureForms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = _table_form(forms)
    _choose(monkeypatch, str(tmp_path / "missing" / "t.csv"))
    dialog.save_button.click()
    qtbot.waitUntil(lambda: "could not be written" in dialog.note.text())


def test_the_practice_model_is_not_asked(
    qtbot: Any, room: PanelRoom, forms: CaptureForms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.load()
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    monkeypatch.setattr(room.host, "is_practice_in", lambda _slot: True)
    forms.open(_date(), None)
    assert _event_form(forms).reading.isHidden()
