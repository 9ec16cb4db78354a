"""Searching the hub in the Models window: what is sent and when, what is shown, what a click gets."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from fanlight.core.downloads.hub_search import HubSearch
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.domain.downloads import DownloadFailed, FailureReason
from fanlight.domain.hub import HubAnswer, HubFile, HubHit, HubRepository
from fanlight.ui.models.window import HUB, ModelsWindow
from support.fake_fetching import FakeProcess
from support.model_shelves import DrawnShelf
from support.whole_window import WholeWindow
from support.window_hands import Open, ready

pytestmark = pytest.mark.gui

SHA, COMMIT = "0" * 64, "0123456789abcdef0123456789abcdef01234567"
HITS = (HubHit("maker/Rose-GGUF", 12345, 7, "2026-11-02"), HubHit("maker/Lily-GGUF", 1, is_gated=True))
ROSE = HubRepository(
    "maker/Rose-GGUF", COMMIT, "apache-2.0", False,
    (
        HubFile("Rose-Q8_0.gguf", 4_300_000_000_000, SHA), HubFile("Rose-Q4_K_M.gguf", 1_500_000, SHA),
        HubFile("mmproj-Rose-f16.gguf", 500_000, SHA), HubFile("README.md", 10),
    ),
)  # fmt: skip


class FakeLookup(QObject):
    """Of HubLookup: `asked`, what would have been sent."""

    answered = Signal(object)
    failed = Signal(object)
    busy_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []
        self.busy = False

    def search(self, words: str, endpoint: str) -> None:
        self._ask(words, endpoint)

    def look_at(self, repository: str, endpoint: str) -> None:
        self._ask(repository, endpoint)

    def stop(self) -> None:
        self.end(None)

    def end(self, answer: HubAnswer | DownloadFailed | None) -> None:
        if self.busy:
            self.busy = False
            self.busy_changed.emit()
        if isinstance(answer, HubAnswer):
            self.answered.emit(answer)
        elif answer is not None:
            self.failed.emit(answer)

    def _ask(self, text: str, endpoint: str) -> None:
        self.asked.append((text, endpoint))
        self.busy = True
        self.busy_changed.emit()


@pytest.fixture
def lookup() -> FakeLookup:
    return FakeLookup()


@pytest.fixture
def view(qtbot: Any, open_window: Open, lookup: FakeLookup, tmp_path: Any, monkeypatch: Any) -> ModelsWindow:
    from fanlight.catalog.download_requests import download_request

    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    shelf = DrawnShelf(tmp_path)
    FakeProcess.made.clear()
    window: WholeWindow = open_window(
        models=tuple(shelf.catalog().models()), catalog=shelf.catalog,
        download_request=lambda model: download_request(model, tmp_path),
    )  # fmt: skip
    window.core.hub_search = HubSearch(lookup, lambda: "https://hub.example", window.core)  # type: ignore[arg-type]
    window.core.downloads._make_process = FakeProcess
    ready(qtbot, window)
    window.models_requested.emit()
    view = window.features.models.window
    qtbot.waitUntil(
        lambda: view.isVisible() and not view._models.is_looking and view._model_offers.computer.memory_bytes > 0
    )
    return view


def to_hub(view: ModelsWindow) -> Any:
    view.shown.setCurrentIndex(view.shown.findData(HUB))
    return view.hub


def names(page: Any) -> list[str]:
    return [page.tree.topLevelItem(place).text(0) for place in range(page.tree.topLevelItemCount())]


def test_typing_sends_nothing_and_enter_does(qtbot: Any, view: ModelsWindow, lookup: FakeLookup) -> None:
    page = to_hub(view)
    assert page.field.isVisible()
    assert not view.filter.isVisible()
    assert "hub.example" in page.empty.text()
    qtbot.keyClicks(page.field, "rose")
    assert lookup.asked == []
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert lookup.asked == [("rose", "https://hub.example")]
    assert page.note.text() == "Connected to hub.example…"
    lookup.end(HubAnswer(HITS))
    assert names(page) == ["maker/Rose-GGUF", "maker/Lily-GGUF"]
    assert page.tree.topLevelItem(0).text(2) == "12,345 downloads, changed 2026-11-02"
    assert "terms must be accepted" in page.tree.topLevelItem(1).text(2)
    assert "Connected" not in page.note.text()


def test_a_model_of_a_repository_is_got_with_its_projector(qtbot: Any, view: ModelsWindow, lookup: FakeLookup) -> None:
    page = to_hub(view)
    page.field.setText("rose")
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    lookup.end(HubAnswer(HITS))
    qtbot.keyClick(page.tree, Qt.Key.Key_Return)
    assert lookup.asked[-1][0] == "maker/Rose-GGUF"
    lookup.end(HubAnswer(repository=ROSE))
    assert names(page) == ["Rose-Q4_K_M", "Rose-Q8_0"]
    items = [page.tree.topLevelItem(place) for place in range(2)]
    assert [items[0].text(1), items[0].text(2)] == ["2.0 MB", "fits; answers in about 1 s here"]
    assert items[1].text(2).startswith("too large")
    assert "mmproj-Rose-f16.gguf (0.5 MB)" in page.details.text()
    assert "Takes text and pictures. License: apache-2.0" in page.details.text()
    qtbot.mouseClick(page.get_button, Qt.MouseButton.LeftButton)
    (process,) = FakeProcess.made
    assert process.order is not None
    assert [file.name for file in process.order.request.files] == ["Rose-Q4_K_M.gguf", "mmproj-Rose-f16.gguf"]
    assert page.tree.topLevelItem(0).text(2) == "being fetched"
    assert not page.get_button.isEnabled()
    qtbot.mouseClick(page.back_button, Qt.MouseButton.LeftButton)
    assert names(page) == ["maker/Rose-GGUF", "maker/Lily-GGUF"]


def test_escape_ends_the_question_then_goes_back_then_closes(
    qtbot: Any, view: ModelsWindow, lookup: FakeLookup
) -> None:
    page = to_hub(view)
    page.field.setText("rose")
    page._ask()
    assert page.button.text() == "Stop"
    view._leave()
    assert not lookup.busy
    page._ask()
    lookup.end(HubAnswer(HITS))
    page._open()
    lookup.end(HubAnswer(repository=ROSE))
    view._leave()
    assert len(names(page)) == 2
    view._leave()
    assert page.field.text() == ""
    assert view.isVisible()
    view._leave()
    assert not view.isVisible()


def test_closing_the_window_ends_the_question(view: ModelsWindow, lookup: FakeLookup) -> None:
    page = to_hub(view)
    page.field.setText("rose")
    page._ask()
    view.close()
    assert not lookup.busy


def test_a_refusal_is_said_in_the_window(view: ModelsWindow, lookup: FakeLookup) -> None:
    page = to_hub(view)
    page.field.setText("rose")
    page._ask()
    lookup.end(DownloadFailed(FailureReason.SERVER, "hub.example is busy.", "Try again."))
    assert view.errors.lines == ("hub.example is busy. Try again.",)


def test_what_the_filter_does_not_find_is_taken_to_the_hub(qtbot: Any, view: ModelsWindow, lookup: FakeLookup) -> None:
    view.filter.setText("rose")
    view.open_hub()
    assert view.hub.field.text() == "rose"
    assert lookup.asked == []
    lookup.end(HubAnswer())
    assert view.hub.empty.text().startswith("Nothing was found")


def test_what_is_here_is_not_got_again(view: ModelsWindow) -> None:
    offers: ModelOffers = view._model_offers
    from fanlight.catalog.hub_models import models_in

    (model, *_others) = models_in(HubRepository("x/y", COMMIT, files=(HubFile("Tulip-7B-Q4_K_M.gguf", 5, SHA),)))
    assert not offers.is_here(model)
