"""Getting a model: what is offered, what a click does, and what the line says while it is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.catalog.catalog import Catalog
from fanlight.catalog.catalog_file import FILE, load_known_models
from fanlight.catalog.computer import Computer
from fanlight.catalog.download_requests import download_request
from fanlight.catalog.fetched import add_fetched
from fanlight.catalog.known_models import KnownModel
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.downloads.fetched_parts import FetchedParts
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import (
    DownloadChecking,
    DownloadDone,
    DownloadFailed,
    DownloadProgress,
    DownloadRequest,
    DownloadSwitched,
    DownloadWaiting,
    FailureReason,
)
from fanlight.domain.errors import FanlightError, InputError
from fanlight.domain.models import ModelSpec
from fanlight.settings import Settings
from fanlight.ui.models.fetch_panel import FetchPanel
from support.fake_fetching import FakeProcess
from support.fetching import offer_rose
from support.hub_server import HubServer
from support.window_hands import Open

pytestmark = pytest.mark.gui

SHIPPED = Path(__file__).parents[3] / "models"


@pytest.fixture
def worker() -> Iterator[FileWorker]:
    FakeProcess.made.clear()
    worker = FileWorker()
    yield worker
    worker.close()
    worker.join(5)
    worker.drain()


@pytest.fixture
def downloads(worker: FileWorker, tmp_path: Path) -> Downloads:
    return Downloads(
        tmp_path / "downloads.json", None, lambda request: ModelSpec.of_files(request.id, request.paths[0]),
        lambda _request: None, worker, make_process=FakeProcess,
    )  # fmt: skip


Make = Callable[..., FetchPanel]


@pytest.fixture
def make(qtbot: Any, downloads: Downloads, worker: FileWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A panel on a computer with 8 GB, on which these models are; its offers have been read."""
    monkeypatch.delenv("HF_ENDPOINT", raising=False)

    def made(*installed: ModelSpec, request_of: Callable[[KnownModel], DownloadRequest] | None = None) -> FetchPanel:
        offers = ModelOffers(
            lambda: load_known_models(SHIPPED, tmp_path), lambda: installed,
            request_of or (lambda model: download_request(model, tmp_path)), downloads, worker,
            lambda: Computer(8 * 10**9),
        )  # fmt: skip
        parts = FetchedParts(offers, SettingsStore(Settings(), tmp_path / "settings.json"))
        panel = FetchPanel(downloads, offers, parts)
        qtbot.addWidget(panel)
        panel.show()
        with qtbot.waitSignal(offers.changed):
            offers.refresh()
        return panel

    return made


def offered(panel: FetchPanel) -> list[str]:
    return [row.model.id for row in panel.offer_rows]


def test_three_models_that_fit_are_offered_the_recommended_one_first(make: Make) -> None:
    panel = make()
    assert len(panel.offer_rows) == 3
    first = panel.offer_rows[0]
    assert first.model.id == "qwen3-vl-4b"
    assert "3.3 GB from huggingface.co" in first.button.accessibleName()
    assert first.button.property("kind") == "primary"
    assert "Answers in about 40 s here." in first.words.text()
    assert "estimated" in panel.estimate.text()
    assert FakeProcess.made == []  # nothing is connected before a click


def test_what_is_here_is_not_offered(make: Make) -> None:
    here = ModelSpec.of_files("mine", Path("/x/Qwen3VL-4B-Instruct-Q4_K_M.gguf"))
    assert "qwen3-vl-4b" not in offered(make(here))


def test_only_the_best_one_is_recommended(make: Make, qtbot: Any) -> None:
    """While it is fetched, or when it is here, no other one takes its place."""
    here = ModelSpec.of_files("mine", Path("/x/Qwen3VL-4B-Instruct-Q4_K_M.gguf"))
    without = make(here)
    assert not [row for row in without.offer_rows if row.button.property("kind") == "primary"]
    panel = make()
    assert [row.button.property("kind") for row in panel.offer_rows] == ["primary", "", ""]
    panel.offer_rows[0].button.click()
    qtbot.waitUntil(lambda: "qwen3-vl-4b" not in offered(panel))
    assert panel.offer_rows
    assert not [row for row in panel.offer_rows if row.button.property("kind") == "primary"]


