"""A capture without a screen: from a key to a panel, and every way out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.remote_commands import CaptureRequest
from fanlight.desktop.capture import Box, CapturedImage
from fanlight.domain.desktop_errors import CaptureDenied, CaptureError, ScreenLocked
from fanlight.domain.models import ModelSpec
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.capture.countdown import CountdownWindow
from fanlight.ui.capture.notice import CaptureNotice
from fanlight.ui.capture.overlay_window import OverlayWindow
from fanlight.ui.panel.panel import QuickPanel
from support.panels import CaptureRig, FakeScreens, FakeTexts, PanelRoom, shapes
from support.timers import settled
from support.windows import SPEC

pytestmark = pytest.mark.gui


class Scene:
    """A capture controller over told screens, with its panels."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self.engine = ScriptedEngine(["An ", "answer."])
        self.room = PanelRoom(home, self.engine, Settings(**settings), FakeTexts())
        self.room.load()
        self.screens = FakeScreens()
        self.rig = CaptureRig(self.room, self.screens)
        self.controller, self.view = self.rig.controller, self.rig.view
        self.problems: list[Exception] = []
        self.controller.failed.connect(self.problems.append)

    def overlays(self) -> list[QWidget]:
        return [
            widget
            for widget in QApplication.topLevelWidgets()
            if isinstance(widget, OverlayWindow) and widget.isVisible()
        ]

    def drag(self, left: int, top: int, right: int, bottom: int) -> None:
        (surface,) = self.overlays()
        QTest.mousePress(surface, Qt.MouseButton.LeftButton, pos=QPoint(left, top))
        QTest.mouseMove(surface, QPoint((left + right) // 2, (top + bottom) // 2))
        QTest.mouseMove(surface, QPoint(right, bottom))
        QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=QPoint(right, bottom))

    def key(self, key: Qt.Key) -> None:
        (surface,) = self.overlays()
        QTest.keyClick(surface, key)

    @property
    def doing(self) -> str:
        return self.controller.state

    @property
    def panel(self) -> QuickPanel:
        (panel,) = self.view.panels
        assert isinstance(panel, QuickPanel)
        return panel

    def close(self) -> None:
        self.rig.close()
        self.room.close()


@pytest.fixture
def scene(qtbot: Any, home: Path) -> Iterator[Scene]:
    made = Scene(home)
    yield made
    made.close()


def test_a_key_freezes_the_screen_and_a_drag_opens_the_panel_with_its_pixels(qtbot: Any, scene: Scene) -> None:
    scene.controller.press_key()
    assert scene.doing == "choosing"
    scene.drag(100, 200, 299, 349)
    assert scene.doing == "idle"
    assert not scene.overlays()
    assert scene.panel.session.capture.image.qimage == scene.screens.image.copy(100, 200, 200, 150)
    place = scene.panel.session.capture.place
    assert place is not None
    assert not scene.panel.geometry().intersects(QRect(*place.rect))
    qtbot.waitUntil(lambda: bool(scene.engine.asked) and scene.panel.conversation.condition == "idle")
    assert scene.engine.slots == ["panel"]
    assert scene.engine.asked[0][-1].text.startswith("Explain this picture.")


def test_escape_leaves_no_panel_and_brings_everything_back(scene: Scene) -> None:
    scene.controller.press_key()
    scene.key(Qt.Key.Key_Escape)
    assert (scene.doing, scene.view.panels, scene.overlays(), scene.screens.away) == ("idle", [], [], 0)


def test_presses_while_the_screen_is_frozen_do_nothing(scene: Scene) -> None:
    scene.controller.press_key()
    for _ in range(5):
        scene.controller.press_key()
        scene.controller.start_capture(CaptureRequest(region=(0, 0, 10, 10)))
        scene.controller.repeat()
    assert len(scene.overlays()) == 1
    assert scene.screens.grabs == 1
    assert scene.view.panels == []


def test_the_next_capture_takes_the_place_of_the_panel_unless_that_is_pinned(qtbot: Any, scene: Scene) -> None:
    scene.controller.start_capture(CaptureRequest(region=(0, 0, 50, 50)))
    first = scene.panel
    scene.controller.press_key()
    scene.key(Qt.Key.Key_Escape)
    assert not first.session.is_over  # nothing was chosen: the answer is still there
    scene.controller.start_capture(CaptureRequest(region=(10, 10, 50, 50)))
    assert first.session.is_over
    second = scene.panel
    second.head.pin_button.click()
    scene.controller.start_capture(CaptureRequest(region=(20, 20, 50, 50)))
    assert not second.session.is_over
    assert len(scene.view.panels) == 2


def test_a_region_and_an_action_by_command_need_no_overlay(qtbot: Any, scene: Scene) -> None:
    scene.controller.start_capture(CaptureRequest(region=(10, 20, 30, 40), action="describe"))
    assert not scene.overlays()
    assert scene.panel.session.capture.place.device == Box(10, 20, 30, 40)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: bool(scene.engine.asked))
    assert scene.engine.asked[0][-1].text.startswith("Describe")


