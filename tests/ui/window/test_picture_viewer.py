"""A picture is looked at with all of its pixels, and a part of it goes with the next question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.chat.original_pictures import Original, originals_of_pages
from fanlight.core.work.file_worker import FileWorker
from fanlight.documents.files import read_document_bytes
from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Image
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.window.picture_viewer import PictureViewer
from support.pdf_files import pdf
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read, ready
from support.windows import picture_file

pytestmark = pytest.mark.gui
WIDTH, HEIGHT = 1600, 1200


def original(name: str, color: bytes = b"\x80\x80\x80", width: int = WIDTH, height: int = HEIGHT) -> Original:
    return Original(name, lambda: Image.of(width, height, color * (width * height)))


def failing() -> Image:
    raise PictureError("The file is gone.", "Copy it again.")


@pytest.fixture
def viewer(qtbot: Any) -> Iterator[PictureViewer]:
    window, worker = QWidget(), FileWorker()
    qtbot.addWidget(window)
    made = PictureViewer(worker, window)
    made.resize(800, 700)
    yield made
    made.close()
    worker.close()
    worker.join(5)


@pytest.fixture
def shown(qtbot: Any, viewer: PictureViewer) -> Callable[..., PictureViewer]:
    def opened(*originals: Original, index: int = 0) -> PictureViewer:
        viewer.open(originals or (original("a.png"),), index)
        qtbot.waitUntil(lambda: not viewer.view._image.isNull())
        return viewer

    return opened


def test_all_of_it_is_shown_and_then_its_pixels(qtbot: Any, shown: Callable[..., PictureViewer]) -> None:
    viewer = shown()
    view = viewer.view
    assert view.fits
    assert not view.can_move
    assert view.factor == pytest.approx(
        min(view.viewport().width() / WIDTH, view.viewport().height() / HEIGHT), abs=0.01
    )
    assert not viewer.ask.isEnabled()
    qtbot.keyClick(viewer, Qt.Key.Key_1)
    assert viewer.percent.text() == "100 %"
    assert view.can_move
    assert viewer.ask.isEnabled()
    viewer.resize(700, 600)
    assert view.factor == 1.0
    qtbot.keyClick(viewer, Qt.Key.Key_0)
    assert view.fits
    small = shown(original("icon.png", width=20, height=10)).view
    assert small.factor <= small.devicePixelRatioF()


def test_keys_zoom_move_turn_and_go_on(qtbot: Any, shown: Callable[..., PictureViewer]) -> None:
    viewer = shown(original("a.png"), original("b.png"), original("c.png"), index=1)
    assert viewer.place.text() == "2 of 3"
    before = viewer.view.factor
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.view.factor == pytest.approx(before * 1.25)
    for _press in range(5):
        qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    bar = viewer.view.horizontalScrollBar()
    place = bar.value()
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert bar.value() > place
    assert viewer.index == 1
    qtbot.keyClick(viewer, Qt.Key.Key_0)
    qtbot.keyClick(viewer, Qt.Key.Key_R)
    assert viewer.view.turned == 90
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.windowTitle().startswith("c.png")
    assert not viewer.next.isEnabled()
    qtbot.waitUntil(lambda: not viewer.view._image.isNull())
    assert viewer.view.turned == 0
    qtbot.keyClick(viewer, Qt.Key.Key_PageUp)
    assert viewer.index == 1
    qtbot.waitUntil(lambda: not viewer.view._image.isNull())
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert viewer.isHidden()
    assert viewer.view._image.isNull()


def wheel(view: QWidget, pixels: QPoint, notches: QPoint, keys: Qt.KeyboardModifier) -> None:
    place = QPointF(100, 100)
    event = QWheelEvent(
        place,
        place,
        pixels,
        notches,
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_a_wheel_zooms_and_a_touch_pad_moves_and_pinches(
    shown: Callable[..., PictureViewer],
) -> None:
    view = shown().view
    none = Qt.KeyboardModifier.NoModifier
    for _turn in range(6):
        before = view.mapToScene(QPoint(100, 100))
        wheel(view.viewport(), QPoint(), QPoint(0, 120), none)
    after = view.mapToScene(QPoint(100, 100))
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=4)
    factor, place = view.factor, view.verticalScrollBar().value()
    wheel(view.viewport(), QPoint(0, -40), QPoint(0, -40), none)
    assert view.factor == factor
    assert view.verticalScrollBar().value() > place
    wheel(view.viewport(), QPoint(0, -40), QPoint(0, -120), Qt.KeyboardModifier.ControlModifier)
    assert view.factor < factor
    factor = view.factor
    here = QPointF(50, 50)
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        here,
        here,
        here,
        0.1,
        QPointF(),
    )
    assert view.viewportEvent(pinch)
    assert view.factor == pytest.approx(factor * 1.1)


def test_a_part_is_marked_and_cut_from_all_pixels(qtbot: Any, shown: Callable[..., PictureViewer]) -> None:
    viewer = shown()
    parts: list[tuple[QImage, str]] = []
    viewer.part_chosen.connect(lambda image, name: parts.append((image, name)))
    qtbot.keyClick(viewer, Qt.Key.Key_M)
    view, port = viewer.view, viewer.view.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=(start := port.rect().center()))
    qtbot.mouseMove(port, start + QPoint(40, 30))
    qtbot.mouseMove(port, start + QPoint(80, 60))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(80, 60))
    wide = round(80 / view.factor)
    assert view.marked.width() == pytest.approx(wide, abs=6)
    qtbot.keyClick(viewer, Qt.Key.Key_Return)
    ((image, name),) = parts
    assert (image.width(), image.height()) == (view.marked.width(), view.marked.height())
    assert name == "a.png, part"
    viewer.view.turn()
    viewer.ask.click()
    assert (parts[1][0].width(), parts[1][0].height()) == (image.height(), image.width())
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert view.marked.isEmpty()
    assert viewer.isVisible()


def test_without_a_mark_what_is_in_view_is_the_part(qtbot: Any, shown: Callable[..., PictureViewer]) -> None:
    viewer = shown()
    parts: list[QImage] = []
    viewer.part_chosen.connect(lambda image, _name: parts.append(image))
    viewer.ask.click()
    qtbot.keyClick(viewer, Qt.Key.Key_Return)
    assert not parts
    viewer.view.zoom_to(2.0)
    viewer.ask.click()
    port = viewer.view.viewport()
    assert parts[0].width() == pytest.approx(port.width() / 2 * viewer.view.devicePixelRatioF(), abs=3)
    viewer.view.mark(QRectF(1590, 1190, 100, 100))
    assert viewer.view.marked == QRect(1590, 1190, 10, 10)
    viewer.view.mark(QRectF(10, 10, 1, 1))
    assert viewer.view.marked.isEmpty()


def test_what_cannot_be_read_is_a_sentence(qtbot: Any, viewer: PictureViewer) -> None:
    viewer.open([Original("a.png", failing)], 0)
    qtbot.waitUntil(viewer.problem.isVisible)
    assert "The file is gone." in viewer.problem.text()
    assert not viewer.ask.isEnabled()


def test_a_page_is_drawn_large_enough_for_its_smallest_letters() -> None:
    made = originals_of_pages(read_document_bytes(pdf(["a", "b"]), "m.pdf"))
    assert [one.name for one in made] == ["m.pdf, page 1", "m.pdf, page 2"]
    assert made[1].read().height == 4677


def test_a_part_of_an_attached_picture_is_asked_about_beside_it(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    engine = ScriptedEngine(["A cat."])
    window: WholeWindow = open_window(engine)
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path, size=(3000, 2000))))
    (chip,) = read(qtbot, window, 1)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    qtbot.waitUntil(lambda: viewer.view._image.width() == 3000, timeout=20_000)
    viewer.view.mark(QRectF(1000, 500, 400, 300))
    viewer.ask.click()
    read(qtbot, window, 2)
    ask(qtbot, window, "What is there?")
    answered(qtbot, window)
    whole, part = engine.asked[-1][-1].images
    assert (part.width, part.height) == (400, 300)
    assert whole.width < 3000
    viewer.close()
    window.transcript.picture_clicked.emit(0, 1)
    assert viewer.isVisible()
    assert viewer.place.text() == "2 of 2"
    viewer.close()


def test_a_page_that_is_looked_at_closer_is_asked_about(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["Ok."]))
    ready(qtbot, window)
    (tmp_path / "m.pdf").write_bytes(pdf(["a", "b"]))
    drop(window, mime_of(tmp_path / "m.pdf"))
    (chip,) = read(qtbot, window, 1)
    qtbot.keyClick(chip, Qt.Key.Key_Return)
    pages = window.page_viewing.viewer
    assert pages is not None
    pages.next.click()
    pages.closer.click()
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    assert viewer.windowTitle().startswith("m.pdf, page 2")
    qtbot.waitUntil(lambda: not viewer.view._image.isNull(), timeout=20_000)
    viewer.close()
    pages.close()
