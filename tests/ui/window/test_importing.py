"""Exports come into the window: chosen in the dialog, or dropped."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from fanlight.store.importing import StoreImport
from support.exported_talks import CHATGPT, LM_STUDIO, node, said
from support.whole_window import WholeWindow
from support.window_hands import Open, drop, mime_of, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui


@pytest.fixture
def window(home: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    return open_window()


def export(path: Path, *entries: Any) -> Path:
    path.write_text(json.dumps(list(entries)))
    return path


class Stop(QObject):
    asked = Signal()


def titled(count: int) -> list[Any]:
    return [{**CHATGPT, "title": f"Tree {number}"} for number in range(count)]


def test_the_menu_of_the_list_imports_a_file(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = export(tmp_path / "conversations.json", *titled(3), {"mapping": 4})
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(file)], ""))
    next(one for one in window.sidebar.more_button.menu().actions() if one.text().startswith("Import")).trigger()
    expected = "3 conversations of ChatGPT were imported. 1 entry could not be read."
    qtbot.waitUntil(lambda: window.offers.lines == (expected,))
    qtbot.waitUntil(lambda: [row.title for row in window.sidebar.model.rows] == ["Tree 0", "Tree 1", "Tree 2"])
    window.offers.button.click()
    qtbot.waitUntil(lambda: texts(window) == ["What is it?", "An oak."])
    window.archiving.importing.import_files([file])
    qtbot.waitUntil(lambda: window.offers.lines[0].startswith("0 conversations of ChatGPT were imported. 3 were"))
    assert not window.offers.button.isVisible()


def test_exports_are_dropped_whole(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("conversations-000.json", json.dumps(titled(1)))
        made.writestr("file-1.png", "no picture")
    other = export(tmp_path / "x.conversation.json", LM_STUDIO)
    drop(window, mime_of(archive, other))
    qtbot.waitUntil(lambda: "ChatGPT" in "".join(window.offers.lines) and "LM Studio" in "".join(window.offers.lines))
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    assert not window.composer.chips.chips


def test_a_file_that_is_no_export_costs_itself_alone(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    good = export(tmp_path / "good.json", CHATGPT)
    window.archiving.importing.import_files([bad, good])
    qtbot.waitUntil(lambda: len(window.offers.lines) == 2)
    assert "holds no conversations" in window.offers.lines[1]
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    window.archiving.importing.import_files([bad])
    qtbot.waitUntil(lambda: len(window.offers.lines) == 1 and "holds no" in window.offers.lines[0])


def test_an_import_is_stopped_and_what_it_has_brought_stays(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    stop = Stop()
    stop.asked.connect(window.offers.button.click)
    real = StoreImport.add

    def add(self: StoreImport, conversation: Any) -> int:
        written.append(real(self, conversation))
        if len(written) == 3:
            stop.asked.emit()
        return written[-1]

    monkeypatch.setattr(StoreImport, "add", add)
    window.archiving.importing.import_files([export(tmp_path / "a.json", *titled(200))])
    qtbot.waitUntil(lambda: not window.offers.lines and len(window.sidebar.ids) >= 3)
    assert 3 <= len(window.sidebar.ids) < 200


def test_pictures_come_along(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    pointer = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-AbCdEf123456"}
    asked = said("user", [pointer, "What is it?"], "multimodal_text")
    mapping = dict([node("a", None, ["b"], asked), node("b", "a", [], said("assistant", ["A circle."]))])
    file = export(tmp_path / "conversations.json", {**CHATGPT, "mapping": mapping, "current_node": "b"})
    picture_file(tmp_path, "file-AbCdEf123456-mine.png")
    window.archiving.importing.import_files([file])
    qtbot.waitUntil(lambda: window.offers.lines == ("1 conversation of ChatGPT was imported.",))
    window.offers.button.click()
    qtbot.waitUntil(lambda: texts(window) == ["What is it?", "A circle."])
    (shown,) = window.transcript.entries()[0].thumbnails
    assert shown.width > shown.height