def test_the_action_none_waits_for_a_key(qtbot: Any, scene: Scene) -> None:
    scene.controller.start_capture(CaptureRequest(region=(10, 20, 30, 40), action="none"))
    qtbot.waitUntil(lambda: bool(scene.engine.prefilled))
    assert not scene.engine.asked


def test_an_action_that_does_not_exist_is_said_before_anything_is_frozen(scene: Scene) -> None:
    scene.controller.start_capture(CaptureRequest(action="poem"))
    assert "poem" in str(scene.problems[0])
    assert scene.screens.grabs == 0


def test_a_region_on_no_screen_is_said(scene: Scene) -> None:
    scene.controller.start_capture(CaptureRequest(region=(90_000, 0, 30, 40)))
    assert isinstance(scene.problems[0], CaptureError)
    assert (scene.doing, scene.view.panels) == ("idle", [])


def test_a_screen_that_can_not_be_pictured_is_said_and_the_next_press_works(scene: Scene) -> None:
    scene.screens.fails = CaptureDenied("The system gives no pictures.", "Allow it.")
    scene.controller.press_key()
    assert scene.problems == [scene.screens.fails]
    assert scene.doing == "idle"
    scene.screens.fails = None
    scene.controller.press_key()
    assert len(scene.overlays()) == 1


def test_the_same_rectangle_again_from_the_overlay_and_from_the_panel(qtbot: Any, scene: Scene) -> None:
    scene.controller.press_key()
    scene.drag(100, 200, 299, 349)
    scene.screens.image = shapes(800, 800).flipped(Qt.Orientation.Horizontal)
    scene.panel.session.press("s")
    assert scene.panel.session.capture.image.qimage == scene.screens.image.copy(100, 200, 200, 150)
    scene.controller.press_key()
    scene.key(Qt.Key.Key_R)
    assert scene.doing == "idle"
    assert scene.panel.session.capture.place.device == Box(100, 200, 200, 150)  # type: ignore[union-attr]


def test_again_before_any_capture_lets_one_be_chosen(scene: Scene) -> None:
    scene.controller.repeat()
    assert len(scene.overlays()) == 1


def test_a_delay_counts_down_where_it_is_seen_and_then_freezes(qtbot: Any, scene: Scene) -> None:
    scene.controller.press_key()
    scene.key(Qt.Key.Key_3)
    assert scene.doing == "countdown"
    assert not scene.overlays()
    (number,) = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, CountdownWindow)]
    assert number.isVisible()
    assert number.accessibleName() == "Capture in 3 seconds"
    scene.controller.countdown._until -= 2.6
    qtbot.waitUntil(lambda: len(scene.overlays()) == 1)
    assert not number.isVisible()


def test_a_press_while_it_counts_down_freezes_now(scene: Scene) -> None:
    scene.controller.start_capture(CaptureRequest(delay_seconds=60))
    scene.controller.press_key()
    assert len(scene.overlays()) == 1


