"""Pages from a scanner, attached one after the other."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QTimer

from fanlight.desktop import scanners
from fanlight.desktop.scanners import Scanner
from fanlight.domain.desktop_errors import ScanError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.window.scan_dialog import ScanDialog
from fanlight.video import cameras
from support.whole_window import WholeWindow
from support.window_hands import Open, read

pytestmark = pytest.mark.gui


def page(color: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (170, 240), color).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    asked: list[tuple[object, ...]] = []
    pages = [page("red"), page("blue")]

    def scan(device: str, resolution: int, *, color: bool, stop: object = None) -> bytes:
        asked.append((device, resolution, color))
        if not pages:
            raise ScanError("There is no paper in the scanner’s feeder.", "Put some in and try again.")
        return pages.pop(0)

    monkeypatch.setattr(scanners, "is_available", lambda: True)
    monkeypatch.setattr(scanners, "list_scanners", lambda _stop=None: [Scanner("test:0", "Noname <b>frontend</b>")])
    monkeypatch.setattr(scanners, "scan", scan)
    return asked


def opened(qtbot: Any, window: WholeWindow) -> ScanDialog:
    window.composer.scan_wanted.emit()
    dialog = window.findChild(ScanDialog)
    assert isinstance(dialog, ScanDialog)
    qtbot.waitUntil(lambda: dialog.bar.isHidden())
    return dialog


def test_pages_are_scanned_and_attached(qtbot: Any, open_window: Open, installed: list[tuple[object, ...]]) -> None:
    window = open_window(ScriptedEngine(["x"]))
    menu = window.composer.attach_button.menu()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    more = ("Read Values from a Picture or a Page…", "Many Pictures…")
    assert texts == ["Files…", "Take a Picture…", "From a Scanner…", *more]
    by_key: list[object] = []
    menu.aboutToShow.connect(lambda: by_key.append(menu))
    menu.aboutToShow.connect(lambda: QTimer.singleShot(0, menu.close))
    window.composer.attach_button.customContextMenuRequested.emit(QPoint(1, 1))
    assert by_key == [menu]
    dialog = opened(qtbot, window)
    assert dialog.scanner.currentText() == "Noname <b>frontend</b>"
    dialog.scan_button.click()
    read(qtbot, window, 1)
    qtbot.waitUntil(lambda: dialog.scan_button.isEnabled())
    dialog.mode.setCurrentIndex(1)
    dialog.resolution.setCurrentIndex(3)
    dialog.scan_button.click()
    chips = read(qtbot, window, 2)
    assert [chip.item.name for chip in chips] == ["Scanned page 1.png", "Scanned page 2.png"]
    assert installed == [("test:0", 200, True), ("test:0", 300, False)]
    assert dialog.state.text() == "2 pages are attached."
    dialog.scan_button.click()
    qtbot.waitUntil(lambda: dialog.problem.isVisible())
    assert "no paper" in dialog.problem.text()
    dialog.problem.setText(20 * "A long answer of a scanner's. ")
    dialog._show(busy=False)
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width()), "no field covers another one"
    dialog.close_button.click()


def test_without_a_scanner_that_is_said_and_nothing_can_be_scanned(
    qtbot: Any, open_window: Open, installed: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanners, "list_scanners", lambda _stop=None: [])
    window = open_window(ScriptedEngine(["x"]))
    dialog = opened(qtbot, window)
    assert "No scanner was found" in dialog.state.text()
    assert not dialog.scan_button.isEnabled()
    dialog.reject()
    assert installed == []


def test_where_neither_scanners_nor_cameras_can_be_used_the_menu_leads_to_files_and_many_pictures(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(cameras, "is_available", lambda: False)
    window = open_window(ScriptedEngine(["x"]))
    words = [button.text() for button in window.searching.palette.commands.buttons]
    assert not {"Scan a Page…", "Take a Picture…"} & set(words)
    actions = {action.text(): action for action in window.composer.attach_button.menu().actions()}
    assert not {"Take a Picture…", "From a Scanner…"} & set(actions)
    wanted: list[str] = []
    window.pictures_requested.connect(lambda: wanted.append("pictures"))
    window.values_requested.connect(lambda subject: wanted.append(f"values of {subject}"))
    actions["Many Pictures…"].trigger()
    actions["Read Values from a Picture or a Page…"].trigger()
    assert wanted == ["pictures", "values of None"]
