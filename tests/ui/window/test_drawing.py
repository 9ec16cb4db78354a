"""A picture is drawn on and redacted before it is sent, and afterwards wherever it is kept."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from fanlight.core.chat.original_pictures import Original
from fanlight.core.ocr.ocr_worker import OcrWorker
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.annotations import Area, Arrow, Crop, Frame, NumberBadge, Redaction, Words
from fanlight.domain.events import TokensCounted
from fanlight.domain.messages import Image
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.store.database import Database
from fanlight.ui.window import picture_drawing
from fanlight.ui.window.picture_viewer import PictureViewer
from support.reading import FakeReader
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read, ready
from support.windows import picture_file

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


SECRET = (250, 3, 7)


def secret_picture(folder: Path) -> Path:
    """Pixels of that color are nowhere but in one place; a preview in its metadata has them, too."""
    image = Pillow.new("RGB", (WIDTH, HEIGHT), "white")
    image.paste(SECRET, (100, 100, 300, 160))
    small = io.BytesIO()
    image.resize((160, 120)).save(small, "JPEG")
    exif = Pillow.Exif()
    exif[0x010E] = "the secret word"
    path = folder / "screen.png"
    image.save(path, exif=exif)
    return path


def is_secret(pixels: Pillow.Image) -> bool:
    return bool((np.asarray(pixels.convert("RGB")) == SECRET).all(axis=2).any())


def files_with_secret(home: Path) -> list[str]:
    """Pictures among all files, by their pixels; and any with the word."""
    found = []
    for path in (one for one in home.rglob("*") if one.is_file()):
        data = path.read_bytes()
        try:
            with Pillow.open(io.BytesIO(data)) as image:
                if is_secret(image):
                    found.append(str(path))
        except OSError:
            pass
        if b"the secret word" in data or b"hunter2" in data:
            found.append(str(path))
    return found


def shown_secret(image: Image) -> bool:
    return is_secret(Pillow.frombytes("RGB", (image.width, image.height), image.rgb))


def redact(qtbot: Any, viewer: PictureViewer) -> None:
    qtbot.waitUntil(lambda: viewer.view.image.width() == WIDTH, timeout=20_000)
    viewer.drawing.setChecked(True)
    viewer.view.add(Redaction(Area(90, 90, 220, 80)))


def test_a_picture_that_is_redacted_before_it_is_sent_never_reaches_the_disk(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    engine = ScriptedEngine(["Nothing."])
    window: WholeWindow = open_window(engine)
    ready(qtbot, window)
    file = secret_picture(tmp_path)
    before, attachments = file.read_bytes(), window.session_manager.current.attachments
    drop(window, mime_of(file))
    (chip,) = read(qtbot, window, 1)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    redact(qtbot, viewer)
    (item,) = attachments.items
    assert item.attachment is not None
    assert item.attachment.image is not None
    attachments.on_event(TokensCounted(item.attachment.image.id, 36))  # while it was looked at
    viewer.tools.bar.apply_button.click()
    assert viewer.isHidden()
    read(qtbot, window, 1)
    ask(qtbot, window, "What is there?")
    answered(qtbot, window)
    assert len(engine.asked[-1][-1].images) == 1
    assert not any(shown_secret(image) for one in engine.asked[-1] for image in one.images)
    assert [name for name in files_with_secret(tmp_path) if name != str(file)] == []
    assert list(tmp_path.rglob("pictures/*/*"))
    assert file.read_bytes() == before


def test_the_model_sees_what_is_covered_where_the_user_wants_it_and_no_file_has_it(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    engine = ScriptedEngine(["Nothing."])
    window: WholeWindow = open_window(engine, settings=Settings(state_gigabytes=1))
    ready(qtbot, window)
    file = secret_picture(tmp_path)
    drop(window, mime_of(file))
    (chip,) = read(qtbot, window, 1)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    redact(qtbot, viewer)
    viewer.tools.bar.model_sees.click()
    viewer.tools.bar.apply_button.click()
    read(qtbot, window, 1)
    ask(qtbot, window, "What is there?")
    answered(qtbot, window)
    file.unlink()
    manager = window.session_manager
    (turn, _answer) = manager.current.turns
    assert shown_secret(engine.asked[-1][-1].images[0])
    assert not shown_secret(turn.attachments[0].thumbnail or Image.of(1, 1, bytes(SECRET)))
    assert window.core._kept_states._request(tmp_path / "a.state", manager.current) is None
    qtbot.waitUntil(lambda: bool(list(tmp_path.rglob("pictures/*/*"))))
    assert files_with_secret(tmp_path) == []
    asked = manager.current
    manager.new()
    qtbot.waitUntil(lambda: not asked.turns[0].shows_more_than_kept)
    assert not shown_secret(asked.turns[0].message.images[0])


def test_a_picture_that_was_sent_is_replaced_wherever_it_is_kept(
    qtbot: Any, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ScriptedEngine(["Nothing."])
    window: WholeWindow = open_window(engine)
    ready(qtbot, window)
    file = secret_picture(tmp_path)
    drop(window, mime_of(file))
    read(qtbot, window, 1)
    ask(qtbot, window, "What is there?")
    answered(qtbot, window)
    file.unlink()
    old = read_texts(qtbot, window)
    assert files_with_secret(tmp_path) != []
    window.history.submit(lambda database: database.back_up())
    window.transcript.picture_clicked.emit(0, 0)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    redact(qtbot, viewer)
    assert viewer.tools.bar.replace_button.isVisible()
    monkeypatch.setattr(picture_drawing.PictureDrawing, "confirm_replacing", lambda self: True)
    replacing = window.core.picture_replacing
    with qtbot.waitSignal(replacing.replaced, timeout=20_000):
        viewer.tools.bar.replace_button.click()
    done: list[bool] = []
    window.history.submit(
        lambda database: [None for _ in iter(database.searching.index_some, False)], lambda _: done.append(True)
    )
    qtbot.waitUntil(lambda: bool(done))
    assert files_with_secret(tmp_path) == []
    (turn, _answer) = window.session_manager.current.turns
    assert turn.message.images
    assert not shown_secret(turn.message.images[0])
    assert turn.attachments[0].thumbnail is not None
    assert not shown_secret(turn.attachments[0].thumbnail)
    ask(qtbot, window, "And now?")
    answered(qtbot, window, 4)
    assert not any(shown_secret(image) for one in engine.asked[-1] for image in one.images)
    assert old not in {path.name for path in tmp_path.rglob("*")}


def read_texts(qtbot: Any, window: WholeWindow) -> str:
    """The name of the one kept picture, in which a word was read."""
    names: list[str] = []

    def work(database: Database) -> str:
        name = database.searching.unread_picture()
        assert name is not None
        database.searching.keep_picture_text(name, "hunter2 is the password")
        while database.searching.index_some():
            pass
        return name

    window.history.submit(work, names.append)
    qtbot.waitUntil(lambda: bool(names))
    return names[0]


def test_marks_beside_a_sent_picture_make_another_one(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["Ok."]))
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    ask(qtbot, window, "What is there?")
    answered(qtbot, window)
    kept = {path: path.read_bytes() for path in tmp_path.rglob("pictures/*/*")}
    window.transcript.picture_clicked.emit(0, 0)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    qtbot.waitUntil(lambda: not viewer.view.image.isNull(), timeout=20_000)
    viewer.drawing.setChecked(True)
    viewer.view.add(Frame(Area(10, 10, 40, 40), "#e5322d"))
    assert not viewer.tools.bar.replace_button.isEnabled()
    viewer.tools.bar.apply_button.click()
    (chip,) = read(qtbot, window, 1)
    assert chip.item.attachment is not None
    assert chip.item.attachment.picture is not None
    assert chip.item.attachment.picture.kind == "png"
    assert all(path.read_bytes() == data for path, data in kept.items())
