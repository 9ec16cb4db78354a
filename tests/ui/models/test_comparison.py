"""Models compared in the window: chosen, asked one after the other, stopped, gone on with, saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QTableWidget

from fanlight.domain.models import ModelAddress, ModelSpec
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.models.comparison_window import ComparisonWindow
from support.answering import AnsweringEngine
from support.model_shelves import MemoryCatalog
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, ready

pytestmark = pytest.mark.gui

NAMES = ("good", "poor")
SPECS = tuple(ModelSpec.of_files(name, Path(f"{name}.gguf"), Path("eyes.gguf")) for name in NAMES)
CASES = [{"id": number, "question": "Colour?", "answer": "red"} for number in range(4)]


class Shelf:
    """Two models that answer; `open_now` are those in memory, `most_open` how many there ever were at once."""

    def __init__(self) -> None:
        self.seconds = {"good": 0.0, "poor": 0.0}
        self.engines: list[AnsweringEngine] = []
        self.most_open = 0

    def load(self, spec: ModelSpec, *_more: object) -> ScriptedEngine:
        answer = "It is red." if spec.name == "good" else "green"
        engine = AnsweringEngine(lambda _question: answer, name=spec.name)
        engine.seconds = self.seconds[spec.name]
        self.engines.append(engine)
        self.most_open = max(self.most_open, sum(not one.closed for one in self.engines))
        return engine

    def asked(self, name: str) -> int:
        return sum(len(one.asked) for one in self.engines if one.info.name == name)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def window(qtbot: Any, open_window: Open, shelf: Shelf) -> WholeWindow:
    catalog = MemoryCatalog(SPECS)
    opened = open_window(models=SPECS, catalog=lambda: catalog, load=shelf.load)
    ready(qtbot, opened)
    return opened


@pytest.fixture
def view(qtbot: Any, window: WholeWindow) -> ComparisonWindow:
    window.features.models.open()
    qtbot.mouseClick(window.features.models.window.buttons.compare_button, Qt.MouseButton.LeftButton)
    made = window.features.models.comparison_window
    assert made is not None
    qtbot.waitUntil(lambda: made.isVisible() and made.list.count() == 2)
    return made


def choose(view: ComparisonWindow, monkeypatch: pytest.MonkeyPatch, path: Path, cases: object = CASES) -> None:
    path.write_text(json.dumps(cases), "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    view.choose_button.click()
    for row in range(view.list.count()):
        view.list.item(row).setCheckState(Qt.CheckState.Checked)


def cells(table: QTableWidget, row: int) -> list[str]:
    items = [table.item(row, column) for column in range(table.columnCount())]
    return [item.text() for item in items if item is not None]


def over(view: ComparisonWindow, state: str) -> Callable[[], bool]:
    return lambda: view._comparison.state == state and view.results.scores.rowCount() > 0


def test_the_model_that_is_open_is_checked_and_without_cases_nothing_starts(view: ComparisonWindow) -> None:
    assert [spec.name for spec in view.chosen_models()] == ["good"]
    assert not view.start_button.isEnabled()
    assert not view.save_button.isVisible()


def test_a_model_on_a_server_says_where_the_questions_go(
    qtbot: Any, window: WholeWindow, view: ComparisonWindow
) -> None:
    window.core.model_list.add_server(ModelAddress("http://10.0.0.5:8080", "rose", True))
    qtbot.waitUntil(lambda: view.list.count() == 3)
    assert view.list.item(2).text() == "rose – the questions, with their pictures, are sent to 10.0.0.5:8080"
    assert [spec.name for spec in view.chosen_models()] == ["good"]


def test_two_models_are_compared_and_the_one_before_is_open_again(
    qtbot: Any,
    window: WholeWindow,
    view: ComparisonWindow,
    shelf: Shelf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eight = [dict(case, id=f"{half}{case['id']}") for half in "ab" for case in CASES]  # four would be too few to tell
    choose(view, monkeypatch, tmp_path / "cases.json", eight)
    view.start_button.click()
    qtbot.waitUntil(over(view, "done"))
    assert [cells(view.results.scores, row)[:2] for row in range(2)] == [["good", "100%"], ["poor", "0%"]]
    assert cells(view.results.answers, 0) == ["a0", "Colour?", "red", "right\nIt is red.", "wrong\ngreen"]
    assert "good is right more often than poor" in view.results.said.text()
    assert shelf.most_open == 1
    qtbot.waitUntil(lambda: window.host.condition == "ready")
    assert window.host.spec == SPECS[0]
    ask(qtbot, window, "Hello?")
    answered(qtbot, window, seconds=20)


def test_stopping_keeps_the_answers_and_go_on_asks_the_rest(
    qtbot: Any,
    window: WholeWindow,
    view: ComparisonWindow,
    shelf: Shelf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf.seconds["poor"] = 30.0
    choose(view, monkeypatch, tmp_path / "cases.json")
    view.start_button.click()
    qtbot.waitUntil(lambda: shelf.asked("poor") == 1)
    qtbot.waitUntil(lambda: "good: 4 of 8" in view.status.text())
    assert window.host.condition == "freed"  # no model is open meanwhile, although the worker has something loaded
    view.stop_button.click()
    qtbot.waitUntil(lambda: view._comparison.state == "stopped" and view.start_button.text() == "Go On")
    shelf.seconds["poor"] = 0.0
    before = shelf.asked("good")
    view.start_button.click()
    qtbot.waitUntil(over(view, "done"))
    assert shelf.asked("good") == before
    assert cells(view.results.scores, 0)[1] == "100%"


def test_a_question_in_the_window_goes_first(
    qtbot: Any,
    window: WholeWindow,
    view: ComparisonWindow,
    shelf: Shelf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf.seconds["poor"] = 30.0
    choose(view, monkeypatch, tmp_path / "cases.json")
    view.start_button.click()
    qtbot.waitUntil(lambda: shelf.asked("poor") == 1)
    ask(qtbot, window, "Colour?")
    answered(qtbot, window, seconds=20)
    qtbot.waitUntil(lambda: view._comparison.state == "interrupted")
    assert shelf.most_open == 1
    assert "needed for a question" in view.status.text()
    assert view.start_button.text() == "Go On"


def test_what_is_no_file_of_cases_is_said(
    qtbot: Any, window: WholeWindow, view: ComparisonWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(view, monkeypatch, tmp_path / "cases.json", {"a": 1})
    view.start_button.click()
    qtbot.waitUntil(lambda: bool(view.errors.lines))
    assert "does not hold a list" in view.errors.text.text()
    qtbot.waitUntil(lambda: view._comparison.state == "idle" and window.host.condition == "ready")
    (tmp_path / "cases.json").unlink()
    view.start_button.click()
    qtbot.waitUntil(lambda: "does not exist" in view.errors.text.text())


PAIRS = [
    {"id": number, "attribute": "name", "question": "Colour?", "answer": "red",
     "first": {"value": "Anna"}, "second": {"value": "Ayşe", "question": "Color?"}}
    for number in range(8)
]  # fmt: skip


def test_pairs_are_told_apart_from_cases_and_saved_as_a_page(
    qtbot: Any,
    view: ComparisonWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(view, monkeypatch, tmp_path / "pairs.json", PAIRS)
    view.start_button.click()
    results = view.results
    qtbot.waitUntil(lambda: view._comparison.state == "done" and results.answers.rowCount() == 8)
    assert not results.scores.isVisible()
    assert cells(results.answers, 0) == [
        "0\nname", "Anna\nColour?", "Ayşe\nColor?", "It is red.\nIt is red.", "green\ngreen",
    ]  # fmt: skip
    assert "• The answer that is looked for, name: Anna 100%, Ayşe 100%. No difference" in results.said.text()
    assert "It does not say why a model differs" in results.said.text()
    offered: list[str] = []
    place = tmp_path / "out"

    def choose_place(*said: Any) -> tuple[str, str]:
        offered.append(said[3])
        return str(place), said[3].split(";;")[0]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose_place)
    view.save_button.click()
    qtbot.waitUntil(place.with_name("out.html").exists)
    assert "TSV" not in offered[0].upper()
    assert "Ayşe" in place.with_name("out.html").read_text("utf-8")


def test_the_drawn_pairs_are_a_click_away(qtbot: Any, view: ComparisonWindow, shelf: Shelf) -> None:
    view.drawn_button.click()
    assert "size or place" in view.file.text()
    view.start_button.click()
    qtbot.waitUntil(lambda: view._comparison.state == "done" and view.results.answers.rowCount() > 30)
    assert shelf.asked("good") == 2 * view.results.answers.rowCount()


@pytest.mark.parametrize("kind", ["html", "json", "tsv"])
def test_the_report_is_saved(
    qtbot: Any, view: ComparisonWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    choose(view, monkeypatch, tmp_path / "cases.json")
    view.start_button.click()
    qtbot.waitUntil(over(view, "done"))
    place = tmp_path / f"out.{kind}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(place), ""))
    view.save_button.click()
    qtbot.waitUntil(place.exists)
    qtbot.waitUntil(lambda: f"Saved as out.{kind}" in view.notices.text.text())
    assert "It is red." in place.read_text("utf-8")


def test_another_language_makes_the_window_anew_and_the_comparison_goes_on(
    qtbot: Any, window: WholeWindow, view: ComparisonWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(view, monkeypatch, tmp_path / "cases.json")
    view.start_button.click()
    qtbot.waitUntil(over(view, "done"))
    window.features.rebuild_windows()
    window.features.models.open_comparison()
    again = window.features.models.comparison_window
    assert again is not None
    assert again is not view
    qtbot.waitUntil(lambda: again.results.scores.rowCount() == 2)
    assert again.source == tmp_path / "cases.json"
