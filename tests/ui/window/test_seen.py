"""What the model saw: the pixels and tiles that its encoder gets, from the menu of a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fanlight.core.chat.seen_pictures import GAP, laid_out, originals_of_seen
from fanlight.domain.messages import Image
from fanlight.domain.models import ModelInfo
from fanlight.domain.seen import SeenPicture, SeenTile
from fanlight.engine.scripted import ScriptedEngine
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read, ready
from support.windows import picture_file

pytestmark = pytest.mark.gui


def tile(value: int, width: int = 6, height: int = 4) -> SeenTile:
    return SeenTile(Image.of(width, height, bytes([value]) * (3 * width * height)), 5)


class TilingEngine(ScriptedEngine):
    """Two rows of three tiles, and all of it in one."""

    def seen(self, image: Image) -> SeenPicture | None:
        return SeenPicture(tuple(map(tile, range(6))), 3, 40, tile(99, 8, 8))


class SilentEngine(ScriptedEngine):
    def seen(self, image: Image) -> SeenPicture | None:
        return None


def test_tiles_are_laid_out_with_gaps_and_no_pixel_is_changed() -> None:
    seen = SeenPicture(tuple(map(tile, range(6))), 3, 40, tile(99, 8, 8))
    image = laid_out(seen)
    assert (image.width, image.height) == (3 * 6 + 2 * GAP, 2 * 4 + GAP)
    pixels = np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)
    for number in range(6):
        top, left = number // 3 * (4 + GAP), number % 3 * (6 + GAP)
        assert (pixels[top : top + 4, left : left + 6] == number).all()
    gaps = (pixels == (255, 0, 212)).all(axis=2).sum()
    assert gaps == image.width * image.height - 6 * 6 * 4
    whole, overview = originals_of_seen(seen, "a.png", "Tiler")
    assert whole.caption == "Tiler gets 3 × 2 tiles of 6 × 4 pixels each: 40 tokens."
    assert (overview.read().width, overview.caption) == (8, "Tiler gets all of it once more in 8 × 8 pixels.")


def test_it_is_shown_from_the_menus_of_the_chip_and_of_the_message(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window: WholeWindow = open_window(TilingEngine(["A circle."]))
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    (chip,) = read(qtbot, window, 1)
    menu = window._chip_menu.menu(chip.item)
    (action,) = [action for action in menu.actions() if action.text() == "What the Model Sees"]
    action.trigger()
    qtbot.waitUntil(lambda: window.picture_viewing.viewer is not None)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    qtbot.waitUntil(lambda: viewer.view.image.width() == 3 * 6 + 2 * GAP)
    assert "3 × 2 tiles" in viewer.caption.text()
    assert viewer.place.text() == "1 of 2"
    viewer.step(1)
    qtbot.waitUntil(lambda: viewer.view.image.width() == 8)
    viewer.close()
    ask(qtbot, window, "What is it?")
    answered(qtbot, window)
    window.transcript.seen_wanted.emit(0, 0)
    qtbot.waitUntil(lambda: viewer.isVisible() and viewer.view.image.width() == 3 * 6 + 2 * GAP)
    viewer.close()


def test_where_it_cannot_be_told_a_sentence_says_so(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window(SilentEngine(["x"]))
    ready(qtbot, window)
    note = tmp_path / "note.txt"
    note.write_text("Bread")
    drop(window, mime_of(picture_file(tmp_path), note))
    picture, document = read(qtbot, window, 2)
    for chip, words in ((picture, "does not tell what it sees"), (document, "the text of this document")):
        assert chip.item.attachment is not None
        window.picture_viewing.show_seen(chip.item.attachment)
        qtbot.waitUntil(lambda words=words: any(words in line for line in window.errors.lines))
    assert window.picture_viewing.viewer is None


def test_a_model_that_does_not_support_pictures_tells_nothing() -> None:
    engine = ScriptedEngine(["x"], supports_images=False)
    assert isinstance(engine.info, ModelInfo)
    assert engine.seen(Image.of(2, 2, bytes(12))) is None
