"""What an empty conversation shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from fanlight import i18n
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.downloads.download import Download, DownloadState
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.downloads import DownloadRequest
from fanlight.domain.errors import ModelBroken
from fanlight.domain.models import ModelInfo, ModelSpec
from fanlight.settings import Settings
from fanlight.ui import theme
from fanlight.ui.window.welcome import EXAMPLES, TEXT_EXAMPLES, Welcome
from support.fetching import wanted
from support.window_hands import Open, ready
from support.windows import SPEC, picture_file

pytestmark = pytest.mark.gui

TEXT_SPEC = ModelSpec.of_files("words", Path("words.gguf"))
PRACTICE_SPEC = ModelSpec.of_files("practice", Path("p.gguf"), Path("e.gguf"), practice=True)


@pytest.fixture
def host(tmp_path: Path) -> ModelHost:
    """In which no model is opened: a test sets the state."""

    def load(*_unused: object) -> Any:
        raise AssertionError

    return ModelHost(load, SettingsStore(Settings(), tmp_path / "settings.json"))


@pytest.fixture
def welcome(qtbot: Any, tmp_path: Path, host: ModelHost) -> Welcome:
    made = Welcome(picture_file(tmp_path), host)
    qtbot.addWidget(made)
    host.spec, host.condition = SPEC, "ready"
    host.changed.emit()
    made.resize(900, 700)
    made.show()
    return made


def buttons(where: QWidget) -> list[QPushButton]:
    return [button for button in where.findChildren(QPushButton) if button.isVisibleTo(where)]


def test_the_sample_and_its_questions_are_offered(welcome: Welcome, tmp_path: Path) -> None:
    pictures: list[Path] = []
    questions: list[str] = []
    welcome.picture.connect(pictures.append)
    welcome.example.connect(questions.append)
    for button in buttons(welcome):
        button.click()
    assert pictures == [tmp_path / "shapes.png"]
    assert questions == list(EXAMPLES)


def test_without_the_sample_nothing_is_offered(qtbot: Any, tmp_path: Path, host: ModelHost) -> None:
    welcome = Welcome(tmp_path / "missing.png", host)
    qtbot.addWidget(welcome)
    host.spec, host.condition = SPEC, "ready"
    host.changed.emit()
    assert buttons(welcome) == []


def test_a_model_that_reads_only_text_is_offered_no_picture(welcome: Welcome, host: ModelHost) -> None:
    host.spec = TEXT_SPEC
    host.changed.emit()
    asked: list[str] = []
    welcome.text_example.connect(asked.append)
    for button in buttons(welcome):
        button.click()
    assert asked == list(TEXT_EXAMPLES)
    assert "icture" not in welcome.title.text() + welcome.text.text()
    assert "projector" in welcome.note.text()


def test_a_projector_that_the_engine_does_not_use_counts_as_none(welcome: Welcome, host: ModelHost) -> None:
    host.info = ModelInfo("scripted", "scripted", False, 8192, "CPU")
    host.changed.emit()
    assert welcome.title.text() == "Ask a question"


def test_the_practice_model_says_what_it_knows_and_leads_to_a_real_one(welcome: Welcome, host: ModelHost) -> None:
    host.spec = PRACTICE_SPEC
    host.changed.emit()
    assert welcome.title.text() == "Drop a picture or a document and ask about it"
    assert "shapes" in welcome.note.text()
    opened: list[bool] = []
    welcome.open_model.connect(lambda: opened.append(True))
    welcome.open_button.click()
    assert opened


def test_no_model_is_said_with_what_to_do(welcome: Welcome, host: ModelHost) -> None:
    host.spec, host.condition = None, "none"
    host.changed.emit()
    assert welcome.title.text() == "Open a model to begin"
    assert [button.text() for button in buttons(welcome)] == ["Get a Model…"]


def test_a_model_that_loads_at_once_is_not_announced_and_a_slow_one_is(
    qtbot: Any, welcome: Welcome, host: ModelHost
) -> None:
    host.condition = "loading"
    host.changed.emit()
    assert welcome.title.text() == "Drop a picture or a document and ask about it"
    assert not welcome.loading.isVisible()
    qtbot.waitUntil(welcome.loading.isVisible)
    assert "being loaded" in welcome.loading.text()
    host.condition = "ready"
    host.changed.emit()
    assert not welcome.loading.isVisible()


def test_a_failed_model_is_tried_again_from_there(qtbot: Any, open_window: Open) -> None:
    loads: list[ModelSpec] = []

    def load(spec: ModelSpec) -> Any:
        loads.append(spec)
        raise ModelBroken("This is no GGUF file.")

    window = open_window(load=load)
    qtbot.waitUntil(lambda: window.host.condition == "failed")
    assert window.welcome.title.text() == "The model could not be loaded"
    window.welcome.again_button.click()
    qtbot.waitUntil(lambda: len(loads) == 2 and window.host.condition == "failed")


def test_the_composer_asks_for_pictures_only_where_they_are_read(qtbot: Any, open_window: Open) -> None:
    from fanlight.engine.scripted import ScriptedEngine

    engines = iter([ScriptedEngine(["x"]), ScriptedEngine(["x"], supports_images=False)])
    window = open_window(load=lambda _spec: next(engines))
    ready(qtbot, window)
    assert "picture" in window.composer.input.accessibleName() + window.composer.input.placeholderText()
    window.host.reload()
    ready(qtbot, window)
    assert window.composer.input.placeholderText() == "Ask anything, or drop a document here"
    window.welcome.text_example.emit("What is a fjord?")
    assert window.composer.text == "What is a fjord?"
    assert not window.composer.chips.chips


def test_that_it_works_offline_is_said_once(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ready(qtbot, window)
    texts = [words.text() for words in (window.sidebar.offline, window.welcome.title, window.welcome.text)]
    assert sum("offline" in text for text in texts) == 1
    assert not any("connection" in text for text in texts)


@pytest.mark.parametrize(("text_size", "narrow"), [(100, 480), (200, 560)])
def test_the_questions_stand_below_the_picture_where_there_is_no_room_beside_it(
    qtbot: Any, tmp_path: Path, dressed: QApplication, host: ModelHost, text_size: int, narrow: int
) -> None:
    theme.apply(dressed, theme.LIGHT, text_size)
    welcome = Welcome(picture_file(tmp_path), host)
    qtbot.addWidget(welcome)
    host.spec, host.condition = SPEC, "ready"
    host.changed.emit()
    welcome.show()
    picture, first = buttons(welcome)[:2]
    for width, beside in ((1_000, True), (narrow, False), (1_000, True)):
        welcome.resize(width, 900)
        qtbot.waitUntil(
            lambda beside=beside: (
                (first.y() < picture.geometry().bottom()) == beside
                and welcome.horizontalScrollBar().maximum() == 0  # nothing sticks out
            )
        )


def test_the_questions_are_shown_translated_and_named_as_in_the_source(
    qtbot: Any, tmp_path: Path, host: ModelHost, catalogs: Path
) -> None:
    i18n.use("de", catalogs)
    welcome = Welcome(picture_file(tmp_path), host)
    qtbot.addWidget(welcome)
    questions: list[str] = []
    welcome.example.connect(questions.append)
    by_text = {button.text(): button for button in welcome.findChildren(QPushButton)}
    by_text["Welche Farbe hat der Stern?"].click()
    assert questions == ["What color is the star?"]


def test_while_a_model_is_fetched_it_does_not_say_that_it_is_offline(open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    downloads = window.core.downloads
    file = wanted(b"0123456789", "https://hub.example/x")
    downloads.running = Download(DownloadRequest("one", "One", (file,), tmp_path), DownloadState.RUNNING)
    downloads.active_changed.emit()
    assert window.sidebar.offline.text() == "Fetching a model"
    downloads.running = None
    downloads.active_changed.emit()
    assert window.sidebar.offline.text() == "Works offline"
