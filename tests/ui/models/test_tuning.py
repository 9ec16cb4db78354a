"""A model is tuned in the Models window: progress, cancel, and what was found, in words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.domain.errors import ModelDied
from fanlight.domain.models import ModelSpec
from fanlight.domain.stop import StopFlag
from fanlight.domain.tuning import MeasuredSpeed, Tuning, TuningProgress, TuningResult
from fanlight.settings import Settings
from fanlight.ui.models.feature import ModelsFeature
from support.model_shelves import MemoryCatalog
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, ready

pytestmark = pytest.mark.gui

SPECS = tuple(ModelSpec.of_files(name, Path(f"{name}.gguf"), Path("eyes.gguf")) for name in ("good", "poor"))


class Bench:
    """Measures as far as it may: `goes_on` lets it come to its end, `fails` ends it with an error."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.fails = False
        self.measured: list[str] = []

    def tune(self, spec: ModelSpec, _settings: Settings, stop: StopFlag) -> Iterator[TuningProgress | TuningResult]:
        self.measured.append(spec.name)
        yield TuningProgress(0.25)
        while not self.goes_on.wait(0.01):
            if stop.is_set():
                return
        if self.fails:
            raise ModelDied("The model's process has ended.")
        yield TuningResult(Tuning(writing_threads=3), "X", MeasuredSpeed(100, 10), MeasuredSpeed(100, 20))


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.goes_on.set()


@pytest.fixture
def window(qtbot: Any, open_window: Open, bench: Bench) -> WholeWindow:
    catalog = MemoryCatalog(SPECS)
    opened = open_window(models=SPECS, catalog=lambda: catalog, tune=bench.tune)
    ready(qtbot, opened)
    return opened


@pytest.fixture
def models(qtbot: Any, window: WholeWindow) -> ModelsFeature:
    feature = window.features.models
    feature.open()
    qtbot.waitUntil(lambda: feature.window.isVisible() and len(feature.window.table.lines) >= 2)
    return feature


def start(qtbot: Any, models: ModelsFeature) -> None:
    models.window.table.choose_line(0)
    qtbot.mouseClick(models.window.buttons.tune_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: models.tuning_line.isVisible() and models.tuning_line.bar.value() == 250)


def test_a_model_is_tuned_and_loaded_again(
    qtbot: Any, window: WholeWindow, models: ModelsFeature, bench: Bench
) -> None:
    host = window.host
    start(qtbot, models)
    assert "good" in models.tuning_line.text.text()
    qtbot.waitUntil(lambda: host.condition == "freed")
    bench.goes_on.set()
    line = models.tuning_line
    qtbot.waitUntil(lambda: "3 threads write" in line.text.text() and host.condition == "ready")
    assert not line.bar.isVisible()
    qtbot.mouseClick(line.button, Qt.MouseButton.LeftButton)
    assert not line.isVisible()
    assert bench.measured == ["good"]


def test_the_keyboard_is_on_what_ends_it(qtbot: Any, models: ModelsFeature) -> None:
    models.window.buttons.tune_button.setFocus()
    start(qtbot, models)
    assert models.window.focusWidget() is models.tuning_line.button


def test_what_has_nothing_to_show_takes_no_room(models: ModelsFeature) -> None:
    top = models.window.shown.mapTo(models.window, models.window.shown.rect().topLeft())
    layout = models.window.layout()
    assert layout is not None
    assert models.fetching.is_empty
    assert top.y() == layout.contentsMargins().top()


def test_it_can_be_canceled(qtbot: Any, window: WholeWindow, models: ModelsFeature) -> None:
    start(qtbot, models)
    qtbot.mouseClick(models.tuning_line.button, Qt.MouseButton.LeftButton)
    line, host = models.tuning_line, window.host
    qtbot.waitUntil(lambda: "not measured to the end" in line.text.text() and host.condition == "ready")


def test_a_question_goes_before_it(qtbot: Any, window: WholeWindow, models: ModelsFeature) -> None:
    start(qtbot, models)
    ask(qtbot, window, "What is it?")
    answered(qtbot, window)
    assert "needed for a question" in models.tuning_line.text.text()


def test_a_failure_is_a_sentence(qtbot: Any, models: ModelsFeature, bench: Bench) -> None:
    bench.fails = True
    start(qtbot, models)
    bench.goes_on.set()
    qtbot.waitUntil(lambda: models.window.errors.isVisible() and not models.tuning_line.isVisible())
