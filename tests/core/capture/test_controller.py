"""The capture controller without a widget: an overlay that does what the test says, and no panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fanlight.core.capture.captures import Capture, CapturePlace
from fanlight.core.capture.controller import CaptureController, CaptureState
from fanlight.core.capture.scrolling import ScrollingCapture
from fanlight.core.capture.session import CaptureSession
from fanlight.core.remote_commands import CaptureRequest
from fanlight.desktop.capture import Box, CapturedImage, ScreenImage, WindowBox
from fanlight.desktop.capture.taking import ScreenGrabber
from fanlight.domain.desktop_errors import CaptureBusy, CaptureDenied
from fanlight.domain.errors import ActionsError, FanlightError
from fanlight.domain.found_items import FoundItem
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from support.panels import FakeScreens, FakeTexts, PanelRoom

REGION = (10, 20, 120, 90)


class FakeOverlay(QObject):
    captured = Signal(object)
    dismissed = Signal()
    repeat_wanted = Signal()
    delay_wanted = Signal(int)
    failed = Signal(object)
    scroll_wanted = Signal(object)
    text_wanted = Signal(str)
    item_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.frames: Sequence[ScreenImage] = ()

    def open(self, frames: Sequence[ScreenImage], windows: Sequence[WindowBox]) -> None:
        self.frames = frames

    def close(self) -> None:
        self.frames = ()

    def choose(self, box: Box) -> None:
        frame = self.frames[0]
        self.close()
        self.captured.emit(Capture.of_part(frame, box, "drag"))


class FakeScrolling(QObject):
    finished = Signal(object)
    failed = Signal(object)

    def finish(self) -> None:
        self.finished.emit(CapturedImage(QImage(40, 900, QImage.Format.Format_RGB32)))

    def stop(self) -> None:
        pass


class Stage:
    def __init__(self, home: Path) -> None:
        self.room = PanelRoom(home, ScriptedEngine(["An ", "answer."]), Settings(), FakeTexts())
        self.room.load()
        self.screens, self.overlay, self.parent = FakeScreens(), FakeOverlay(), QObject()
        self.controller = CaptureController(
            self.room.actions,
            self.room.settings_store,
            self.room.session,
            lambda: self.overlay,
            ScreenGrabber(self.screens, self.parent),
            parent=self.parent,
            make_scrolling=lambda _place: cast("ScrollingCapture", FakeScrolling()),
        )
        self.opened: list[CaptureSession] = []
        self.moved: list[tuple[CaptureSession, str]] = []
        self.failures: list[FanlightError] = []
        self.controller.session_opened.connect(self.opened.append)
        self.controller.move_wanted.connect(lambda session, question: self.moved.append((session, question)))
        self.controller.failed.connect(self.failures.append)

    def state(self) -> CaptureState:
        return self.controller.state

    def close(self) -> None:
        self.controller.close()
        self.room.close()


@pytest.fixture
def stage(qtbot: Any, home: Path) -> Iterator[Stage]:
    made = Stage(home)
    yield made
    made.close()


def test_a_press_freezes_the_screens_and_the_rectangle_becomes_a_session(qtbot: Any, stage: Stage) -> None:
    stage.controller.press_key()
    assert stage.state() is CaptureState.CHOOSING
    stage.overlay.choose(Box(100, 200, 50, 40))
    assert stage.state() is CaptureState.IDLE
    (session,) = stage.opened
    assert session.capture.place is not None
    assert session.capture.place.device == Box(100, 200, 50, 40)
    qtbot.waitUntil(lambda: session.conversation.last_answer == "An answer.")
    assert stage.controller.history.all == (session.capture,)


def test_a_second_press_while_the_user_chooses_changes_nothing(stage: Stage) -> None:
    stage.controller.press_key()
    stage.controller.press_key()
    stage.controller.start_capture(CaptureRequest(region=REGION))
    assert stage.screens.grabs == 1
    stage.overlay.dismissed.emit()
    assert stage.state() is CaptureState.IDLE
    assert stage.opened == []


def test_what_fails_ends_the_capture_and_is_reported_once(stage: Stage) -> None:
    stage.controller.press_key()
    stage.overlay.failed.emit(CaptureBusy("Another program holds the mouse."))
    stage.screens.fails = CaptureDenied("Not allowed.", "Allow it.")
    stage.controller.press_key()
    assert len(stage.failures) == 2
    assert stage.failures[1].text == "Not allowed. Allow it."
    assert stage.state() is CaptureState.IDLE


def test_the_overlay_may_ask_for_a_delay_and_a_press_ends_it(stage: Stage) -> None:
    shown: list[int] = []
    stage.controller.countdown.seconds_left_changed.connect(shown.append)
    stage.controller.press_key()
    stage.overlay.delay_wanted.emit(3)
    assert stage.state() is CaptureState.COUNTING_DOWN
    assert shown == [3]
    stage.controller.press_key()
    assert shown == [3, 0]
    assert stage.state() is CaptureState.CHOOSING


def test_the_same_rectangle_again_needs_no_overlay(stage: Stage) -> None:
    stage.controller.start_capture(CaptureRequest(region=REGION))
    stage.controller.press_key()
    stage.overlay.repeat_wanted.emit()
    assert len(stage.opened) == 2
    assert [one.place and one.place.desktop for one in stage.controller.history.all] == [Box(*REGION)] * 2


def test_a_new_session_takes_the_place_of_the_last_one_unless_that_is_pinned(stage: Stage) -> None:
    stage.controller.start_capture(CaptureRequest(region=REGION, action="none"))
    stage.controller.start_capture(CaptureRequest(region=REGION, action="none"))
    first, second = stage.opened
    assert first.is_over
    second.pin(True)
    stage.controller.start_capture(CaptureRequest(region=REGION, action="none"))
    assert not second.is_over
    assert stage.controller.sessions == [second, stage.opened[-1]]


def test_a_session_moves_into_the_window_with_its_question(stage: Stage) -> None:
    stage.controller.start_capture(CaptureRequest(region=REGION, action="none"))
    (session,) = stage.opened
    session.press("o")
    session.move_wanted.emit("And now?")
    assert stage.moved == [(session, ""), (session, "And now?")]


def test_forgetting_a_session_forgets_its_capture(stage: Stage) -> None:
    stage.controller.start_capture(CaptureRequest(region=REGION, action="none"))
    stage.opened[0].press("Escape")
    assert stage.controller.sessions == []
    assert stage.controller.history.all == ()


def test_after_close_nothing_begins(stage: Stage) -> None:
    stage.controller.close()
    stage.controller.press_key()
    assert stage.state() is CaptureState.CLOSED
    assert stage.screens.grabs == 0


def test_an_action_that_does_not_exist_is_reported_and_nothing_is_captured(stage: Stage) -> None:
    problems: list[object] = []
    stage.controller.failed.connect(problems.append)
    stage.controller.start_capture(CaptureRequest(region=REGION, action="nothing like it"))
    assert [type(problem) for problem in problems] == [ActionsError]
    assert (stage.state(), stage.screens.grabs, stage.opened) == (CaptureState.IDLE, 0, [])


def test_closing_forgets_the_captures_whose_panels_are_gone(stage: Stage) -> None:
    for _ in range(2):
        stage.controller.start_capture(CaptureRequest(region=REGION, action="none"))
    assert len(stage.controller.sessions) == 1
    kept = [len(stage.controller.history.all)]
    stage.controller.close()
    kept.append(len(stage.controller.history.all))
    assert kept == [2, 0]


def test_text_of_the_frozen_screen_ends_the_capture_without_one(stage: Stage) -> None:
    heard: list[object] = []
    stage.controller.text_wanted.connect(heard.append)
    stage.controller.item_wanted.connect(heard.append)
    stage.controller.press_key()
    stage.overlay.text_wanted.emit("Some words")
    assert stage.state() is CaptureState.IDLE
    stage.controller.press_key()
    stage.overlay.item_wanted.emit(item := FoundItem("phone", "030 12345", "03012345"))
    assert heard == ["Some words", item]
    assert (stage.opened, stage.overlay.frames) == ([], ())


@pytest.mark.parametrize("how", ["the key or the tray", "the command"])
def test_what_begins_a_capture_ends_one_that_is_scrolled(stage: Stage, how: str) -> None:
    """Where no other key could be bound, and no place is left for a button."""
    place = CapturePlace("screen", Box(0, 0, 40, 90), Box(0, 0, 40, 90), Box(0, 0, 40, 90))
    stage.controller.press_key()
    stage.overlay.scroll_wanted.emit(place)
    assert stage.state() is CaptureState.SCROLLING
    if how == "the command":
        stage.controller.start_capture(CaptureRequest())
    else:
        stage.controller.press_key()
    assert stage.state() is CaptureState.IDLE
    assert [session.capture.size for session in stage.opened] == ["40 × 900"]
