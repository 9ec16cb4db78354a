"""Many pictures in the window: asked, corrected, stopped, gone on with after an end, saved, written beside them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from fanlight import compose
from fanlight.core.many_pictures.picture_run import PictureRun
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.engine.scripted import ScriptedEngine
from fanlight.exchange.xmp_side_car import PictureWords, read_words, written_side_car
from fanlight.ui.many_pictures import window as window_module
from fanlight.ui.many_pictures.window import ManyPicturesWindow
from support.answering import AnsweringEngine
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, ready
from support.windows import picture_file

pytestmark = pytest.mark.gui
COLOURS = ("red", "green", "blue", "orange")


def colour(message: Message) -> str:
    """What stands in the middle of the circle."""
    if not message.images:
        return "An answer."
    image = message.images[0]
    at = 3 * (image.width * 55 + 55)
    red, green, blue = image.rgb[at : at + 3]
    if "keywords" in message.text:
        return json.dumps({"keywords": ["circle", f"{red} {green} {blue}"]})
    return f"{red} {green} {blue}"


@pytest.fixture
def engine() -> AnsweringEngine:
    return AnsweringEngine(colour, with_pictures=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    for number, name in enumerate(COLOURS):
        picture_file(made, f"{number}.png", colour=name)
    return made


@pytest.fixture
def opened(qtbot: Any, open_window: Open, engine: AnsweringEngine) -> WholeWindow:
    window = open_window(engine)
    ready(qtbot, window)
    return window


def view_of(window: WholeWindow) -> ManyPicturesWindow:
    window.pictures_requested.emit()
    return window.features.many_pictures.window


def run_of(window: WholeWindow) -> PictureRun:
    return window.features.picture_run


def chosen(qtbot: Any, window: WholeWindow, folder: Path, template: str = "caption") -> ManyPicturesWindow:
    view = view_of(window)
    view.open_folder(folder)
    qtbot.waitUntil(lambda: run_of(window).state == "ready")
    view.templates.setCurrentIndex(view.templates.findData(template))
    view.templates.activated.emit(view.templates.currentIndex())
    return view


def is_done(window: WholeWindow, count: int = 4) -> Callable[[], bool]:
    return lambda: run_of(window).state == "done" and run_of(window).done == count


def cells(view: ManyPicturesWindow, column: int = 1) -> list[str]:
    model = view.table.rows
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.png")}


def test_each_picture_has_its_answer_and_a_broken_one_a_sentence(
    qtbot: Any, opened: WholeWindow, engine: AnsweringEngine, folder: Path
) -> None:
    (folder / "broken.png").write_bytes(b"no picture")
    (folder / ".hidden.png").write_bytes(b"x")
    (folder / "notes.txt").write_text("x", "utf-8")
    view = chosen(qtbot, opened, folder)
    assert view.status.text() == "5 pictures"
    view.start_button.click()
    qtbot.waitUntil(is_done(opened, 5))
    assert cells(view, 0) == ["0.png", "1.png", "2.png", "3.png", "broken.png"]
    assert cells(view)[:4] == ["255 0 0", "0 128 0", "0 0 255", "255 165 0"]
    assert "“broken.png” is" in cells(view)[4]
    assert view.status.text() == "5 of 5 pictures; 1 could not be answered"
    assert {slot.value for slot in engine.slots} == {"command"}  # the window's conversation keeps its place
    assert engine.asked[0][0].text.startswith("Write a caption for this picture in ")
    assert not engine.closed
    (folder / "broken.png").unlink()
    picture_file(folder, "broken.png")
    view.start_button.click()
    qtbot.waitUntil(lambda: cells(view)[4] == "255 0 0")
    assert len(engine.asked) == 5  # those that had an answer were not asked again


def test_corrections_stay_after_an_end_and_so_do_answers(
    qtbot: Any, open_window: Open, engine: AnsweringEngine, folder: Path
) -> None:
    window = open_window(engine)
    ready(qtbot, window)
    view = chosen(qtbot, window, folder)
    engine.seconds = 0.0
    view.start_button.click()
    qtbot.waitUntil(is_done(window))
    model = view.table.rows
    assert model.setData(model.index(1, 1), "A green circle")
    assert not model.setData(model.index(1, 1), "A green circle")
    assert not model.setData(model.index(1, 0), "another name")
    window.close()
    engine.asked.clear()
    again = open_window(engine)
    ready(qtbot, again)
    view = chosen(qtbot, again, folder)
    assert cells(view, 0) == ["0.png", "1.png", "2.png", "3.png"]
    view.start_button.click()
    qtbot.waitUntil(is_done(again))
    assert cells(view) == ["255 0 0", "A green circle", "0 0 255", "255 165 0"]
    assert not engine.asked
    view.table.selectRow(1)
    view.back_button.click()
    assert cells(view)[1] == "0 128 0"


def test_a_picture_that_has_changed_is_asked_about_again(
    qtbot: Any, opened: WholeWindow, engine: AnsweringEngine, folder: Path
) -> None:
    view = chosen(qtbot, opened, folder)
    view.start_button.click()
    qtbot.waitUntil(is_done(opened))
    picture_file(folder, "2.png", size=(170, 120), colour="red")
    view.open_folder(folder)
    qtbot.waitUntil(lambda: run_of(opened).state == "ready")
    view.start_button.click()
    qtbot.waitUntil(is_done(opened))
    assert cells(view)[2] == "255 0 0"
    assert len(engine.asked) == 5


def test_stopping_keeps_the_answers_and_go_on_asks_the_rest(
    qtbot: Any, opened: WholeWindow, engine: AnsweringEngine, folder: Path
) -> None:
    view = chosen(qtbot, opened, folder)
    run = run_of(opened)

    def slow_after_two(message: Message) -> str:
        engine.seconds = 60.0 if len(engine.asked) >= 2 else 0.0
        return colour(message)

    engine._answer = slow_after_two
    view.start_button.click()
    qtbot.waitUntil(lambda: run.done == 2 and len(engine.asked) == 3)
    assert not view.inside.isEnabled()
    view.stop_button.click()
    qtbot.waitUntil(lambda: run.state == "stopped")
    assert view.start_button.text() == "Go On"
    engine._answer = colour
    engine.seconds = 0.0
    view.start_button.click()
    qtbot.waitUntil(is_done(opened))
    assert len(engine.asked) == 5


def test_a_question_in_the_window_comes_first_and_the_run_goes_on(
    qtbot: Any, opened: WholeWindow, engine: AnsweringEngine, folder: Path
) -> None:
    def slow_once(message: Message) -> str:
        engine.seconds = 60.0 if not engine.asked else 0.0
        return colour(message)

    engine._answer = slow_once
    view = chosen(qtbot, opened, folder)
    view.start_button.click()
    qtbot.waitUntil(lambda: len(engine.asked) == 1)
    ask(qtbot, opened, "Hello?")
    answered(qtbot, opened, seconds=20)
    qtbot.waitUntil(is_done(opened), timeout=20_000)
    assert cells(view)[0] == "255 0 0"


def test_a_row_is_asked_again_and_all_of_it_anew(
    qtbot: Any, opened: WholeWindow, engine: AnsweringEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = chosen(qtbot, opened, folder)
    view.start_button.click()
    qtbot.waitUntil(is_done(opened))
    engine._answer = lambda _message: "another answer"
    run_of(opened).edit(3, "corrected")
    view.table.selectRow(3)
    view.again_button.click()
    qtbot.waitUntil(lambda: cells(view)[3] == "another answer" and run_of(opened).state == "done")
    assert engine.samplings[-1].temperature > 0
    assert len(engine.asked) == 5
    monkeypatch.setattr(window_module, "confirmed", lambda *_args: True)
    view.anew_button.click()
    assert cells(view) == [""] * 4
    view.start_button.click()
    qtbot.waitUntil(is_done(opened))
    assert cells(view) == ["another answer"] * 4


def test_keywords_are_a_list_that_can_be_corrected(qtbot: Any, opened: WholeWindow, folder: Path) -> None:
    view = chosen(qtbot, opened, folder, "keywords")
    view.start_button.click()
    qtbot.waitUntil(is_done(opened))
    assert cells(view)[0] == "circle, 255 0 0"
    model = view.table.rows
    model.setData(model.index(0, 1), "disc, red ,, round")
    assert run_of(opened).rows[0].value == {"keywords": ["disc", "red", "round"]}
    view.write_side_cars()
    qtbot.waitUntil((folder / "3.png.xmp").exists)
    assert read_words((folder / "0.png.xmp").read_bytes()).keywords == ("disc", "red", "round")


def test_own_questions_and_schemas_wait_until_they_are_there(
    qtbot: Any, opened: WholeWindow, engine: AnsweringEngine, folder: Path, home: Path
) -> None:
    view = chosen(qtbot, opened, folder, "value")
    assert not view.start_button.isEnabled()
    qtbot.keyClicks(view.question, "What number is it?")
    assert view.start_button.isEnabled()
    qtbot.keyClick(view.question, Qt.Key.Key_Return)
    qtbot.waitUntil(is_done(opened))
    assert engine.asked[-1][0].text == "What number is it?"
    (home / "schemas").mkdir()
    schema = {"title": "Meter", "type": "object", "properties": {"kwh": {"type": "number"}, "ok": {"type": "boolean"}}}
    (home / "schemas" / "meter.json").write_text(json.dumps(schema), "utf-8")
    engine._answer = lambda message: json.dumps({"kwh": 12.5, "ok": True}) if "kwh" in message.text else "no JSON"
    view.picker.load()
    view.picker.choose("meter")
    view.templates.setCurrentIndex(view.templates.findData("schema"))
    view.templates.activated.emit(view.templates.currentIndex())
    qtbot.waitUntil(lambda: view.picker.chosen is not None and view.picker.chosen.name == "meter")
    view.start_button.click()
    qtbot.waitUntil(is_done(opened))
    assert (cells(view, 1)[0], cells(view, 2)[0]) == ("12.5", "Yes")
    assert not view.side_cars_button.isEnabled()  # nothing of it belongs into one
    model = view.table.rows
    assert not model.setData(model.index(0, 1), "much")
    assert "This is no number" in view.notices.text.text()
    engine._answer = lambda _message: "no JSON"
    view.table.selectRow(0)
    view.again_button.click()
    qtbot.waitUntil(lambda: "did not answer by the schema" in cells(view, 1)[0])


def test_the_table_is_saved_and_originals_are_never_touched(
    qtbot: Any, opened: WholeWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digests(folder)
    view = chosen(qtbot, opened, folder)
    assert not view.save_button.isEnabled()
    view.start_button.click()
    qtbot.waitUntil(is_done(opened))
    run_of(opened).edit(0, "=cmd()")
    for name in ("a.csv", "a.json", "a.xlsx"):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, path=path: (str(path), ""))
        view.save()
        qtbot.waitUntil(path.exists)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[:2] == [["Picture", "Answer", "Problem"], ["0.png", "'=cmd()", ""]]
    entries = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert entries[0] == {"picture": "0.png", "answer": "=cmd()", "corrected": True, "model": "255 0 0"}
    (folder / "1.png.xmp").write_bytes(written_side_car(PictureWords("Old", "", ("kept",))))
    (folder / "2.png.xmp").write_bytes(b"no side-car")
    answers = iter(("Leave Them Out", "Add to Them", "Cancel"))

    def press(box: QMessageBox) -> int:
        wanted = next(answers)
        next(button for button in box.buttons() if button.text() == wanted).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    view.write_side_cars()
    qtbot.waitUntil(lambda: "2 side-cars were written. 2 were left" in view.notices.text.text())
    assert read_words((folder / "1.png.xmp").read_bytes()).description == "Old"
    view.write_side_cars()
    qtbot.waitUntil(lambda: "3 side-cars were written. 1 was left" in view.notices.text.text())
    assert "no XMP side-car" in view.errors.text.text()
    assert read_words((folder / "1.png.xmp").read_bytes()) == PictureWords("0 128 0", "", ("kept",))
    assert (folder / "2.png.xmp").read_bytes() == b"no side-car"
    (folder / "0.png.xmp").write_bytes(b"")
    view.write_side_cars()
    qtbot.wait(50)
    assert (folder / "0.png.xmp").read_bytes() == b""
    assert digests(folder) == before


def test_folders_that_cannot_be_used_are_said(qtbot: Any, opened: WholeWindow, tmp_path: Path) -> None:
    view = view_of(opened)
    view.open_folder(tmp_path / "nowhere")
    qtbot.waitUntil(lambda: "is no folder" in view.errors.text.text())
    assert run_of(opened).state == "empty"
    (tmp_path / "empty" / "inside").mkdir(parents=True)
    picture_file(tmp_path / "empty" / "inside", "a.png")
    view.open_folder(tmp_path / "empty")
    qtbot.waitUntil(lambda: view.status.text() == "There are no pictures in this folder.")
    assert not view.start_button.isEnabled()
    view.inside.click()
    qtbot.waitUntil(lambda: view.status.text() == "1 picture")


def test_a_model_without_eyes_is_said(qtbot: Any, open_window: Open, folder: Path) -> None:
    window = open_window(ScriptedEngine(["x"], supports_images=False))
    ready(qtbot, window)
    view = chosen(qtbot, window, folder)
    view.start_button.click()
    qtbot.waitUntil(lambda: "does not support pictures" in view.errors.text.text())
    assert run_of(window).state == "ready"


def test_only_what_is_in_view_is_read_and_thousands_of_rows_are_there_at_once(
    qtbot: Any, opened: WholeWindow, tmp_path: Path
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    whole = picture_file(many, "0000.png").read_bytes()
    for number in range(1, 3000):
        (many / f"{number:04}.png").write_bytes(whole)
    view = view_of(opened)
    view.open_folder(many)
    qtbot.waitUntil(lambda: view.table.rows.rowCount() == 3000, timeout=20_000)
    role = Qt.ItemDataRole.DecorationRole
    model, blank = view.table.rows, view.table.rows.data(view.table.rows.index(2999, 0), role).cacheKey()
    qtbot.waitUntil(lambda: model.data(model.index(0, 0), role).cacheKey() != blank, timeout=20_000)
    view.table.scrollToBottom()
    qtbot.waitUntil(lambda: model.data(model.index(2999, 0), role).cacheKey() != blank, timeout=20_000)
    assert model.data(model.index(1500, 0), role).cacheKey() == blank
    view.table.setCurrentIndex(model.index(2999, 0))
    qtbot.waitUntil(lambda: not view.preview.image.isNull(), timeout=20_000)


@pytest.mark.model
def test_the_practice_model_describes_each(qtbot: Any, open_window: Open, folder: Path) -> None:
    def load(_spec: ModelSpec) -> Engine:
        return compose.load_engine(compose.catalog().models()[0], compose.settings())

    window = open_window(load=load)
    qtbot.waitUntil(lambda: window.host.condition == "ready", timeout=60_000)
    view = chosen(qtbot, window, folder, "value")
    qtbot.keyClicks(view.question, "What colour is the circle?")
    view.start_button.click()
    qtbot.waitUntil(is_done(window), timeout=120_000)
    assert "red" in cells(view)[0].lower()
    assert "blue" in cells(view)[2].lower()
