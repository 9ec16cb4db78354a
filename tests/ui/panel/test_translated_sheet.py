"""Translation in place of a capture: a sheet over the rectangle, for as long as the action is on."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from fanlight.domain.errors import OcrError
from fanlight.domain.reading import TextLine
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.panel.translated_sheet import TranslatedSheet
from support.panels import Enter, FakeTexts
from support.translating import Translator

pytestmark = pytest.mark.gui
LINES = (TextLine("Open the file", 20, 20, 130, 20, 0.9), TextLine("42.00", 20, 60, 50, 20, 0.9))
RECT = QRect(60, 80, 400, 300)


def sheets() -> list[TranslatedSheet]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, TranslatedSheet) and one.isVisible()]


def translated(qtbot: Any, enter_panels: Enter) -> QuickPanel:
    panel = enter_panels(Translator({}), FakeTexts(LINES)).panel(rect=RECT, action="translate-in-place")
    qtbot.waitUntil(lambda: bool(panel.session.in_place.written()))
    return panel


def test_the_rectangle_is_covered_by_its_translation(qtbot: Any, enter_panels: Enter) -> None:
    panel = translated(qtbot, enter_panels)
    (sheet,) = sheets()
    assert sheet.geometry() == RECT
    assert sheet.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert sheet.accessibleName() == "D:Open the file", "no number is translated"
    before = sheet.grab().toImage()
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton)
    original = sheet.grab().toImage()
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton)
    assert original == panel.session.capture.image.qimage.convertToFormat(original.format())
    assert before != original
    assert sheet.grab().toImage() == before
    qtbot.waitUntil(lambda: panel.session.status.progress is None)


def test_the_same_key_or_the_end_of_the_panel_takes_it_away(qtbot: Any, enter_panels: Enter) -> None:
    panel = translated(qtbot, enter_panels)
    panel.session.press("i")
    assert sheets() == []
    panel.session.press("i")
    assert len(sheets()) == 1
    panel.session.forget()
    assert sheets() == []


def test_translation_is_copied_alone_or_with_the_original(qtbot: Any, enter_panels: Enter) -> None:
    panel = translated(qtbot, enter_panels)
    panel.session.press("c")
    assert QGuiApplication.clipboard().text() == "D:Open the file"
    (sheet,) = sheets()
    at = QPoint(30, 30)
    QApplication.sendEvent(sheet, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, sheet.mapToGlobal(at)))
    menu = sheet.findChild(QMenu)
    assert menu is not None
    actions = {action.text(): action for action in menu.actions()}
    actions["Copy Both"].trigger()
    assert QGuiApplication.clipboard().text() == "Open the file\nD:Open the file"
    actions["Close"].trigger()
    assert sheets() == []
    menu.close()


def test_a_capture_whose_text_cannot_be_read_says_why(qtbot: Any, enter_panels: Enter) -> None:
    room = enter_panels(ScriptedEngine(["x"]), FakeTexts(OcrError("The text in the picture cannot be read.", "")))
    panel = room.panel(rect=RECT, action="translate-in-place")
    qtbot.waitUntil(lambda: panel.problem.isVisibleTo(panel))
    assert "cannot be read" in panel.problem.text()
    assert not panel.session.in_place.is_busy


def test_a_capture_without_words_says_so(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels(ScriptedEngine(["x"]), FakeTexts(LINES[1:])).panel(rect=RECT, action="translate-in-place")
    qtbot.waitUntil(lambda: "nothing to translate" in panel.head.status.text())