def test_one_click_fetches_and_one_more_uses_it(make: Make, qtbot: Any) -> None:
    panel = make()
    used: list[ModelSpec] = []
    panel.use_requested.connect(used.append)
    panel.offer_rows[0].button.click()
    (row,) = panel.download_rows
    (process,) = FakeProcess.made
    qtbot.waitUntil(lambda: "qwen3-vl-4b" not in offered(panel))
    process.event_arrived.emit(DownloadProgress("cdn.example", "a.gguf", 10**9, 4 * 10**9, 12e6, 250.0))
    assert row.state.text() == "25% of 4.0 GB – Connected to cdn.example, 12 MB/s, 4 min left"
    assert row.bar.value() == row.bar.maximum() // 4
    process.ended.emit(DownloadDone(()))
    qtbot.waitUntil(lambda: not row.use_button.isHidden())
    row.use_button.click()
    assert [spec.name for spec in used] == ["qwen3-vl-4b"]
    assert panel.download_rows == []


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        (DownloadProgress("h.example", "f", 5, None, 2e6, None), "Connected to h.example, 2.0 MB/s"),
        (DownloadChecking("f.gguf", 1, 2), "Checking what is here of f.gguf…"),
        (DownloadWaiting("h.example", 3.0, "It is slow."), "It is slow. It is tried again."),
        (DownloadSwitched("m.example", "It is gone."), "It is gone. It goes on from m.example."),
    ],
)
def test_the_line_says_what_happens(make: Make, event: object, shown: str) -> None:
    panel = make()
    panel.offer_rows[0].button.click()
    FakeProcess.made[0].event_arrived.emit(event)
    assert panel.download_rows[0].state.text() == shown


def test_a_pause_keeps_what_is_here_and_a_cancel_does_not(make: Make, qtbot: Any) -> None:
    panel = make()
    panel.offer_rows[0].button.click()
    (row,) = panel.download_rows
    row.pause_button.click()
    assert row.state.text().startswith("Paused at")
    assert row.pause_button.isHidden()
    row.resume_button.click()
    assert len(FakeProcess.made) == 2
    row.cancel_button.click()
    assert panel.download_rows == []
    qtbot.waitUntil(lambda: "qwen3-vl-4b" in offered(panel))


def test_a_failure_says_what_to_do_and_can_be_tried_again(make: Make) -> None:
    panel = make()
    panel.offer_rows[0].button.click()
    (row,) = panel.download_rows
    FakeProcess.made[0].ended.emit(DownloadFailed(FailureReason.DISK_FULL, "The disk is full.", "Free some space."))
    assert row.state.text() == "The disk is full. Free some space."
    assert not row.resume_button.isHidden()


def test_downloads_of_before_are_there_when_the_window_is_built_anew(make: Make, downloads: Downloads) -> None:
    first = make()
    first.offer_rows[0].button.click()
    second = make()
    assert [row.download for row in second.download_rows] == list(downloads.all)


def test_wrong_settings_of_the_network_are_said(make: Make, downloads: Downloads) -> None:
    def refuse(_model: KnownModel) -> DownloadRequest:
        raise InputError("HF_ENDPOINT is no address.")

    panel = make(request_of=refuse)
    assert panel.offer_rows == []
    problems: list[FanlightError] = []
    panel._offers.problem.connect(problems.append)
    panel._offers.get(load_known_models(SHIPPED, SHIPPED).models[0])
    assert problems
    assert downloads.all == ()


def test_in_the_models_window_three_clicks_lead_to_a_model_that_answers(
    qtbot: Any, open_window: Open, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Models…, Get, Use It; nothing is typed."""
    hub = HubServer()
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    try:
        offer_rose(hub, home, tmp_path)
        entry = (home / FILE).read_text("utf-8")
        (home / FILE).write_text(entry.replace('good_at = "Roses."', 'good_at = "Roses."\ntier_gb = 1'), "utf-8")
        catalog = Catalog(SHIPPED, home)
        window = open_window(
            models=tuple(catalog.models()), catalog=lambda: catalog,
            known_models=lambda: load_known_models(tmp_path, home),
            download_request=lambda model: download_request(model, home),
            add_fetched=lambda request: add_fetched(catalog, request),
        )  # fmt: skip
        qtbot.mouseClick(window.welcome.open_button, Qt.MouseButton.LeftButton)
        panel = window.features.models.fetching
        qtbot.waitUntil(lambda: len(panel.offer_rows) == 1 and panel.offer_rows[0].button.isVisible())
        qtbot.mouseClick(panel.offer_rows[0].button, Qt.MouseButton.LeftButton)
        (row,) = panel.download_rows
        qtbot.waitUntil(row.use_button.isVisible)
        qtbot.mouseClick(row.use_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.host.spec is not None and window.host.spec.name == "rose-3b")
    finally:
        hub.stop()
