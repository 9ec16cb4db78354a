"""A picture is drawn on and redacted with the mouse and with keys, and what is found in it is covered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from fanlight.core.chat.original_pictures import Original
from fanlight.core.ocr.ocr_worker import OcrWorker
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.annotations import Area, Arrow, Crop, Frame, NumberBadge, Redaction, Words
from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Image
from fanlight.domain.reading import FaceBox
from fanlight.ui.window.picture_viewer import PictureViewer
from support.reading import FakeReader

pytestmark = pytest.mark.gui
WIDTH, HEIGHT = 800, 600
KEYS = {"shift": Qt.KeyboardModifier.ShiftModifier, "ctrl": Qt.KeyboardModifier.ControlModifier}


@pytest.fixture
def viewer(qtbot: Any) -> Iterator[PictureViewer]:
    """With a grey picture; mail and nothing else is read in it."""
    window, worker, texts = QWidget(), FileWorker(), OcrWorker(lambda: FakeReader(("ann@example.com", "a title")))
    qtbot.addWidget(window)
    made = PictureViewer(worker, window, texts)
    made.resize(900, 800)
    made.open([Original("a.png", lambda: Image.of(WIDTH, HEIGHT, b"\x80" * 3 * WIDTH * HEIGHT))], 0)
    qtbot.waitUntil(lambda: not made.view.image.isNull())
    made.drawing.click()
    yield made
    made.view.forget_edits()
    made.close()
    for one in (worker, texts):
        one.close()
        one.join(5)


def drag(qtbot: Any, viewer: PictureViewer, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """From a pixel of the picture to another one."""
    port, places = viewer.view.viewport(), [viewer.view.mapFromScene(QPointF(*place)) for place in (begin, end)]
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=places[0])
    for step in (1, 2, 3):
        qtbot.mouseMove(port, places[0] + (places[1] - places[0]) * step / 3)
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=places[1])


def click(qtbot: Any, viewer: PictureViewer, place: tuple[float, float]) -> None:
    qtbot.mouseClick(viewer.view.viewport(), Qt.MouseButton.LeftButton, pos=viewer.view.mapFromScene(QPointF(*place)))


def is_near(area: Area, *sides: float) -> bool:
    return all(
        abs(one - other) < 4 for one, other in zip((area.left, area.top, area.width, area.height), sides, strict=True)
    )


def test_marks_are_drawn_moved_and_taken_back_with_the_mouse(qtbot: Any, viewer: PictureViewer) -> None:
    view, bar = viewer.view, viewer.tools.bar
    drag(qtbot, viewer, (100, 100), (300, 160))
    (redaction,) = view.annotations
    assert isinstance(redaction, Redaction)
    assert is_near(redaction.area, 100, 100, 200, 60)
    bar.tools["frame"].click()
    drag(qtbot, viewer, (500, 500), (400, 400))
    bar.tools["arrow"].click()
    drag(qtbot, viewer, (10, 10), (90, 90))
    bar.tools["crop"].click()
    drag(qtbot, viewer, (5, 5), (700, 550))
    drag(qtbot, viewer, (5, 5), (750, 590))
    bar.tools["number"].click()
    click(qtbot, viewer, (600, 100))
    click(qtbot, viewer, (650, 100))
    assert [type(one) for one in view.annotations] == [Redaction, Frame, Arrow, Crop, NumberBadge, NumberBadge]
    assert [one.number for one in view.annotations if isinstance(one, NumberBadge)] == [1, 2]
    bar.tools["choose"].click()
    drag(qtbot, viewer, (200, 130), (260, 230))
    assert isinstance(first := view.annotations[0], Redaction)
    assert is_near(first.area, 160, 200, 200, 60)
    bar.undo.click()
    assert view.annotations[0] == redaction
    bar.redo.click()
    assert view.annotations[0] == first
    for _step in range(8):
        bar.undo.click()
    assert view.annotations == ()
    assert not bar.undo.isEnabled()


def test_all_of_it_is_done_with_keys(qtbot: Any, viewer: PictureViewer) -> None:
    view = viewer.view
    for key in "XCABN":
        qtbot.keyClick(viewer, Qt.Key[f"Key_{key}"])
        qtbot.keyClick(viewer, Qt.Key.Key_Return)
    assert [type(one) for one in view.annotations] == [Redaction, Crop, Arrow, Frame, NumberBadge]
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    qtbot.keyClick(viewer, Qt.Key.Key_Return)
    field = viewer.tools._field
    assert field.isVisible()
    qtbot.keyClicks(field, "sec")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert isinstance(view.annotations[-1], Words)
    assert view.annotations[-1].text == "sec"
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    qtbot.keyClick(viewer, Qt.Key.Key_Period)
    assert view.chosen == 0
    before = view.annotations[0]
    assert isinstance(before, Redaction)
    qtbot.keyClick(viewer, Qt.Key.Key_Right, KEYS["ctrl"])
    qtbot.keyClick(viewer, Qt.Key.Key_Down, KEYS["shift"] | KEYS["ctrl"])
    after = view.annotations[0]
    assert isinstance(after, Redaction)
    assert after.area.left == before.area.left + 1
    assert after.area.height == before.area.height + 1
    qtbot.keyClick(viewer, Qt.Key.Key_V)
    assert isinstance(tiled := view.annotations[0], Redaction)
    assert tiled.cover == "tiles"
    qtbot.keyClick(viewer, Qt.Key.Key_Delete)
    assert not view.covers
    for _step in range(3):
        qtbot.keyClick(viewer, Qt.Key.Key_Z, KEYS["ctrl"])
    assert view.annotations[0] == Redaction(Area(before.area.left + 1, *_rest(before.area)))
    qtbot.keyClick(viewer, Qt.Key.Key_Z, KEYS["ctrl"] | KEYS["shift"])
    assert isinstance(view.annotations[0], Redaction)


def _rest(area: Area) -> tuple[float, float, float]:
    return area.top, area.width, area.height


def test_what_is_found_is_covered_and_can_be_switched_off(qtbot: Any, viewer: PictureViewer) -> None:
    view = viewer.view
    viewer.tools.bar.find_button.setFocus()
    viewer.tools.bar.find_button.click()
    qtbot.waitUntil(lambda: bool(view.annotations))
    (one,) = view.annotations
    assert isinstance(one, Redaction)
    assert (one.found, one.on) == ("mail", True)
    assert "1 place" in viewer.tools.bar.said.text()
    click(qtbot, viewer, (40, 8))
    assert not view.covers
    assert viewer.tools.outcome()().pixelColor(40, 8).red() == 128
    qtbot.waitUntil(viewer.hasFocus)
    before = view.factor
    for key in (Qt.Key.Key_Period, Qt.Key.Key_Space):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
    assert view.factor == before
    assert viewer.tools.outcome()().pixelColor(40, 8).red() == 0
    qtbot.keyClick(viewer, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: "already" in viewer.tools.bar.said.text())
    assert len(view.annotations) == 1
    part = view.part()
    assert part.isNull() or part.pixelColor(40, 8).red() == 0


def test_faces_are_covered_where_they_are_asked_for(
    qtbot: Any, viewer: PictureViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [FaceBox(200, 100, 300, 200)]
    monkeypatch.setattr(FakeReader, "find_faces", lambda self, image, stop=None: tuple(found))
    viewer.setFocus()
    qtbot.keyClick(viewer, Qt.Key.Key_F, KEYS["shift"])
    assert viewer.tools.bar.said.text() == "Looking for faces…"
    assert not viewer.tools.bar.faces_button.isEnabled()
    qtbot.waitUntil(lambda: bool(viewer.view.annotations))
    (one,) = viewer.view.annotations
    assert isinstance(one, Redaction)
    assert (one.found, is_near(one.area, 180, 65, 140, 150)) == ("face", True)
    found.clear()
    viewer.tools.bar.faces_button.click()
    qtbot.waitUntil(lambda: viewer.tools.bar.said.text().startswith("Nothing was found"))
    assert viewer.tools.bar.faces_button.isEnabled()
    assert viewer.view.covers


def test_a_search_that_fails_is_over(qtbot: Any, viewer: PictureViewer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_unused: object) -> tuple[FaceBox, ...]:
        raise OcrError("There is not enough memory.")

    monkeypatch.setattr(FakeReader, "find_faces", fail)
    viewer.tools.bar.faces_button.click()
    qtbot.waitUntil(viewer.problem.isVisible)
    assert "There is not enough memory." in viewer.problem.text()
    assert viewer.tools.bar.said.text() == ""
    assert viewer.tools.bar.faces_button.isEnabled()


def test_it_is_found_in_the_picture_as_it_is_turned(qtbot: Any, viewer: PictureViewer) -> None:
    viewer.turned.click()
    viewer.tools.bar.find_button.click()
    qtbot.waitUntil(lambda: bool(viewer.view.annotations))
    (one,) = viewer.view.annotations
    assert isinstance(one, Redaction)
    assert one.area.left == 0
    assert one.area.left + one.area.width >= 15
    assert one.area.top <= HEIGHT - 8 * len("ann@example.com")
    assert one.area.top + one.area.height == HEIGHT


def test_what_is_drawn_is_not_lost_without_a_question(
    qtbot: Any, viewer: PictureViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(box: QMessageBox) -> int:
        asked.append(box.text())
        return 0

    drag(qtbot, viewer, (100, 100), (300, 160))
    monkeypatch.setattr(QMessageBox, "exec", refuse)
    assert not viewer.close()
    assert viewer.isVisible()
    assert asked == ["Discard what you have drawn on this picture?"]
    assert viewer.view.annotations


def test_a_kept_picture_is_replaced_only_after_a_yes(
    qtbot: Any, viewer: PictureViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    drag(qtbot, viewer, (100, 100), (300, 160))
    with qtbot.assertNotEmitted(viewer.kept_replaced):
        monkeypatch.setattr(QMessageBox, "exec", lambda box: box.button(QMessageBox.StandardButton.Cancel).click())
        viewer.tools.bar.replace_button.click()
    assert viewer.isVisible()

    def agree(box: QMessageBox) -> None:
        assert "cannot be undone" in box.text()
        next(one for one in box.buttons() if one.text() == "Replace").click()

    monkeypatch.setattr(QMessageBox, "exec", agree)
    with qtbot.waitSignal(viewer.kept_replaced):
        viewer.tools.bar.replace_button.click()
    assert viewer.isHidden()
