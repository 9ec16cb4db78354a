"""The model in the window: loading, failing, choosing, opening another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from fanlight.domain.errors import ModelBroken, ModelMissing
from fanlight.domain.models import ModelSpec
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui import theme
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, idle, ready, texts
from support.windows import SPEC, parts

pytestmark = pytest.mark.gui


def test_typing_and_sending_work_while_the_model_loads(qtbot: Any, open_window: Open) -> None:
    window = open_window(load_seconds=0.6)
    assert window.model_menu.bar.isVisible()
    ask(qtbot, window, "Early?")
    assert texts(window) == ["Early?", ""]
    assert window.host.condition == "loading"
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1] == "An answer.")
    assert not window.model_menu.bar.isVisible()


def test_a_model_that_can_not_be_loaded_is_said_with_a_hint_and_another_can_be_chosen(
    qtbot: Any, open_window: Open
) -> None:
    good = ModelSpec.of_files("good", Path("good.gguf"))

    def load(spec: ModelSpec) -> ScriptedEngine:
        if spec is not good:
            raise ModelBroken("This is no GGUF file.")
        return ScriptedEngine(["Fine."], supports_images=False)

    window = open_window(load=load, models=(SPEC, good))
    qtbot.waitUntil(lambda: window.errors.isVisible())
    assert window.errors.lines == (f"This is no GGUF file. {ModelBroken.hint}",)
    assert "could not be loaded" in window.model_menu.button.accessibleName()
    window.model_menu.menu.aboutToShow.emit()
    [action] = [action for action in window.model_menu.menu.actions() if action.text() == "good"]
    action.trigger()
    ready(qtbot, window)
    ask(qtbot, window, "OK?")
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1] == "Fine.")
    assert window.settings_store.now.model == "good"


def test_a_practice_model_says_so_and_how_to_open_a_real_one(qtbot: Any, open_window: Open) -> None:
    window = open_window(models=(ModelSpec.of_files("practice", Path("p.gguf"), Path("e.gguf"), practice=True),))
    ready(qtbot, window)
    assert window.model_menu.button.text().startswith("Practice model – get a real one")
    window.model_menu.menu.aboutToShow.emit()
    assert [action.text().partition("\t")[0] for action in window.model_menu.menu.actions()[:2]] == [
        "Get and Manage Models…", "Open Model…",
    ]  # fmt: skip


def test_a_model_file_is_added_and_opened_and_a_bad_one_said(
    qtbot: Any, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(path: Path) -> ModelSpec:
        if path.stem == "bad":
            raise ModelBroken("bad.gguf is cut off.")
        return ModelSpec.of_files(path.stem, path)

    window = open_window(add_model=add)
    ready(qtbot, window)
    chosen = iter(["/models/bad.gguf", "/models/mine.gguf"])
    monkeypatch.setattr("fanlight.ui.models.file_dialog.QFileDialog.getOpenFileName", lambda *_: (next(chosen), ""))
    window.model_menu.open_file.emit()
    qtbot.waitUntil(lambda: window.errors.isVisible())
    assert "bad.gguf is cut off." in window.errors.lines[0]
    window.model_menu.open_file.emit()
    qtbot.waitUntil(lambda: window.host.spec is not None and window.host.spec.name == "mine")


def test_without_any_model_a_question_says_what_to_do(qtbot: Any, home: Path) -> None:
    def find(name: str) -> ModelSpec:
        raise ModelMissing(f"There is no model called “{name}”.")

    window = WholeWindow(replace(parts(home), find_model=find, models=lambda: ()))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.errors.isVisible())
    ask(qtbot, window, "Anyone?")
    answered(qtbot, window)
    last = window.transcript.entries()[-1]
    assert last.state == "failed"
    assert last.error == "No model is open. Choose one at the top of the window."
    window.close()


def test_settings_that_wait_for_a_reload_are_offered_one(qtbot: Any, open_window: Open) -> None:
    loads: list[ModelSpec] = []

    def load(spec: ModelSpec) -> ScriptedEngine:
        loads.append(spec)
        return ScriptedEngine(["Fine."])

    window = open_window(load=load)
    ready(qtbot, window)
    window.settings_store.choose(threads=3)
    assert window.offers.isVisible()
    assert window.offers.lines == ("The new settings take effect when the model is loaded again.",)
    window.settings_store.choose(threads=0)
    assert not window.offers.isVisible()
    window.settings_store.choose(gpu_layers=0)
    assert window.offers.button.text() == "Load Again"
    window.offers.button.click()
    assert window.host.condition == "loading"
    ready(qtbot, window)
    assert not window.offers.isVisible()
    assert len(loads) == 2


@pytest.mark.parametrize("text_size", [100, 200])
def test_the_name_and_the_state_of_a_model_are_shortened_and_never_cut(
    qtbot: Any, dressed: QApplication, open_window: Open, text_size: int
) -> None:
    theme.apply(dressed, theme.LIGHT, text_size)
    named = ModelSpec.of_files("a model with quite a long name", Path("b.gguf"))
    window = open_window(ScriptedEngine(["A"], supports_images=False), models=(named,))
    ready(qtbot, window)
    menu = window.model_menu
    seen = set()
    for width in (420, 520, 640, 900, 1600):
        window.resize(width, 500)
        qtbot.waitUntil(lambda width=width: window.header.width() <= width)
        for shown in (menu.button, menu.state):
            if shown.isVisible():
                assert shown.fontMetrics().horizontalAdvance(shown.text()) <= shown.width()
                assert shown.geometry().right() <= menu.width()
        assert not menu.state.isVisible() or menu.state.text() == "text only"
        assert "text only" in menu.button.accessibleName()
        seen.add(menu.button.text())
    assert menu.button.text() == "a model with quite a long name  ▾"
    assert menu.state.isVisible()
    assert len(seen) > 1
