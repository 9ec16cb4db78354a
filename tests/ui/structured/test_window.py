"""Values read from a page in the window: from a chip to the form, corrected, marked, saved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QTableWidgetItem

from fanlight import compose
from fanlight.core.structured.page_subject import PageSubject
from fanlight.documents.files import read_document, read_document_bytes
from fanlight.domain.errors import ModelError
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.schema_fields import Path as ValuePath
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.structured.feature import StructuredFeature
from fanlight.ui.structured.schema_dialog import SchemaDialog
from fanlight.ui.structured.value_table import ValueTable
from fanlight.ui.structured.window import StructuredWindow
from support.pdf_files import pdf, pdf_file
from support.reading import FakeReader
from support.structured_pages import ANSWER, MADE_UP, PAGE, VALUES
from support.whole_window import WholeWindow
from support.window_hands import Open, drop, mime_of, read, ready
from support.windows import picture_file

pytestmark = pytest.mark.gui


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine([ANSWER])


@pytest.fixture
def opened(qtbot: Any, open_window: Open, engine: ScriptedEngine) -> WholeWindow:
    window = open_window(engine, load_reader=lambda: FakeReader(PAGE.split("\n")))
    ready(qtbot, window)
    return window


def document() -> PageSubject:
    return PageSubject("invoice.pdf", document=read_document_bytes(pdf([PAGE, "Another page"]), "invoice.pdf"))


def shown(qtbot: Any, window: WholeWindow, subject: PageSubject) -> StructuredFeature:
    feature = window.features.structured
    feature.open(subject)
    qtbot.waitUntil(
        lambda: feature.reading.state == "ready" and feature.window.picker.chosen is not None, timeout=20_000
    )
    return feature


def read_values(qtbot: Any, feature: StructuredFeature) -> StructuredWindow:
    feature.window.read_button.click()
    qtbot.waitUntil(lambda: bool(feature.reading.places), timeout=20_000)
    return feature.window


def editor(view: StructuredWindow, *path: str) -> Any:
    return next(row.editor.widget for row in view.form.rows if row.editor is not None and row.field.path == path)


def table(view: StructuredWindow) -> ValueTable:
    return next(row.table for row in view.form.rows if row.table is not None)


def cell(view: StructuredWindow, row: int, place: int) -> QTableWidgetItem:
    item = table(view).item(row, place)
    assert item is not None
    return item


def said(view: StructuredWindow, *path: str) -> str:
    label = next(row.said for row in view.form.rows if row.field.path == path)
    return "" if label.isHidden() else label.text()


def made_up(view: StructuredWindow) -> set[ValuePath]:
    return {path for path, found in view._reading.places.items() if found == ()}


def test_a_document_becomes_a_form_and_what_was_made_up_is_marked(
    qtbot: Any, opened: WholeWindow, engine: ScriptedEngine, tmp_path: Path
) -> None:
    drop(opened, mime_of(pdf_file(tmp_path / "invoice.pdf", [PAGE])))
    (chip,) = read(qtbot, opened, 1)
    opened.composer.chips.values_wanted.emit(chip.item.key)
    feature = opened.features.structured
    qtbot.waitUntil(
        lambda: feature.reading.state == "ready" and feature.window.picker.chosen is not None, timeout=20_000
    )
    view = read_values(qtbot, feature)
    (message,) = engine.asked[-1]
    assert "- seller.iban" in message.text
    assert "INV-2026-0815" in message.text
    assert not message.images  # the text is there
    assert json.loads(engine.samplings[-1].json_schema or "")["title"] == "Invoice"
    assert editor(view, "number").text() == "INV-2026-0815"
    assert editor(view, "seller", "iban").text() == ""
    assert [[cell(view, row, place).text() for place in range(4)] for row in range(2)] == [
        ["Pump P-200", "2", "1234.5", "2469"], ["Installation", "2", "350", "700"],
    ]  # fmt: skip
    assert made_up(view) == MADE_UP
    assert said(view, "currency") == "Not found on the page"
    assert said(view, "items") == "3 values were not found on the page"
    assert said(view, "number") == said(view, "due") == ""
    assert cell(view, 1, 0).toolTip() == "Not found on the page"
    assert view.status.text() == "4 values were not found on the page"
    assert said(view, "total") == "The lines add up to 3,169.00, the total says 2,469.00."
    table(view).setCurrentCell(1, 0)
    table(view).remove_row()
    qtbot.waitUntil(lambda: said(view, "total") == "")
    assert feature.reading.values["total"] == 2469.0


def test_of_one_page_of_several_it_is_not_said_that_its_lines_do_not_add_up(qtbot: Any, opened: WholeWindow) -> None:
    feature = shown(qtbot, opened, document())
    with qtbot.waitSignal(feature.reading.sum_checked) as checked:
        view = read_values(qtbot, feature)
    assert checked.args == [None]
    assert said(view, "total") == ""


def test_a_field_that_is_pointed_at_is_marked_on_the_page(qtbot: Any, opened: WholeWindow) -> None:
    view = read_values(qtbot, shown(qtbot, opened, document()))
    QApplication.sendEvent(editor(view, "seller", "name"), QEvent(QEvent.Type.Enter))
    assert [box.text for box in view.page.picture.marked] == ["ACME Pumps Ltd"]
    QApplication.sendEvent(editor(view, "seller", "name"), QEvent(QEvent.Type.Leave))
    assert not view.page.picture.marked
    table(view).setCurrentCell(0, 3)
    assert [box.text for box in view.page.picture.marked] == ["2,469.00", "2,469.00"]
    table(view).setCurrentCell(1, 0)
    assert not view.page.picture.marked


def test_corrections_are_kept_looked_for_and_undone(qtbot: Any, opened: WholeWindow) -> None:
    view = read_values(qtbot, shown(qtbot, opened, document()))
    field: QLineEdit = editor(view, "currency")
    field.selectAll()
    qtbot.keyClicks(field, "USD")
    qtbot.waitUntil(lambda: not said(view, "currency"))
    cell(view, 1, 0).setText("Miller & Sons")
    qtbot.waitUntil(lambda: made_up(view) == MADE_UP - {("currency",), ("items", 1, "text")})
    cell(view, 1, 1).setText("two")
    assert cell(view, 1, 1).text() == "2"
    assert "Quantity: This is no number" in said(view, "items")
    table(view).setCurrentCell(0, 0)
    table(view).add_row()
    assert [row["text"] for row in view._reading.values["items"]] == ["Pump P-200", "", "Miller & Sons"]
    table(view).remove_row()
    assert view._reading.values["currency"] == "USD"
    date = editor(view, "date")
    date.selectAll()
    qtbot.keyClicks(date, "5 March")
    assert "no date" in said(view, "date")
    assert view._reading.values["date"] == "2026-03-05"  # what is no date is not taken
    view.back_button.click()
    assert view._reading.values == VALUES
    assert editor(view, "currency").text() == "EUR"
    assert view.back_button.isHidden()


def test_values_are_copied_and_saved_in_each_format(
    qtbot: Any, opened: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = read_values(qtbot, shown(qtbot, opened, document()))
    view.copy("json")
    assert json.loads(QGuiApplication.clipboard().text()) == VALUES
    view.copy("markdown")
    assert "| Pump P-200 | 2 | 1234.5 | 2469.0 |" in QGuiApplication.clipboard().text()
    cell(view, 1, 0).setText("=HYPERLINK(1)")
    for name in ("a.json", "a.csv", "a.xlsx", "a.md"):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, path=path: (str(path), ""))
        view.save()
        qtbot.waitUntil(path.exists)
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["total"] == 2469.0
    lines = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "'=HYPERLINK(1)" in lines[2]
    assert "INV-2026-0815" in "\n".join(read_document(tmp_path / "a.xlsx").texts)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "no" / "a.json"), ""))
    view.save()
    qtbot.waitUntil(lambda: "cannot be written" in view.errors.text.text())


def test_a_scan_is_read_first_and_goes_to_the_model_with_its_text(
    qtbot: Any, opened: WholeWindow, engine: ScriptedEngine, tmp_path: Path
) -> None:
    feature = opened.features.structured
    feature.window.show()
    feature.open_file(picture_file(tmp_path, "scan.png", (400, 300)))
    qtbot.waitUntil(
        lambda: feature.reading.state == "ready" and feature.window.picker.chosen is not None, timeout=20_000
    )
    view = read_values(qtbot, feature)
    (message,) = engine.asked[-1]
    assert len(message.images) == 1
    assert "INV-2026-0815" in message.text
    assert made_up(view) == MADE_UP


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (ScriptedEngine(["no JSON"]), "did not answer by the schema"),
        (ScriptedEngine(["{"], ends="length"), "cut off"),
        (ScriptedEngine(["{}"], fails_after=0, failure=ModelError("The card is full.", "")), "The card is full."),
    ],
)
def test_what_goes_wrong_is_said_and_can_be_tried_again(
    qtbot: Any, open_window: Open, script: ScriptedEngine, sentence: str
) -> None:
    window = open_window(script)
    ready(qtbot, window)
    feature = shown(qtbot, window, document())
    feature.window.read_button.click()
    qtbot.waitUntil(lambda: sentence in feature.window.errors.text.text())
    assert feature.reading.state == "ready"
    assert feature.window.read_button.isEnabled()
    assert not feature.window.copy_button.isEnabled()
    assert not feature.window.form.rows


def test_stopping_leaves_the_page(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine([ANSWER], seconds_per_token=60))
    ready(qtbot, window)
    feature = shown(qtbot, window, document())
    feature.window.read_button.click()
    qtbot.waitUntil(lambda: bool(window.host.worker.serving))
    assert feature.window.read_button.isHidden()
    feature.window.stop_button.click()
    qtbot.waitUntil(lambda: not window.host.worker.serving)
    assert feature.reading.state == "ready"
    assert not feature.window.read_button.isHidden()


def test_another_page_begins_anew_and_text_files_have_pages_too(
    qtbot: Any, opened: WholeWindow, tmp_path: Path
) -> None:
    feature = shown(qtbot, opened, document())
    view = read_values(qtbot, feature)
    view.page.next.click()
    assert not view.form.rows
    qtbot.waitUntil(lambda: feature.reading.state == "ready")
    assert view.page.place.text() == "Page 2 of 2"
    (tmp_path / "a.txt").write_text(PAGE, "utf-8")
    feature.open_file(tmp_path / "a.txt")
    qtbot.waitUntil(lambda: view.page.text.toPlainText() == PAGE and feature.reading.state == "ready")
    read_values(qtbot, feature)
    QApplication.sendEvent(editor(view, "number"), QEvent(QEvent.Type.Enter))
    (mark,) = view.page.text.extraSelections()
    assert mark.cursor.selectedText() == "INVOICE No. INV-2026-0815"


def test_files_that_cannot_be_read_are_said(qtbot: Any, opened: WholeWindow, tmp_path: Path) -> None:
    feature = opened.features.structured
    (tmp_path / "a.png").write_bytes(b"no picture")
    for path in (tmp_path / "missing.png", tmp_path / "a.png"):
        feature.window.errors.dismiss()
        feature.open_file(path)
        qtbot.waitUntil(lambda: bool(feature.window.errors.lines), timeout=20_000)


def test_an_own_schema_is_edited_refused_and_then_chosen(
    qtbot: Any, opened: WholeWindow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature = shown(qtbot, opened, document())
    picker = feature.window.picker
    refusals: list[str] = []

    def fill_in(dialog: SchemaDialog) -> int:
        dialog.name.setText("Meter")
        for text in ("{", '{"type": "colour"}', '{"type": "object", "properties": {"kwh": {"type": "number"}}}'):
            dialog.text.setPlainText(text)
            dialog.problem.hide()
            dialog.save()
            qtbot.waitUntil(lambda: not dialog.problem.isHidden() or bool(dialog.saved), timeout=20_000)
            refusals.append(dialog.problem.text())
        return dialog.result()

    monkeypatch.setattr(SchemaDialog, "exec", fill_in)
    picker.edit(None)
    assert "not valid JSON" in refusals[0]
    assert "The schema is not valid" in refusals[1]
    qtbot.waitUntil(lambda: picker.chosen is not None and picker.chosen.name == "Meter")
    assert (home / "schemas" / "Meter.json").exists()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(home / "schemas" / "no.json"), ""))
    picker.pick_file()
    qtbot.waitUntil(lambda: "cannot be read" in feature.window.errors.text.text())


def test_the_search_palette_leads_there(qtbot: Any, opened: WholeWindow) -> None:
    palette = opened.searching.palette
    palette.open()
    (button,) = [one for one in palette.commands.buttons if "Values" in one.text()]
    qtbot.keyClicks(palette.field, "zebra")
    assert button.isHidden()
    palette.field.clear()
    qtbot.keyClicks(palette.field, "read val")
    assert not button.isHidden()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert palette.isHidden()
    assert opened.features.structured.window.isVisible()


def test_a_table_is_found_by_where_its_text_stands_and_read_by_the_model_when_asked_again(
    qtbot: Any, opened: WholeWindow, engine: ScriptedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("Item", "Count", "Price"), ("Pump", "2", "1234.50"), ("Hose", "3", "=19"), ("Valve", "11", "7.25")]
    text = "".join(
        f"BT /F1 12 Tf {60 + 150 * place} {760 - 24 * row} Td ({cell}) Tj ET\n"
        for row, cells in enumerate(rows)
        for place, cell in enumerate(cells)
    )
    feature = shown(qtbot, opened, PageSubject("a.pdf", document=read_document_bytes(pdf([text.encode()]), "a.pdf")))
    feature.window.picker.choose("table")
    view = read_values(qtbot, feature)
    assert [[cell(view, row, place).text() for place in range(3)] for row in range(4)] == [list(row) for row in rows]
    assert not engine.asked
    assert "Read" in view.status.text()
    assert not made_up(view)
    table(view).setCurrentCell(1, 2)
    assert [box.text for box in view.page.picture.marked] == ["1234.50"]
    for name in ("t.csv", "t.xlsx", "t.md"):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, path=path: (str(path), ""))
        view.save()
        qtbot.waitUntil(path.exists)
    assert (tmp_path / "t.csv").read_text("utf-8-sig").splitlines()[2] == "Hose,3,'=19"
    assert (tmp_path / "t.md").read_text("utf-8").startswith("| Item | Count | Price |\n| --- |")
    engine.pieces = (json.dumps({"rows": [["Item"], ["Made up"]]}),)
    view.read_button.click()
    qtbot.waitUntil(lambda: made_up(view) == {("rows", 1, 0)})
    assert len(engine.asked) == 1


@pytest.mark.model
def test_the_practice_model_answers_by_the_schema(qtbot: Any, open_window: Open) -> None:
    def load(_spec: ModelSpec) -> Engine:
        return compose.load_engine(compose.catalog().models()[0], compose.settings())

    window = open_window(load=load)
    qtbot.waitUntil(lambda: window.host.condition == "ready", timeout=60_000)
    feature = shown(qtbot, window, document())
    schema = {"type": "object", "properties": {"answer": {"enum": ["one", "two"]}}, "required": ["answer"]}
    saved = feature.window.picker._shelf.save(json.dumps({**schema, "additionalProperties": False}), "tiny")
    feature.window.picker.choose(saved.name)
    feature.window.picker.load()
    qtbot.waitUntil(lambda: feature.window.picker.chosen is not None and feature.window.picker.chosen.name == "tiny")
    feature.window.read_button.click()
    qtbot.waitUntil(lambda: feature.reading.values is not None, timeout=120_000)
    assert feature.reading.values["answer"] in ("one", "two")
