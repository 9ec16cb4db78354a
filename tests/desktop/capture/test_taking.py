"""One picture of every screen without Fanlight's own windows, on a way of capturing that a test leads by the hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion, QWindow

from fanlight.desktop import capture
from fanlight.desktop.capture import qt_screen
from fanlight.desktop.capture.frame import CaptureBackend, ClearingRegions, ScreenImage, WindowBox
from fanlight.desktop.capture.geometry import Box
from fanlight.desktop.capture.taking import ScreenCapture, ScreenGrabber
from fanlight.domain.desktop_errors import CaptureDenied, CaptureError

pytestmark = pytest.mark.gui

OWN = QRegion(20, 20, 100, 80)
GRABS_A_STEP = 3
"""A compositing manager paints less often than the screen is looked at."""


class Clock:
    """Goes on by a step each time it is read."""

    def __init__(self, step: float) -> None:
        self.now, self._step = 0.0, step

    def __call__(self) -> float:
        self.now += self._step
        return self.now


class Screens:
    """One screen of a plain colour; our window is green on it, and goes as slowly as `leaves_after` grabs. With `fade`
    it fades instead, in so many steps of `GRABS_A_STEP` grabs each."""

    name, needs = "screens", "nothing"

    def __init__(self, leaves_after: int = 0, below: str = "navy", fade: int = 0) -> None:
        self.fade, self._faded = fade, 0
        self._left, self._below = leaves_after, QColor(below)
        self.away = False
        self.fading = QRegion()
        self.grabs = 0
        self.error: CaptureError | None = None

    def is_available(self) -> bool:
        return True

    def prepare(self) -> None:
        pass

    def grab_screens(self) -> list[ScreenImage]:
        if self.error:
            raise self.error
        self.grabs += 1
        image = QImage(300, 200, QImage.Format.Format_RGB32)
        image.fill(self._below)
        if self.away and self._left:
            self._left -= 1
        if not self.away or self._left or self._is_fading():
            painter = QPainter(image)
            painter.setOpacity(max(0.0, 1 - self._faded // GRABS_A_STEP / self.fade) if self.fade else 1.0)
            painter.fillRect(20, 20, 100, 80, QColor("green"))
            painter.end()
        return [ScreenImage("S", QRect(0, 0, 300, 200), 1.0, image)]

    def _is_fading(self) -> bool:
        self._faded += self.away
        return self._faded // GRABS_A_STEP < self.fade

    def list_windows(self) -> list[WindowBox]:
        return [WindowBox(Box(1, 2, 30, 40), "other")]

    def hide_own_windows(self, own: Sequence[QWindow]) -> ClearingRegions:
        self.away = self.away or bool(own)
        return ClearingRegions(OWN if own else QRegion(), self.fading, self.fade > 0)

    def restore_own_windows(self, *, activate: bool) -> None:
        self.away = False


@pytest.fixture
def own_window(qtbot: Any) -> Iterator[QWindow]:
    window = QWindow()
    window.resize(50, 50)
    window.show()
    qtbot.waitUntil(window.isVisible)
    yield window
    window.hide()


def has_green(shot: ScreenCapture) -> bool:
    return shot.frames[0].image.pixelColor(60, 60) == QColor("green")


def test_with_no_own_window_on_view_the_picture_is_there_at_once(qtbot: Any) -> None:
    backend = Screens()
    said: list[Any] = []
    ScreenGrabber(backend).start_grab(said.append)
    (shot,) = said
    assert isinstance(shot, ScreenCapture)
    assert shot.windows == [WindowBox(Box(1, 2, 30, 40), "other")]
    assert backend.grabs == 1


@pytest.mark.parametrize("leaves_after", [1, 4])
def test_an_own_window_is_waited_for_until_it_has_gone(qtbot: Any, own_window: QWindow, leaves_after: int) -> None:
    backend = Screens(leaves_after)
    said: list[Any] = []
    taking = ScreenGrabber(backend)
    taking.start_grab(said.append)
    assert not said
    qtbot.waitUntil(lambda: bool(said))
    assert not has_green(said[0])
    assert backend.away
    taking.restore_own_windows()
    assert not backend.away


def test_a_fade_is_waited_for_to_its_end_by_what_the_screen_shows(qtbot: Any, own_window: QWindow) -> None:
    """Also one that takes longer than 0.3 s, and stands still between its steps."""
    backend, clock = Screens(fade=12), Clock(step=0.012)
    said: list[Any] = []
    taking = ScreenGrabber(backend, clock=clock)
    taking.start_grab(said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].frames[0].image.pixelColor(60, 60) == QColor("navy")
    assert clock.now < 0.7


def test_a_fade_that_never_ends_is_not_waited_for_longer_than_a_second(qtbot: Any, own_window: QWindow) -> None:
    clock = Clock(step=0.02)
    said: list[Any] = []
    taking = ScreenGrabber(Screens(fade=40), clock=clock)
    taking.start_grab(said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert 1.0 < clock.now < 1.2


def test_without_a_compositing_manager_no_grab_is_added(qtbot: Any, own_window: QWindow) -> None:
    """One before, one without the window, one that shows nothing else any more."""
    backend = Screens()
    said: list[Any] = []
    taking = ScreenGrabber(backend)
    taking.start_grab(said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert backend.grabs == 3


def test_a_window_that_was_hidden_a_moment_ago_is_waited_for_too(qtbot: Any) -> None:
    """A menu of the tray, the frozen screen itself: it fades although it is no window on view any more."""
    backend = Screens(fade=12)
    backend.away, backend.fading = True, OWN
    said: list[Any] = []
    taking = ScreenGrabber(backend, clock=Clock(step=0.012))
    taking.start_grab(said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].frames[0].image.pixelColor(60, 60) == QColor("navy")


def test_where_the_same_colour_lies_below_the_wait_ends(qtbot: Any, own_window: QWindow) -> None:
    said: list[object] = []
    taking = ScreenGrabber(Screens(below="green"))
    taking.start_grab(said.append)
    qtbot.waitUntil(lambda: bool(said), timeout=5000)


def test_a_second_capture_drops_the_first(qtbot: Any, own_window: QWindow) -> None:
    first: list[object] = []
    second: list[object] = []
    taking = ScreenGrabber(Screens(leaves_after=3))
    taking.start_grab(first.append)
    taking.start_grab(second.append)
    qtbot.waitUntil(lambda: bool(second))
    assert not taking._poll.isActive()
    assert (len(first), len(second)) == (0, 1)


def test_bringing_windows_back_ends_a_capture_that_is_under_way(qtbot: Any, own_window: QWindow) -> None:
    said: list[object] = []
    taking = ScreenGrabber(Screens(leaves_after=3))
    taking.start_grab(said.append)
    taking.restore_own_windows()
    assert not taking._poll.isActive()
    assert not said


@pytest.mark.parametrize("late", [False, True])
def test_what_the_system_refuses_is_said_once(qtbot: Any, own_window: QWindow, late: bool) -> None:
    backend = Screens(leaves_after=3)
    said: list[Any] = []
    taking = ScreenGrabber(backend)
    denied = CaptureDenied("No.")
    backend.error = None if late else denied
    taking.start_grab(said.append)
    backend.error = denied
    qtbot.waitUntil(lambda: bool(said))
    assert not taking._poll.isActive()
    assert said == [denied]
    assert denied.hint


def test_a_minimised_window_is_not_on_view(qtbot: Any, own_window: QWindow) -> None:
    own_window.setWindowState(Qt.WindowState.WindowMinimized)
    said: list[object] = []
    ScreenGrabber(Screens(leaves_after=3)).start_grab(said.append)
    assert said


def test_every_way_says_what_it_needs_and_only_its_own_platform_has_it() -> None:
    backends: tuple[CaptureBackend, ...] = capture.BACKENDS
    assert all(backend.name and backend.needs.endswith(".") for backend in backends)
    assert [backend.name for backend in backends if backend.is_available()] == ["qt"]
    assert capture.pick() is qt_screen


def test_qt_pictures_each_screen_in_its_device_pixels(qtbot: Any) -> None:
    (frame,) = qt_screen.grab_screens()
    assert frame.image.format() == QImage.Format.Format_RGB32
    assert frame.image.devicePixelRatio() == 1
    assert (frame.image.width(), frame.image.height()) == (
        frame.geometry.width() * frame.scale, frame.geometry.height() * frame.scale
    )  # fmt: skip
    assert frame.crop(Box(10, 20, 30, 40)).size().toTuple() == (30, 40)
