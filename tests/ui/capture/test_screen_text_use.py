"""What becomes of text that was chosen on the frozen screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication

from fanlight.core.capture.date_context import date_context
from fanlight.domain.found_items import FoundItem, placed_items
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.capture.notice import CaptureNotice
from support.panels import CaptureRig, FakeScreens, FakeTexts, PanelRoom

pytestmark = pytest.mark.gui


@pytest.fixture
def scene(qtbot: Any, home: Path) -> Iterator[CaptureRig]:
    room = PanelRoom(home, ScriptedEngine(["An answer."]), Settings(), FakeTexts())
    rig = CaptureRig(room, FakeScreens())
    yield rig
    rig.close()
    room.close()


def test_text_of_the_frozen_screen_is_copied_and_an_address_goes_to_the_browser(
    scene: CaptureRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    scene.controller.text_wanted.emit("Two\nlines")
    assert QGuiApplication.clipboard().text() == "Two\nlines"
    notice = next(one for one in QApplication.topLevelWidgets() if isinstance(one, CaptureNotice) and one.isVisible())
    assert notice.text_label.text() == "Copied: Two"
    for item in (
        FoundItem("link", "www.example.org", "https://www.example.org"),
        FoundItem("phone", "030 1234567", "0301234567"),
        FoundItem("link", "file:///etc/passwd", "file:///etc/passwd"),
    ):
        scene.controller.item_wanted.emit(item)
    assert opened == ["https://www.example.org"]
    assert QGuiApplication.clipboard().text() == "file:///etc/passwd", "copied, not opened"


def test_a_date_on_the_frozen_screen_wants_its_form_and_is_not_copied(scene: CaptureRig) -> None:
    wanted: list[tuple[object, object]] = []
    scene.view.form_wanted.connect(lambda item, panel: wanted.append((item, panel)))
    (item,) = [item for _place, item in placed_items("Party: 3 May 2099, 18:00", date_context())]
    QGuiApplication.clipboard().setText("before")
    scene.controller.item_wanted.emit(item)
    assert wanted == [(item, None)]
    assert QGuiApplication.clipboard().text() == "before"
