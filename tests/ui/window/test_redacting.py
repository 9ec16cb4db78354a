"""A picture that is redacted before it is sent never reaches the disk; one that was sent is replaced everywhere."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import Qt

from fanlight.domain.annotations import Area, Frame, Redaction
from fanlight.domain.events import TokensCounted
from fanlight.domain.messages import Image
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.store.database import Database
from fanlight.ui.window import picture_drawing
from fanlight.ui.window.picture_viewer import PictureViewer
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read, ready
from support.windows import picture_file

pytestmark = pytest.mark.gui
WIDTH, HEIGHT = 800, 600
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
