"""The bar of a scrolling capture: where it stands, and what it says."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.core.capture.captures import CapturePlace
from fanlight.core.capture.controller import CaptureController
from fanlight.core.capture.scrolling import ScrollingView
from fanlight.desktop.capture import Box, qt_screen
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.ui.capture.overlay import Overlays
from fanlight.ui.capture.overlay_window import OverlayWindow
from fanlight.ui.capture.scrolling_bar import ScrollingBar, bar_corner
from fanlight.ui.wiring.capture_scrolling import CaptureScrolling
from support.hotkey_ways import PaperBackend

pytestmark = pytest.mark.gui

SCREEN, SIZE = QRect(0, 0, 1920, 1080), QSize(224, 390)


@pytest.mark.parametrize(
    "region",
    [
        QRect(60, 60, 600, 500),
        QRect(0, 0, 1000, 1080),
        QRect(920, 0, 1000, 1080),
        QRect(0, 0, 1920, 600),
        QRect(0, 480, 1920, 600),
    ],
)
def test_it_covers_nothing_of_the_region(region: QRect) -> None:
    corner = bar_corner(region, SIZE, [SCREEN])

    assert corner is not None
    assert SCREEN.contains(QRect(corner, SIZE))
    assert not QRect(corner, SIZE).intersects(region)


def test_beside_a_whole_screen_it_stands_on_another_one_or_nowhere() -> None:
    other = QRect(1920, 0, 1280, 1024)

    corner = bar_corner(SCREEN, SIZE, [SCREEN, other])

    assert corner is not None
    assert other.contains(corner)
    assert bar_corner(SCREEN, SIZE, [SCREEN]) is None


def test_it_says_what_to_do(qtbot: Any) -> None:
    bar = ScrollingBar()
    qtbot.addWidget(bar)
    bar.fitted(small=False)
    bar.show_view(ScrollingView("grew", 1234))
    going, high = bar.status.text(), bar.height_label.text()
    bar.show_view(ScrollingView("lost", 1234))

    assert "Enter" in going
    assert "1,234" in high
    assert "back" in bar.status.text()
    assert bar.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert bar.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus


def test_its_buttons_end_it(qtbot: Any) -> None:
    bar = ScrollingBar()
    said: list[str] = []
    qtbot.addWidget(bar)
    bar.done.connect(lambda: said.append("done"))
    bar.cancelled.connect(lambda: said.append("cancelled"))
    bar.done_button.click()
    bar.cancel_button.click()

    assert said == ["done", "cancelled"]


@pytest.mark.parametrize("keys", [[Qt.Key.Key_S, Qt.Key.Key_Return], [Qt.Key.Key_Right, Qt.Key.Key_S]])
def test_what_is_chosen_after_s_or_before_it_is_to_be_scrolled(
    qapp: QApplication, qtbot: Any, keys: list[Qt.Key]
) -> None:
    overlays = Overlays(qapp)
    places: list[object] = []
    captured: list[object] = []
    overlays.scroll_wanted.connect(places.append)
    overlays.captured.connect(captured.append)
    overlays.open(qt_screen.grab_screens())
    (shown,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, OverlayWindow) and w.isVisible()]
    for key in keys:
        QTest.keyClick(shown, key)

    assert [type(place) for place in places] == [CapturePlace]
    assert not captured
    assert not overlays.is_open


def test_s_twice_is_as_if_it_was_not_pressed(qapp: QApplication, qtbot: Any) -> None:
    overlays = Overlays(qapp)
    places: list[object] = []
    captured: list[object] = []
    overlays.scroll_wanted.connect(places.append)
    overlays.captured.connect(captured.append)
    overlays.open(qt_screen.grab_screens())
    (shown,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, OverlayWindow) and w.isVisible()]
    for key in (Qt.Key.Key_S, Qt.Key.Key_S, Qt.Key.Key_Return):
        QTest.keyClick(shown, key)

    assert len(captured) == 1
    assert not places


class FakeScrolling(QObject):
    changed = Signal(object)
    is_cut = False

    def __init__(self, place: CapturePlace) -> None:
        super().__init__()
        self.place, self.finishes = place, 0

    def finish(self) -> None:
        self.finishes += 1


class FakeController(QObject):
    scrolling_ended = Signal()
    scrolling: FakeScrolling | None = None

    def stop_scrolling(self) -> None:
        self.scrolling = None
        self.scrolling_ended.emit()


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("taken", [set(), {"Return"}, {"Escape"}])
def test_where_all_of_the_screen_is_scrolled_there_are_buttons_even_so(qtbot: Any, taken: set[str]) -> None:
    screen = QGuiApplication.primaryScreen()
    box = Box(*screen.geometry().getRect())  # type: ignore[misc]
    controller, hotkeys = FakeController(), Hotkeys(backends=(PaperBackend(taken=taken),))
    scrolling = controller.scrolling = FakeScrolling(CapturePlace(screen.name(), box, box, box))
    shown = CaptureScrolling(cast("CaptureController", controller), hotkeys, controller)
    shown.begin(scrolling)  # type: ignore[arg-type]

    assert shown.bar.isVisible()
    assert screen.availableGeometry().contains(shown.bar.geometry())
    shown.bar.done_button.click()
    assert scrolling.finishes == 1
    shown.bar.cancel_button.click()
    assert controller.scrolling is None
    assert not shown.bar.isVisible()
    shown.close()
    hotkeys.close()