def test_closing_at_any_moment_leaves_nothing_on_the_screen(qtbot: Any, home: Path) -> None:
    for moment in ("overlay", "waiting", "panel", "answering"):
        scene = Scene(home)
        if moment == "overlay":
            scene.controller.press_key()
        elif moment == "waiting":
            scene.controller.start_capture(CaptureRequest(delay_seconds=60))
        else:
            scene.controller.start_capture(CaptureRequest(region=(0, 0, 50, 50)))
            if moment == "answering":
                scene.engine._seconds_per_token = 0.05  # it is seen answering
                qtbot.waitUntil(lambda scene=scene: scene.view.panels[-1].conversation.condition == "answering")
        scene.close()
        assert not [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        assert scene.controller.history.all == ()
        scene.controller.press_key()  # too late
        assert not scene.overlays()


def test_three_hundred_presses_at_random_moments_end_where_one_does(qtbot: Any, scene: Scene) -> None:
    """Presses, commands, keys of the overlay and of the panel, in any order and at any time."""
    chance = random.Random(7)

    def act() -> None:
        kind = chance.randrange(10)
        if kind < 5:
            scene.controller.press_key()
        elif kind == 5:
            scene.controller.start_capture(
                CaptureRequest(region=(chance.randrange(700), 10, 40, 40), action="describe")
            )
        elif kind == 6 and scene.overlays():
            scene.key(chance.choice([Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_R, Qt.Key.Key_Left]))
        elif kind == 7 and scene.overlays():
            scene.drag(10, 10, 10 + chance.randrange(5, 300), 100)
        elif scene.view.panels:
            scene.view.panels[-1].session.press(chance.choice(["Escape", "e", "d", "2", "s", "p"]))

    for _ in range(300):
        act()
        assert len(scene.overlays()) <= 1
        if not chance.randrange(6):
            qtbot.wait(chance.randrange(12))  # at any time
    for panel in tuple(scene.view.panels):
        panel.session.forget()
    if scene.overlays():
        scene.key(Qt.Key.Key_Escape)
    assert scene.doing == "idle"
    scene.controller.press_key()
    scene.drag(10, 10, 60, 60)
    qtbot.waitUntil(lambda: scene.panel.conversation.last_answer == "An answer.", timeout=20_000)


# A desktop that chooses the rectangle itself (Wayland).


class Picker:
    """The portal: `done` is called when the user has chosen."""

    def __init__(self) -> None:
        self.done: list[Any] = []

    def pick_region(self, done: Any) -> None:
        self.done.append(done)


def test_where_the_desktop_chooses_there_is_no_overlay_and_one_question_at_a_time(qtbot: Any, home: Path) -> None:
    room, picker = PanelRoom(home, ScriptedEngine(["x"]), Settings()), Picker()
    room.load()
    rig = CaptureRig(room, None, picker.pick_region)
    rig.controller.press_key()
    rig.controller.press_key()
    assert len(picker.done) == 1
    picker.done[0](CapturedImage(shapes(64, 48)))
    (panel,) = rig.view.panels
    assert isinstance(panel, QuickPanel)
    assert panel.session.capture.size == "64 × 48"
    assert not panel.head.region_button.isVisibleTo(panel)
    rig.close()
    room.close()


def test_what_the_desktop_refuses_is_said_and_an_answer_that_comes_too_late_is_nothing(qtbot: Any, home: Path) -> None:
    room, picker = PanelRoom(home, ScriptedEngine(["x"]), Settings()), Picker()
    problems: list[Exception] = []
    rig = CaptureRig(room, None, picker.pick_region)
    rig.controller.failed.connect(problems.append)
    rig.controller.press_key()
    picker.done[0](CaptureDenied("You said no.", "Press the key again."))
    assert [str(problem) for problem in problems] == ["You said no."]
    rig.controller.press_key()
    rig.close()
    picker.done[1](CapturedImage(shapes(64, 48)))
    assert rig.view.panels == []
    room.close()


def test_without_any_way_to_picture_the_screen_it_says_so(qtbot: Any, home: Path) -> None:
    room = PanelRoom(home, ScriptedEngine(["x"]), Settings())
    problems: list[Exception] = []
    rig = CaptureRig(room)
    rig.controller.failed.connect(problems.append)
    rig.controller.press_key()
    assert "no way" in str(problems[0])
    rig.close()
    room.close()


def test_the_text_reader_is_made_ready_while_the_rectangle_is_drawn_where_it_will_be_used(
    qtbot: Any, scene: Scene
) -> None:
    texts = scene.room.texts
    assert texts is not None
    scene.controller.press_key()
    assert texts.prepared == 0, "the frozen screen is painted first"
    qtbot.waitUntil(lambda: texts.prepared == 1)
    scene.key(Qt.Key.Key_Escape)
    scene.room.host.spec = ModelSpec.of_files("practice", SPEC.files.model, SPEC.files.projector, practice=True)
    scene.controller.press_key()
    qtbot.waitUntil(lambda: settled(scene.controller))
    assert texts.prepared == 1
    scene.key(Qt.Key.Key_Escape)
    scene.controller.start_capture(CaptureRequest(action="text"))
    qtbot.waitUntil(lambda: texts.prepared == 2)


def test_a_press_that_is_taken_back_at_once_loads_no_text_reader(qtbot: Any, scene: Scene) -> None:
    texts = scene.room.texts
    assert texts is not None
    scene.controller.press_key()
    scene.key(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: settled(scene.controller))
    assert texts.prepared == 0


def test_what_went_wrong_is_said_over_all_windows_until_the_next_capture(qtbot: Any, scene: Scene) -> None:
    """Fanlight's own window may be hidden, or far below."""
    scene.screens.fails = CaptureDenied("The desktop does not allow pictures of the screen.", "Allow it there.")
    scene.controller.press_key()
    (notice,) = notices()
    assert notice.accessibleName() == "The desktop does not allow pictures of the screen. Allow it there."
    assert notice.windowFlags() & Qt.WindowType.WindowTransparentForInput
    scene.screens.fails = None
    scene.controller.press_key()
    assert notices() == []


def test_under_a_screen_lock_it_is_said_in_the_window_where_it_waits(scene: Scene) -> None:
    said: list[Exception] = []
    scene.view.problem.connect(said.append)
    scene.controller.failed.emit(ScreenLocked())
    assert (len(notices()), [str(error) for error in said]) == (0, [str(ScreenLocked())])


def test_it_is_said_once_in_a_window_that_has_the_focus_or_over_all_others(qtbot: Any, scene: Scene) -> None:
    said: list[Exception] = []
    scene.view.problem.connect(said.append)
    denied = CaptureDenied("The desktop does not allow pictures of the screen.")
    scene.controller.failed.emit(denied)
    assert (len(notices()), said) == (1, [])
    scene.controller.start_capture(CaptureRequest(region=(10, 10, 50, 50), action="none"))
    qtbot.waitUntil(scene.panel.isActiveWindow)  # the panel is not where it would be seen
    scene.controller.failed.emit(denied)
    assert (len(notices()), said) == (1, [])
    scene.view._hide_notice()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    scene.controller.failed.emit(denied)
    assert (notices(), said) == ([], [denied])


def notices() -> list[CaptureNotice]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, CaptureNotice) and one.isVisible()]


# The captures of this run.


def test_esc_forgets_the_capture_too_and_giving_way_does_not(qtbot: Any, scene: Scene) -> None:
    for left in (0, 10):
        scene.controller.start_capture(CaptureRequest(region=(left, 0, 50, 50)))
    kept = scene.controller.history.all[-1]
    scene.panel.session.forget()
    assert scene.controller.history.all == (kept,)
    scene.controller.reopen(kept.number)
    assert scene.panel.session.capture is kept
    assert not scene.engine.asked or scene.panel.conversation.turns == ()
    scene.controller.reopen(999_999)
    assert len(scene.view.panels) == 1
