"""The overlay without an X server: what it says, how it ends, what a screen reader finds."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.core.capture.captures import Capture
from fanlight.desktop.capture import qt_screen
from fanlight.desktop.capture.frame import ScreenImage, WindowBox
from fanlight.desktop.capture.geometry import Box
from fanlight.domain.desktop_errors import CaptureEmpty
from fanlight.ui.capture.overlay import Overlays
from fanlight.ui.capture.overlay_window import OverlayWindow

pytestmark = pytest.mark.gui


class OverlayEvents:
    """All that an overlay said, in order."""

    def __init__(self, overlays: Overlays) -> None:
        self.said: list[Any] = []
        overlays.captured.connect(self.said.append)
        overlays.failed.connect(self.said.append)
        overlays.dismissed.connect(lambda: self.said.append("left"))
        overlays.repeat_wanted.connect(lambda: self.said.append("again"))
        overlays.delay_wanted.connect(self.said.append)


@pytest.fixture
def overlays(qapp: QApplication, qtbot: Any) -> Overlays:
    return Overlays(qapp)


def surface() -> OverlayWindow:
    (shown,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, OverlayWindow) and w.isVisible()]
    return shown


def elsewhere() -> ScreenImage:
    return ScreenImage("gone", QRect(0, 0, 10, 10), 1.0, QImage(10, 10, QImage.Format.Format_RGB32))


def test_its_windows_are_there_before_any_key_and_hidden(overlays: Overlays) -> None:
    assert not overlays.is_open
    made = [w for w in QApplication.topLevelWidgets() if isinstance(w, OverlayWindow)]
    assert all(w.windowHandle() and not w.isVisible() for w in made)
    assert len(made) >= len(QGuiApplication.screens())


def test_while_it_is_open_a_second_key_changes_nothing(overlays: Overlays) -> None:
    heard = OverlayEvents(overlays)
    overlays.open(qt_screen.grab_screens())
    first = surface()
    overlays.open(qt_screen.grab_screens())
    assert surface() is first
    overlays.close()
    overlays.close()
    assert heard.said == []
    assert not overlays.is_open
    assert first.frame is None, "the picture is forgotten"


def test_each_way_out_is_said_once_and_closes_first(overlays: Overlays) -> None:
    heard = OverlayEvents(overlays)
    keys = (Qt.Key.Key_Escape, Qt.Key.Key_R, Qt.Key.Key_3, Qt.Key.Key_5, Qt.Key.Key_Enter)
    for key in keys:
        overlays.open(qt_screen.grab_screens())
        QTest.keyClick(surface(), key)
        assert not overlays.is_open
    assert heard.said[:4] == ["left", "again", 3, 5]
    assert isinstance(heard.said[4], Capture)
    assert len(heard.said) == 5


def test_frames_of_a_screen_that_has_gone_meanwhile_are_an_error(overlays: Overlays) -> None:
    heard = OverlayEvents(overlays)
    overlays.open([elsewhere()])
    assert not overlays.is_open
    (error,) = heard.said
    assert isinstance(error, CaptureEmpty)
    assert error.hint


def test_a_region_needs_no_overlay(overlays: Overlays) -> None:
    frames = qt_screen.grab_screens()
    capture = Capture.of_region(frames, Box(700, 10, 1000, 20))
    assert capture.place is not None
    assert capture.place.device == capture.place.desktop == Box(700, 10, 100, 20)
    assert capture.place.rect == Box(700, 10, 100, 20)
    assert capture.place.screen_name in [screen.name() for screen in QGuiApplication.screens()]
    assert capture.image.qimage == frames[0].image.copy(700, 10, 100, 20)
    with pytest.raises(CaptureEmpty):
        Capture.of_region(frames, Box(-10, -10, 5, 5))
    with pytest.raises(CaptureEmpty, match="no longer there"):
        Capture.of_part(elsewhere(), Box(0, 0, 5, 5))


def test_a_screen_reader_finds_what_it_is_and_which_keys_it_has(overlays: Overlays) -> None:
    overlays.open(qt_screen.grab_screens(), [WindowBox(Box(10, 10, 200, 100), "Letter")])
    found = QAccessible.queryAccessibleInterface(surface())
    assert found
    assert "frozen" in found.text(QAccessible.Text.Name)
    assert "Escape cancels" in found.text(QAccessible.Text.Description)
    overlays.close()


def test_a_screen_reader_is_told_where_the_keys_are(
    qtbot: Any, overlays: Overlays, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("fanlight.ui.capture.overlay.announce", lambda widget, words: told.append(words))
    overlays.open(qt_screen.grab_screens(), [WindowBox(Box(10, 10, 200, 100), "Letter")])
    QTest.keyClick(surface(), Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: len(told) == 2)
    QTest.keyClick(surface(), Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: len(told) == 3)
    overlays.close()
    assert told[0].startswith("The screen is frozen")
    assert told[1:] == ["Letter, 200 by 100 at 10, 10", "200 by 100 at 10, 11"]
