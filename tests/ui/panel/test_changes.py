"""The same rectangle again: what has changed is counted, framed on the screen, and asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.core.capture.captures import Capture, CaptureHistory
from fanlight.desktop.capture import CapturedImage
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.panel.changes_sheet import ChangesSheet
from fanlight.ui.panel.panel import QuickPanel
from support.panels import Enter, place

pytestmark = pytest.mark.gui
RECT = QRect(60, 80, 400, 300)


def drawn(*parts: QRect) -> QImage:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#dddddd"))
    painter = QPainter(image)
    for part in parts:
        painter.fillRect(part, QColor("#202020"))
    painter.end()
    return image


def capture(image: QImage, rect: QRect = RECT) -> Capture:
    return Capture(CapturedImage(image), place(rect))


def sheets() -> list[ChangesSheet]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, ChangesSheet) and one.isVisible()]


Compared = Callable[[Capture], QuickPanel]


@pytest.fixture
def again(enter_panels: Enter, engine: ScriptedEngine) -> Compared:
    """A panel about the rectangle, which had two words before."""
    room = enter_panels(engine)

    def opened(now: Capture) -> QuickPanel:
        session = room.session(now)
        panel = QuickPanel(session, room.settings_store)
        room.panels.append(panel)
        session.compare_with(capture(drawn(QRect(20, 20, 60, 12), QRect(20, 200, 60, 12))))
        session.start()
        panel.open()
        session.begin(None)
        return panel

    return opened


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(["One word is gone."])


def test_what_has_changed_is_offered_framed_and_asked_about(
    qtbot: Any, again: Compared, engine: ScriptedEngine
) -> None:
    panel = again(capture(drawn(QRect(20, 20, 60, 12), QRect(200, 100, 60, 12))))
    qtbot.waitUntil(lambda: bool(panel.found.buttons))
    (button,) = panel.found.buttons
    assert button.text().startswith("2 places have changed since ")
    button.click()
    (sheet,) = sheets()
    assert sheet.geometry() == RECT
    assert sheet.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    qtbot.waitUntil(lambda: panel.conversation.last_answer == "One word is gone.")
    asked = engine.asked[-1][-1]
    assert "framed and numbered" in asked.text
    assert [image.width for image in asked.images] == [400, 400], "both, the earlier one first"
    assert asked.images[0].rgb != asked.images[1].rgb
    panel.found.buttons[0].click()
    assert sheets() == []
    panel.found.buttons[0].click()
    assert len(sheets()) == 1
    assert sum(bool(message.images) for messages in engine.asked for message in messages[-1:]) == 1, "asked once"
    panel.session.forget()
    assert sheets() == []


def test_the_earlier_picture_is_seen_while_a_button_is_held(qtbot: Any, again: Compared) -> None:
    panel = again(capture(drawn(QRect(20, 20, 60, 12))))
    qtbot.waitUntil(lambda: bool(panel.found.buttons))
    panel.found.buttons[0].click()
    (sheet,) = sheets()
    assert sheet.grab().toImage().pixelColor(30, 205) != QColor("#202020")
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton)
    assert sheet.grab().toImage().pixelColor(30, 205) == QColor("#202020")
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton)
    assert sheet.grab().toImage().pixelColor(30, 205) != QColor("#202020")


def test_where_nothing_has_changed_that_is_said(qtbot: Any, again: Compared) -> None:
    panel = again(capture(drawn(QRect(20, 20, 60, 12), QRect(20, 200, 60, 12))))
    qtbot.waitUntil(lambda: panel.head.status.text().startswith("Nothing has changed since "))
    assert panel.found.buttons == []


def test_only_an_earlier_capture_of_the_same_rectangle_is_compared(qapp: QApplication) -> None:
    history = CaptureHistory()
    first, elsewhere, larger = (
        capture(drawn()),
        capture(drawn(), QRect(0, 0, 400, 300)),
        Capture(CapturedImage(drawn())),
    )
    for one in (first, elsewhere, larger):
        history.add(one)
    now = capture(drawn())
    history.add(now)
    assert history.before(now) is first
    assert history.before(larger) is None, "its place is not known"
    assert history.before(elsewhere) is None
    history.discard(first.number)
    assert history.before(now) is None, "what was forgotten is not compared"
