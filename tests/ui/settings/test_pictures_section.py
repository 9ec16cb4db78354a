"""The folders with pictures in the settings, and the index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import ModelError
from fanlight.domain.picture_finding import IndexProgress
from fanlight.settings import Settings
from fanlight.ui.settings.pictures_section import PicturesSection

pytestmark = pytest.mark.gui


class FakeIndexer(QObject):
    progress_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def look_again(self) -> None:
        self.calls.append("look again")

    def empty(self) -> None:
        self.calls.append("empty")


class FakeFinder:
    problem: ModelError | None = None

    def progress(self, *, reads_text: bool = False, reads_kept: bool = True) -> IndexProgress:
        return IndexProgress(1200, 200)


class FakeSearch:
    is_on = True

    def __init__(self) -> None:
        self.finder = FakeFinder()

    def run(self, read: Any, then: Any) -> None:
        then(read(self.finder, None))


@pytest.fixture
def section(qtbot: Any, home: Path) -> PicturesSection:
    store = SettingsStore(Settings(), home / "settings.json")
    made = PicturesSection(store, FakeSearch(), FakeIndexer())  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


def listed(section: PicturesSection) -> list[str]:
    return [section.folders.item(row).text() for row in range(section.folders.count())]


def test_folders_are_added_and_removed(qtbot: Any, section: PicturesSection) -> None:
    for folder in ("/a/holiday", "/b"):
        section.add_folder(folder)
    assert listed(section) == ["/a/holiday", "/b"]
    assert section._settings_store.now.folders_of_pictures() == ("/a/holiday", "/b")
    assert not section.remove.isEnabled()
    section.folders.setCurrentRow(0)
    section.folders.setFocus()
    qtbot.keyClick(section.folders, Qt.Key.Key_Delete)
    assert listed(section) == ["/b"]


def test_a_folder_inside_of_another_is_not_needed(section: PicturesSection) -> None:
    section.add_folder("/a/holiday")
    section.add_folder("/a/holiday/2026")
    assert listed(section) == ["/a/holiday"]
    assert "/a/holiday is in the list already" in section.state.text()
    section.add_folder("/a")
    assert listed(section) == ["/a"]


def test_the_dialog_names_one(section: PicturesSection, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = iter(["", "/c"])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_unused: next(chosen))
    section.add.click()
    assert listed(section) == []
    section.add.click()
    assert listed(section) == ["/c"]


def test_progress_and_what_can_be_done(section: PicturesSection) -> None:
    assert section.state.text().startswith("1,200 pictures can be found. 200 are still to be looked at")
    section._indexer.progress_changed.emit(IndexProgress(1, 0))
    assert section.state.text() == "1 picture can be found."
    assert not section.again.isEnabled()
    section.add_folder("/a")
    section.again.click()
    section.empty.click()
    assert section._indexer.calls == ["look again", "empty"]  # type: ignore[attr-defined]


def test_an_embedder_that_cannot_be_used_is_said(section: PicturesSection) -> None:
    section._search.finder.problem = ModelError("It is broken.", "Choose another.")  # type: ignore[attr-defined]
    section._settings_store.choose(picture_model="/x.gguf")
    assert "It is broken." in section.state.text()
