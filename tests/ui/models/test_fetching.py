"""A model is chosen, fetched, and opened with three clicks; what is fetched is said where one looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from fanlight.catalog.known_models import KnownFile, KnownModel, KnownModels
from fanlight.core.downloads.download import DownloadState
from fanlight.domain.downloads import (
    DownloadDone,
    DownloadFailed,
    DownloadFile,
    DownloadRequest,
    FailureReason,
    FileRole,
)
from fanlight.domain.errors import InputError
from fanlight.domain.models import ModelSpec
from fanlight.ui.models.token_dialog import TokenDialog
from fanlight.ui.models.window import ModelsWindow
from support.fake_fetching import FakeProcess
from support.gguf_drafts import text_model
from support.model_shelves import DrawnShelf
from support.whole_window import WholeWindow
from support.window_hands import Open, ready

pytestmark = pytest.mark.gui

LEFT = Qt.MouseButton.LeftButton


def known(name: str, gigabytes: int, *, recommended: bool = False) -> KnownModel:
    file = KnownFile(FileRole.MODEL, f"maker/{name}", "main", f"{name}.gguf", "0" * 64, 3_300_000_000)
    return KnownModel(
        name, name.title(), "Apache-2.0", (file,), good_at="Reads screens.", tier_gb=gigabytes, inputs=("pictures",),
        recommended=recommended,
    )  # fmt: skip


VOICE = KnownModel(
    "voice-rose", "Rose (de-DE)", "CC0-1.0",
    (KnownFile(FileRole.OTHER, "maker/voices", "main", "rose.onnx", "0" * 64, 3_300_000_000),), kind="voice",
    good_at="Reads answers aloud.",
)  # fmt: skip
KNOWN = KnownModels(
    (known("tiny", 1), known("rose", 2, recommended=True), known("huge", 9999), known("lily", 2), VOICE)
)


@pytest.fixture
def shelf(tmp_path: Path) -> DrawnShelf:
    return DrawnShelf(tmp_path)


@pytest.fixture
def window(qtbot: Any, open_window: Open, shelf: DrawnShelf) -> WholeWindow:
    def make_request(model: KnownModel) -> DownloadRequest:
        if model.id == "tiny":
            raise InputError("HF_ENDPOINT is no address.", "Remove it.")
        role, name = model.files[0].role, model.files[0].name
        file = DownloadFile(role, name, ("https://hub.example/x",), size_bytes=3_300_000_000)
        return DownloadRequest(model.id, model.name, (file,), shelf.home / "models" / model.id)

    def add_fetched(request: DownloadRequest) -> ModelSpec | None:
        if request.path_of(FileRole.MODEL) is None:
            return None
        return shelf.catalog().add(request.paths[0], name=request.id)

    FakeProcess.made.clear()
    opened = open_window(
        models=tuple(shelf.catalog().models()), catalog=shelf.catalog, known_models=lambda: KNOWN,
        download_request=make_request, add_fetched=add_fetched,
    )  # fmt: skip
    opened.core.downloads._make_process = FakeProcess
    ready(qtbot, opened)
    return opened


@pytest.fixture
def view(qtbot: Any, window: WholeWindow) -> ModelsWindow:
    qtbot.mouseClick(window.welcome.open_button, LEFT)
    view = window.features.models.window
    qtbot.waitUntil(lambda: view.isVisible() and bool(window.features.models.fetching.offer_rows))
    qtbot.waitUntil(lambda: not view._models.is_looking)
    return view


def test_from_the_first_start_to_a_real_model_with_three_clicks(
    qtbot: Any, window: WholeWindow, view: ModelsWindow
) -> None:
    assert not FakeProcess.made  # nothing is connected before a click
    panel = window.features.models.fetching
    assert panel.offer_rows[0].model.id == "rose"
    qtbot.mouseClick(panel.offer_rows[0].button, LEFT)
    [process] = FakeProcess.made
    [row] = panel.download_rows
    assert "hub.example" in window.fetch_line.text.text()
    path = row.download.request.paths[0]
    path.parent.mkdir(parents=True)
    text_model().write(path)
    process.ended.emit(DownloadDone((path,)))
    qtbot.waitUntil(lambda: row.download.state is DownloadState.DONE)
    assert not window.fetch_line.isVisible()
    assert window.offers.lines == ("Rose is here and can be used.",)
    qtbot.mouseClick(row.use_button, LEFT)
    qtbot.waitUntil(lambda: window.settings_store.now.model == "rose")
    qtbot.waitUntil(lambda: "rose" in [row.spec.name for row in window.core.model_list.own])
    ready(qtbot, window)


def test_what_was_fetched_is_used_from_the_window_too(qtbot: Any, window: WholeWindow, view: ModelsWindow) -> None:
    view.shown.setCurrentIndex(3)
    view.table.choose_line(1)
    qtbot.mouseClick(view.use_button, LEFT)
    view.close()
    download = window.core.downloads.all[0]
    download.request.folder.mkdir(parents=True)
    text_model().write(download.request.paths[0])
    FakeProcess.made[0].ended.emit(DownloadDone(download.request.paths))
    qtbot.waitUntil(lambda: window.offers.isVisible())
    qtbot.mouseClick(window.offers.button, LEFT)
    assert window.settings_store.now.model == download.request.id


def test_what_is_said_of_a_model_does_not_lie_on_the_list(qtbot: Any, view: ModelsWindow) -> None:
    """What suits this computer gives way instead."""
    view.details.setText("A sentence that is longer than a line. " * 20)
    for height in (760, 660):
        view.resize(520, height)
        QApplication.processEvents()
        assert view.details.height() >= view.details.heightForWidth(view.details.width())
        assert view.details.y() > view.stack.geometry().bottom()


def test_a_voice_is_fetched_and_used_in_the_same_way(qtbot: Any, window: WholeWindow, view: ModelsWindow) -> None:
    view.shown.setCurrentIndex(view.shown.findData("parts"))
    assert [line.name for line in view.table.lines if isinstance(line, KnownModel)] == ["Rose (de-DE)"]
    assert "3.3 GB to download. License: CC0-1.0" in view.details.text()
    assert not any(button.isEnabled() for button in (view.rename_button, view.remove_button, view.capture_button))
    qtbot.mouseClick(view.use_button, LEFT)
    [row] = window.features.models.fetching.download_rows
    path = row.download.request.paths[0]
    path.parent.mkdir(parents=True)
    with path.open("wb") as made:
        made.truncate(3_300_000_000)
    FakeProcess.made[0].ended.emit(DownloadDone((path,)))
    qtbot.waitUntil(lambda: view.table.topLevelItemCount() == 1)  # it is here now
    assert window.offers.lines == ("Rose (de-DE) is here and can be used.",)
    qtbot.mouseClick(row.use_button, LEFT)
    assert window.settings_store.now.spoken_voice == "piper:rose"
    item = view.table.topLevelItem(0)
    assert item is not None
    assert [item.text(column) for column in range(4)] == ["Rose (de-DE)", "3.3 GB", "in use", "Fanlight"]
    assert view.details.text().endswith(f"It is in {path.parent}.")
    assert not view.use_button.isEnabled()
    window.settings_store.choose(spoken_voice="")
    qtbot.mouseClick(view.use_button, LEFT)
    assert window.settings_store.now.spoken_voice == "piper:rose"


def test_all_that_can_be_fetched_is_listed_with_whether_it_fits(qtbot: Any, view: ModelsWindow) -> None:
    view.shown.setCurrentIndex(3)
    items = [view.table.topLevelItem(place) for place in range(4)]
    lines = {item.text(0): item.text(2) for item in items if item is not None}
    assert set(lines) == {"Tiny", "Rose", "Huge", "Lily"}
    assert lines["Rose"].startswith("fits")
    assert lines["Huge"].startswith("too large")
    view.table.choose_line(3)
    assert (view.use_button.text(), view.remove_button.isEnabled()) == ("Get This Model", False)
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert [process.order.request.id for process in FakeProcess.made if process.order] == ["lily"]
    qtbot.waitUntil(lambda: len(view.table.lines) == 3)


def test_why_it_cannot_begin_is_said(qtbot: Any, view: ModelsWindow) -> None:
    view.shown.setCurrentIndex(3)
    view.table.choose_line(0)
    qtbot.mouseClick(view.use_button, LEFT)
    assert view.errors.lines == ("HF_ENDPOINT is no address. Remove it.",)
    assert not FakeProcess.made


def test_a_model_that_is_for_people_with_a_token_asks_for_it_and_goes_on(
    qtbot: Any, window: WholeWindow, view: ModelsWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, shown = window.core.hub_token, list[str]()

    def enter(dialog: TokenDialog) -> TokenDialog.DialogCode:
        shown.extend(one.text() for one in dialog.findChildren(QLabel))
        assert not dialog.keep_button.isEnabled()
        dialog.field.setText("two words")
        dialog.keep_button.click()
        assert not dialog.wrong.isHidden()
        dialog.field.setText("hf_abc")
        dialog.keep_button.click()
        return TokenDialog.DialogCode(dialog.result())

    monkeypatch.setattr(TokenDialog, "exec", enter)
    monkeypatch.setattr(token._order, "start", lambda _line: token.kept.emit(False))
    panel = window.features.models.fetching
    qtbot.mouseClick(panel.offer_rows[0].button, LEFT)
    [row] = panel.download_rows
    assert row.token_button.isHidden()
    FakeProcess.made[0].ended.emit(DownloadFailed(FailureReason.SIGN_IN, "Only for people who have signed in."))
    assert not row.token_button.isHidden()
    qtbot.mouseClick(row.token_button, LEFT)
    assert "Only for people who have signed in." in shown
    assert row.download.state is DownloadState.RUNNING
    order = FakeProcess.made[1].order
    assert order is not None
    assert order.token == "hf_abc"
    assert "until Fanlight ends" in view.offers.lines[0]
    assert "hf_abc" not in repr(order)
