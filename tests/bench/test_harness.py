"""The bench's own parts: what it says must be what was measured. No speed is tested here."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Literal

import pytest

from bench import places
from bench.__main__ import main
from bench.child import Run, run
from bench.figures import FIGURES, Figure, Target
from bench.kept import Kept
from bench.readings import Missing, Notebook, Result, Summary, percentile, read, summarise
from bench.report import document, save, table

SPEED = Figure("speed", "x", Target(">=", 5), "some")
STALL = Figure("stall", "ms", Target("<", 16), "some")
ASIDE = Figure("aside", "ms", None, "some")


def test_a_summary_is_the_median_and_the_extremes() -> None:
    assert summarise([5, 1, 4, 2, 3]) == Summary(3, 1, 5, 5)
    assert summarise([4, 1, 3, 2, 5, 6]) == Summary(3.5, 1, 6, 6)


def test_fewer_than_five_values_are_not_a_figure() -> None:
    assert summarise([1, 2, 3, 4]) == Missing("4 of 5 values came")


def test_a_value_that_is_no_number_is_not_a_figure() -> None:
    assert isinstance(summarise([1, 2, 3, 4, math.nan]), Missing)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(i) for i in range(1, 101)]
    assert percentile(values, 99) == 99
    assert percentile(values, 100) == 100
    assert percentile([7.0], 1) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 99)


@pytest.mark.parametrize(
    ("sign", "value", "met"), [(">=", 5, True), (">=", 4.9, False), ("<=", 5, True), ("<", 5, False), ("<", 4.9, True)]
)
def test_a_target_is_met_or_not(sign: Literal[">=", "<=", "<"], value: float, met: bool) -> None:
    assert Target(sign, 5).met(value) is met


def test_a_long_measurement_goes_on_where_it_was_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "WORK", tmp_path)
    kept = Kept("some")
    assert kept.find("rose 2k") is None
    assert [kept.keep("rose 2k", 5.5), kept.keep("rose 8k", 6)] == [5.5, 6]
    (path,) = (tmp_path / "some").iterdir()
    path.write_text(path.read_text("utf-8") + '\n{"lily 2k": 7', "utf-8")
    again = Kept("some")
    assert [again.find(name) for name in ("rose 2k", "rose 8k", "lily 2k")] == [5.5, 6, None]
    again.keep("lily 2k", 8)
    assert Kept("some").find("lily 2k") == 8
    assert Kept("another").find("rose 2k") is None


def test_a_notebook_keeps_what_was_written_before_the_writer_died(tmp_path: Path) -> None:
    path = tmp_path / "notebook"
    notebook = Notebook(path)
    for value in (3, 1, 2, 5, 4):
        notebook.write("speed", value)
    notebook.write("stall", 1)
    results = read(path, ["speed", "stall", "aside"], "ended by signal 6")
    assert results["speed"] == Summary(3, 1, 5, 5)
    assert results["stall"] == Missing("ended by signal 6")
    assert results["aside"] == Missing("ended by signal 6")


def test_a_measurement_says_why_it_gave_up(tmp_path: Path) -> None:
    Notebook(tmp_path / "notebook").give_up("speed", "g++ is\nnot installed")
    assert read(tmp_path / "notebook", ["speed"], "exit code 1")["speed"] == Missing("g++ is not installed")


def test_a_misspelt_figure_is_a_bug(tmp_path: Path) -> None:
    Notebook(tmp_path / "notebook").write("sped", 1)
    with pytest.raises(ValueError, match="sped"):
        read(tmp_path / "notebook", ["speed"])


def test_the_table_shows_pass_miss_and_what_was_not_measured() -> None:
    results: dict[str, Result] = {
        "speed": Summary(150.0, 120.0, 160.0, 5),
        "stall": Summary(16.0, 9.0, 17.0, 5),
        "aside": Missing("no X"),
    }
    lines = table((SPEED, STALL, ASIDE), results).splitlines()
    assert lines[2].split() == ["speed", "150.0", "120.0", "160.0", "x", ">=", "5", "pass"]
    assert lines[3].split() == ["stall", "16.000", "9.000", "17.000", "ms", "<", "16", "MISS"]
    assert lines[4].endswith("NOT MEASURED")
    assert lines[5] == "aside: no X"


def test_the_document_has_the_figures_and_only_measured_ones(tmp_path: Path) -> None:
    results: dict[str, Result] = {
        "speed": Summary(6, 5, 7, 5),
        "stall": Missing("no display"),
        "aside": Summary(1.00004, 1, 2, 5),
    }
    save(tmp_path / "deep" / "last.json", document((SPEED, STALL, ASIDE), results, {"cpu": "some"}))
    said = json.loads((tmp_path / "deep" / "last.json").read_text("utf-8"))
    assert said["figures"] == {
        "speed": {"median": 6, "min": 5, "max": 7, "unit": "x"},
        "aside": {"median": 1.0, "min": 1, "max": 2, "unit": "ms"},
    }
    assert said["machine"] == {"cpu": "some"}
    assert said["targets"] == {"speed": {"target": ">= 5", "met": True, "count": 5}}
    assert said["missing"] == {"stall": "no display"}


def test_every_figure_has_one_name_and_a_measurement() -> None:
    names = [figure.name for figure in FIGURES]
    assert len(set(names)) == len(names)
    folder = Path(__file__).parent / "measure"
    assert all((folder / f"{figure.measurement}.py").is_file() for figure in FIGURES)


def test_an_unknown_figure_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--only", "speed_of_light"])
    assert ended.value.code == 2
    assert "speed_of_light" in capsys.readouterr().err


def test_a_measurement_that_dies_costs_only_its_own_figures() -> None:
    results = run(Run("no_such_measurement", ("speed",), 60, False, 1))
    (result,) = results.values()
    assert isinstance(result, Missing)
    assert "exit code 1" in result.why
    assert "no_such_measurement" in result.why
