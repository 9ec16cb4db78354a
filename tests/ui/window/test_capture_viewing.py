"""A capture in its panel: its detail, a look at it, a part that is asked about, and places that an answer names."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from fanlight.core.remote_commands import CaptureRequest
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.detail import Detail
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.transcript.region_picture import RegionPicture
from support.whole_window import WholeWindow
from support.window_hands import Open, ready

pytestmark = pytest.mark.gui
WIDE = (10, 20, 700, 500)
BOXES = '```json\n[{"bbox_2d": [0, 0, 500, 500], "label": "red"}, {"bbox_2d": [500, 0, 1000, 1000], "label": "b"}]\n```'


@pytest.fixture
def opened(qtbot: Any, open_window: Open) -> Any:
    def made(engine: ScriptedEngine, action: str = "none", detail: Detail = "low") -> tuple[WholeWindow, QuickPanel]:
        window = open_window(engine, settings=Settings(read_text_in_captures=False, picture_detail=detail))
        ready(qtbot, window)
        window.remote.capture_requested.emit(CaptureRequest(region=WIDE, action=action))
        panel = window.features.captures.view.panels[-1]
        assert isinstance(panel, QuickPanel)
        qtbot.waitUntil(lambda: bool(panel.session.questions.pictures.costs))
        return window, panel

    return made


def details(menu: QMenu) -> Sequence[QAction]:
    return [action for action in menu.actions() if action.data()]


def choose(qtbot: Any, panel: QuickPanel, detail: str) -> None:
    (wanted,) = [one for one in details(panel.picture_menu()) if one.data() == detail]
    wanted.trigger()
    pictures = panel.session.questions.pictures
    qtbot.waitUntil(lambda: bool(pictures.now) and pictures.now[0].detail == detail)


def idle(panel: QuickPanel) -> bool:
    return panel.conversation.condition == "idle" and bool(panel.conversation.turns)


def test_the_detail_of_a_capture_is_chosen_in_its_menu_which_says_what_each_takes(qtbot: Any, opened: Any) -> None:
    window, panel = opened(engine := ScriptedEngine(["A circle."], counts_pixels=True))
    qtbot.waitUntil(lambda: "tokens" in details(panel.picture_menu())[0].text())
    texts = [action.text() for action in details(panel.picture_menu())]
    assert texts == [
        "Low detail: 512 × 366, 192 tokens",
        "Normal detail: 700 × 500, 352 tokens",
        "High detail: 700 × 500, 352 tokens",
    ]
    assert [one.isChecked() for one in details(panel.picture_menu())] == [True, False, False]
    choose(qtbot, panel, "normal")
    qtbot.waitUntil(lambda: panel.head.facts.text() == "700 × 500, 352 tokens")
    panel.session.questions.ask("What is it?")
    qtbot.waitUntil(lambda: idle(panel))
    assert [(one.width, one.height) for one in engine.asked[0][-1].images] == [(700, 500)]
    choose(qtbot, panel, "low")
    assert panel.head.status.text() == "The capture goes with your next question in this detail."
    panel.session.questions.ask("And small?")
    qtbot.waitUntil(lambda: len(engine.asked) == 2 and idle(panel))
    assert [(one.width, one.height) for one in engine.asked[1][-1].images] == [(512, 366)]
    panel.session.press("o")
    qtbot.waitUntil(lambda: panel.session.is_over)
    turns = window.session_manager.current.turns
    sent = [one for turn in turns for one in turn.attachments]
    assert [one.detail for one in sent] == ["normal", "low"]
    assert all(one.picture is not None and one.picture.data for one in sent)


def test_several_choices_one_after_another_end_with_the_last(qtbot: Any, opened: Any) -> None:
    _window, panel = opened(engine := ScriptedEngine(["x"], counts_pixels=True))
    questions = panel.session.questions
    for detail in ("high", "normal", "low", "normal"):
        questions.choose_detail(detail)
    questions.ask("What is it?")  # waits for the picture
    qtbot.waitUntil(lambda: idle(panel))
    assert [one.width for one in engine.asked[0][-1].images] == [700]
    assert len(engine.asked) == 1


def test_a_part_that_is_attached_stays_where_another_detail_is_chosen(qtbot: Any, opened: Any) -> None:
    _window, panel = opened(engine := ScriptedEngine(["x"], counts_pixels=True))
    attachments = panel.conversation.attachments
    panel.session.attach(CapturedImage(QImage(100, 50, QImage.Format.Format_RGB32)))
    qtbot.waitUntil(lambda: len(attachments.read) == 2)
    choose(qtbot, panel, "normal")
    qtbot.waitUntil(lambda: [one.image.width for one in attachments.read] == [700, 100])
    panel.session.questions.ask("What is it?")
    qtbot.waitUntil(lambda: idle(panel))
    assert [one.width for one in engine.asked[0][-1].images] == [700, 100]


def test_what_is_read_when_the_panel_is_closed_leaves_no_pixels(qtbot: Any, opened: Any) -> None:
    window, panel = opened(ScriptedEngine(["x"]))
    pictures = panel.session.questions.pictures
    panel.session.questions.choose_detail("normal")
    panel.session.press("Escape")
    assert panel.session.is_over
    done: list[object] = []
    for _thread in range(3):
        window.core.file_worker.call(lambda: time.sleep(0.2), done.append)
    qtbot.waitUntil(lambda: len(done) == 3)
    assert (pictures.now, pictures._sent) == ((), {})


def test_a_question_about_places_shows_the_capture_with_them_below_the_answer(qtbot: Any, opened: Any) -> None:
    window, panel = opened(ScriptedEngine([BOXES]))
    panel.session.questions.ask("Give me the boxes.")
    qtbot.waitUntil(lambda: any(one.isVisible() for one in panel.findChildren(RegionPicture)))
    (shown,) = panel.findChildren(RegionPicture)
    assert [one.label for one in shown.regions] == ["red", "b"]
    assert shown.width() <= 240
    QGuiApplication.clipboard().clear()
    shown.wanted.emit("copy", 1)
    copied = QGuiApplication.clipboard().image()
    assert (copied.width(), copied.height()) == (350, 500)
    shown.wanted.emit("show", 0)
    viewer = window.features.captures.viewing.viewer
    qtbot.waitUntil(lambda: viewer.view.image.width() == 700)
    assert panel.isHidden()
    assert (len(viewer.view.regions), viewer.view.current) == (2, 0)
    viewer.close()
    assert panel.isVisible()


def test_a_part_goes_with_the_next_question_and_is_kept_as_the_part_it_is(qtbot: Any, opened: Any) -> None:
    window, panel = opened(engine := ScriptedEngine([BOXES]))
    panel.session.questions.ask("Give me the boxes.")
    qtbot.waitUntil(lambda: idle(panel) and bool(panel.findChildren(RegionPicture)))
    panel.findChildren(RegionPicture)[0].wanted.emit("ask", 1)
    qtbot.waitUntil(lambda: len(panel.conversation.attachments.read) == 1)
    assert panel.head.status.text() == "The part goes with your next question."
    panel.session.questions.ask("What is this?")
    qtbot.waitUntil(lambda: len(engine.asked) == 2 and idle(panel))
    assert [one.height for one in engine.asked[1][-1].images] == [500]
    panel.session.press("o")
    qtbot.waitUntil(lambda: panel.session.is_over)
    sizes = []
    for turn in window.session_manager.current.turns:
        for one in turn.attachments:
            with Pillow.open(io.BytesIO(one.picture.data)) as picture:
                sizes.append(picture.size)
    assert sizes == [(700, 500), (350, 500)]


def test_a_look_at_the_capture_by_mouse_and_keyboard_and_a_part_that_is_marked_there(qtbot: Any, opened: Any) -> None:
    window, panel = opened(engine := ScriptedEngine(["x"], counts_pixels=True))
    assert panel.head.picture.focusPolicy() == Qt.FocusPolicy.TabFocus
    QTest.keyClick(panel.head.picture, Qt.Key.Key_Return)
    viewer = window.features.captures.viewing.viewer
    qtbot.waitUntil(lambda: viewer.view.image.width() == 700)
    assert not viewer.drawing.isChecked()
    viewer.part_chosen.emit(viewer.view.image.copy(0, 0, 100, 50), "part")
    assert not viewer.isVisible()
    assert panel.isVisible()
    qtbot.waitUntil(lambda: len(panel.conversation.attachments.read) == 2)
    panel.session.questions.ask("What is this?")
    qtbot.waitUntil(lambda: idle(panel))
    assert [one.width for one in engine.asked[0][-1].images] == [512, 100]
    assert engine.asked[0][-1].text == "What is this?"
    QTest.mouseClick(panel.head.picture, Qt.MouseButton.LeftButton)
    assert viewer.isVisible()
    viewer.close()


def test_the_menu_key_opens_the_menu_and_it_shows_what_the_model_sees(qtbot: Any, opened: Any) -> None:
    window, panel = opened(ScriptedEngine(["x"]))
    picture = panel.head.picture
    qtbot.waitUntil(lambda: not details(panel.picture_menu()))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(3, 3), picture.mapToGlobal(QPoint(3, 3)))
    QApplication.sendEvent(picture, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts[:2] == ["Look at It", "What the Model Sees"]
    assert texts[-1] == "This model sees each picture with 64 tokens"
    menu.actions()[1].trigger()
    menu.close()
    qtbot.waitUntil(lambda: window.features.captures.viewing is not None)
    viewer = window.features.captures.viewing.viewer
    qtbot.waitUntil(lambda: viewer.view.image.width() == 512)
    assert "64 tokens" in viewer.caption.text()
    viewer.close()
    panel.head.more_button.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()
