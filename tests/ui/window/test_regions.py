"""Places that an answer names are drawn on its picture, while it streams; the text and the picture show each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.domain.picture_regions import PictureRegion
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.region_picture import RegionPicture, RegionSwitch
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, open_saved, read, ready

pytestmark = pytest.mark.gui
ANSWER = (
    'Two things:\n\n```json\n[\n  {"bbox_2d": [0, 0, 500, 500], "label": "red"},\n'
    '  {"bbox_2d": [500, 500, 1000, 1000], "label": "blue"}\n]\n```\n'
)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    image = Pillow.new("RGB", (2000, 1600), "white")
    image.paste("red", (0, 0, 1000, 800))
    image.paste("blue", (1000, 800, 2000, 1600))
    image.save(tmp_path / "things.png")
    return tmp_path / "things.png"


Asked = Callable[..., WholeWindow]


@pytest.fixture
def asked(qtbot: Any, open_window: Open, picture: Path) -> Asked:
    def made(answer: str = ANSWER, question: str = "Give me boxes.") -> WholeWindow:
        window = open_window(ScriptedEngine([answer[start : start + 7] for start in range(0, len(answer), 7)]))
        ready(qtbot, window)
        window.resize(900, 900)
        drop(window, mime_of(picture))
        read(qtbot, window, 1)
        ask(qtbot, window, question)
        answered(qtbot, window)
        qtbot.waitUntil(lambda: not window._chat._captions_timer.pending)  # all is shown once more then
        return window

    return made


def pictures(window: QWidget) -> list[RegionPicture]:
    return [one for one in window.findChildren(RegionPicture) if one.isVisible()]


def body_of(window: WholeWindow, entry: int = 1) -> MessageBody:
    view = window.transcript.view(entry)
    assert view is not None
    found = view._parts["body"]
    assert isinstance(found, MessageBody)
    return found


def move(widget: QWidget, place: QPointF) -> None:
    everywhere, none = QPointF(widget.mapToGlobal(place.toPoint())), Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, everywhere, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def marked(body: MessageBody) -> list[str]:
    return [one.cursor.selectedText() for one in body.extraSelections()]


def test_boxes_are_drawn_below_the_answer_and_kept_with_it(qtbot: Any, asked: Asked, open_window: Open) -> None:
    window = asked()
    (shown,) = pictures(window)
    assert [region.label for region in shown.regions] == ["red", "blue"]
    assert "red, blue" in shown.accessibleName()
    assert shown.height() > 100
    painted = shown.grab().toImage()
    places = [
        QPoint(painted.width() // 4, painted.height() // 4),
        QPoint(painted.width() * 3 // 4, painted.height() // 4),
    ]
    assert [painted.pixelColor(place).name() for place in places] == ["#ff0000", "#ffffff"]
    view = window.transcript.view(1)
    assert view is not None
    assert shown.geometry().bottom() < view.height()
    window.close()
    again = open_window(ScriptedEngine(["x"]))
    ready(qtbot, again)
    open_saved(qtbot, again)
    qtbot.waitUntil(lambda: len(pictures(again)) == 1)
    assert [region.label for region in pictures(again)[0].regions] == ["red", "blue"]


def test_they_appear_while_the_answer_streams(qtbot: Any, open_window: Open, picture: Path) -> None:
    half = ANSWER.index('"blue"')
    engine = ScriptedEngine([ANSWER[:half], *(["x"] * 40), ANSWER[half:]], seconds_per_token=0.05)
    window = open_window(engine)
    ready(qtbot, window)
    drop(window, mime_of(picture))
    read(qtbot, window, 1)
    ask(qtbot, window, "Give me boxes.")
    qtbot.waitUntil(lambda: any(len(one.regions) == 2 for one in pictures(window)))
    assert window.session_manager.current.condition == "answering"
    answered(qtbot, window)


def test_the_mouse_on_a_box_marks_its_numbers_and_on_the_numbers_its_box(qtbot: Any, asked: Asked) -> None:
    window = asked()
    (shown,), body = pictures(window), body_of(window)
    move(shown, QPointF(shown.width() * 0.75, shown.height() * 0.75))
    assert shown.current == 1
    assert marked(body) == ["[500, 500, 1000, 1000]"]
    move(shown, QPointF(shown.width() * 0.75, shown.height() * 0.25))
    assert (shown.current, marked(body)) == (-1, [])
    cursor = body.document().find("bbox_2d")
    assert not cursor.isNull()
    place = body.cursorRect(cursor).center()
    move(body.viewport(), QPointF(place))
    assert shown.current == 0
    top = QTextCursor(body.document())
    move(body.viewport(), QPointF(body.cursorRect(top).center()))
    assert shown.current == -1
    QApplication.sendEvent(body, QEvent(QEvent.Type.Leave))
    assert shown.current == -1


def test_the_keyboard_goes_from_box_to_box_and_copies_one_with_all_of_its_pixels(qtbot: Any, asked: Asked) -> None:
    window = asked()
    (shown,) = pictures(window)
    view = window.transcript.view(1)
    assert view is not None
    assert shown in view.controls()
    shown.setFocus()
    assert shown.current == -1
    QTest.keyClick(shown, Qt.Key.Key_Right)
    QTest.keyClick(shown, Qt.Key.Key_Right)
    assert shown.current == 1
    assert marked(body_of(window)) == ["[500, 500, 1000, 1000]"]
    QGuiApplication.clipboard().clear()
    QTest.keyClick(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == 1000, timeout=20_000)
    copied = QGuiApplication.clipboard().image()
    assert (copied.height(), copied.pixelColor(500, 400).name()) == (800, "#0000ff")
    (shown,) = pictures(window)
    QTest.keyClick(shown, Qt.Key.Key_Left)
    assert shown.current in (0, 1)


def test_a_part_is_asked_about_and_the_viewer_shows_all_of_them(qtbot: Any, asked: Asked) -> None:
    window = asked()
    (shown,) = pictures(window)
    texts = [action.text() for action in shown.menu(0).actions()]
    assert texts == ["Look at it", "Copy this part", "Ask about this part"]
    assert [action.text() for action in shown.menu(-1).actions()] == ["Look at it"]
    shown.wanted.emit("ask", 0)
    (chip,) = read(qtbot, window, 1)
    assert chip.item.attachment is not None
    image = chip.item.attachment.image
    assert image is not None
    assert (image.width, image.height, image.rgb[:3]) == (1000, 800, b"\xff\0\0")
    shown.wanted.emit("show", 1)
    qtbot.waitUntil(lambda: window.picture_viewing.viewer is not None)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    qtbot.waitUntil(lambda: viewer.view.image.width() == 2000, timeout=20_000)
    assert (len(viewer.view.regions), viewer.view.current) == (2, 1)
    move(viewer.view.viewport(), QPointF(viewer.view.mapFromScene(QPointF(100, 100))))
    assert viewer.view.current == 0
    QTest.keyClick(viewer, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().image().pixelColor(1, 1).name() == "#ff0000"
    viewer.close()


def test_a_search_keeps_its_marks_beside_that_of_a_box(asked: Asked) -> None:
    from fanlight.domain.search import literal_query
    from fanlight.ui.transcript.marks import Marks

    window = asked()
    (shown,), body = pictures(window), body_of(window)
    window.transcript.show_marks(Marks(literal_query("label"), (1, 0)))
    assert len(marked(body)) == 2
    move(shown, QPointF(5, 5))
    assert len(marked(body)) == 3
    move(shown, QPointF(shown.width() - 5, 5))
    assert len(marked(body)) == 2


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("The numbers are [12, 45, 78, 90].", "What does the table say?"),
        ("No box at all.", "Give me boxes."),
        ('{"bbox_2d": [900, 0, 100, 500]}', "Give me boxes."),
    ],
)
def test_where_nothing_is_named_there_is_no_picture(asked: Asked, answer: str, question: str) -> None:
    assert pictures(asked(answer, question)) == []


def test_without_a_picture_there_are_no_boxes(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine([ANSWER]))
    ready(qtbot, window)
    ask(qtbot, window, "Give me boxes.")
    answered(qtbot, window)
    assert pictures(window) == []


@pytest.fixture
def asked_about_two(qtbot: Any, open_window: Open, picture: Path, tmp_path: Path) -> Callable[[str], WholeWindow]:
    Pillow.new("RGB", (600, 1200), "green").save(tmp_path / "tall.png")

    def made(answer: str) -> WholeWindow:
        window = open_window(ScriptedEngine([answer]))
        ready(qtbot, window)
        window.resize(900, 900)
        drop(window, mime_of(picture, tmp_path / "tall.png"))
        read(qtbot, window, 2)
        ask(qtbot, window, "Give me boxes.")
        answered(qtbot, window)
        qtbot.waitUntil(lambda: not window._chat._captions_timer.pending)
        return window

    return made


def switch_of(window: WholeWindow) -> RegionSwitch:
    (found,) = [one for one in window.findChildren(RegionSwitch) if one.isVisible()]
    return found


SAME = '{"bbox_2d": [0, 0, 500, 500], "label": "%s"}'


def test_of_several_pictures_each_has_the_boxes_that_the_answer_says_are_in_it(
    qtbot: Any, asked_about_two: Callable[[str], WholeWindow]
) -> None:
    window = asked_about_two(f"Image 2:\n```json\n{SAME % 'tree'}\n```\n\nImage 1:\n```json\n{SAME % 'red'}\n```")
    (shown,), switch, body = pictures(window), switch_of(window), body_of(window)
    assert [region.label for region in shown.regions] == ["red"]
    assert switch.count.text() == "Picture 1 of 2"
    assert [arrow.isEnabled() for arrow in switch.arrows] == [False, True]
    before = shown.geometry()
    cursor = body.document().find("tree")
    move(body.viewport(), QPointF(body.cursorRect(cursor).center()))
    assert (shown.shown.picture, shown.current, switch.count.text()) == (1, 0, "Picture 2 of 2")
    assert shown.geometry() == before
    move(shown, QPointF(shown.width() - 2, 5))
    move(shown, QPointF(5, 5))
    (one,) = body.extraSelections()
    assert one.cursor.position() < body.document().find("red").position()
    move(shown, QPointF(shown.width() - 2, 5))
    assert shown.current == -1
    QTest.keyClick(shown, Qt.Key.Key_Right)
    QTest.keyClick(shown, Qt.Key.Key_Right)
    assert (shown.shown.picture, shown.current) == (0, 0)
    switch.arrows[1].click()
    shown.wanted.emit("copy", 0)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == 300, timeout=20_000)
    assert QGuiApplication.clipboard().image().pixelColor(9, 9).name() == "#008000"


def test_where_the_answer_does_not_say_which_picture_it_means_the_first_is_shown_and_the_user_chooses(
    asked_about_two: Callable[[str], WholeWindow],
) -> None:
    window = asked_about_two(ANSWER)
    (shown,), switch = pictures(window), switch_of(window)
    assert (shown.shown.picture, len(shown.regions)) == (0, 2)
    assert switch.count.text() == "Picture 1 of 2. The answer does not say which one it means."
    view = window.transcript.view(1)
    assert view is not None
    assert set(switch.arrows) < set(view.controls())
    switch.arrows[1].click()
    assert (shown.shown.picture, len(shown.regions)) == (1, 2)
    assert [arrow.isEnabled() for arrow in switch.arrows] == [True, False]


def test_points_are_drawn_and_what_is_around_them_is_copied(qtbot: Any, asked: Asked) -> None:
    window = asked('<point x="25" y="25" alt="middle of the red one">it</point>')
    (shown,) = pictures(window)
    (region,) = shown.regions
    assert isinstance(region, PictureRegion)
    assert region.is_point
    assert shown.grab().toImage().size().width() > 0
    move(shown, QPointF(shown.width() * 0.25, shown.height() * 0.25))
    assert shown.current == 0
    shown.wanted.emit("copy", 0)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == 320, timeout=20_000)


def test_a_follow_up_without_a_picture_is_about_the_one_before(qtbot: Any, asked: Asked) -> None:
    window = asked("Nothing yet.", "What is it?")
    assert pictures(window) == []
    current = window.session_manager.current
    assert [len(current.pictures_of_answer(entry)) for entry in (0, 1, 9)] == [0, 1, 0]
    entry = window.transcript.entries()[1]
    assert entry.pictured is not None
    (frame,) = entry.pictured.frames
    assert (frame.width, frame.original_width) == (1536, 2000)
