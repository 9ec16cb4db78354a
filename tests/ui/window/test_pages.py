"""A dropped file of several pages: the first is attached, its chip goes to others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.composer.page_box import PageBox
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read

pytestmark = pytest.mark.gui

COLOURS = ["#ff0000", "#00ff00", "#0000ff"]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    first, *others = (Image.new("RGB", (160, 120), colour) for colour in COLOURS)
    first.save(tmp_path / "scan.tif", save_all=True, append_images=others)
    return tmp_path / "scan.tif"


def colour(window: WholeWindow) -> str:
    (attachment,) = window.composer.chips.attachments or (None,)
    return "" if attachment is None or attachment.image is None else f"#{attachment.image.rgb[:3].hex()}"


def page_box(window: WholeWindow) -> PageBox:
    return window.composer.chips.chips[0].page


def test_another_page_is_attached_by_keys_and_asked_about(qtbot: Any, open_window: Open, scan: Path) -> None:
    window = open_window(engine := ScriptedEngine(["Blue."]))
    drop(window, mime_of(scan))
    (chip,) = read(qtbot, window, 1)
    assert (chip.page.text(), colour(window)) == ("1 of 3", COLOURS[0])
    for expected in (COLOURS[1], COLOURS[2]):
        qtbot.keyClick(page_box(window), Qt.Key.Key_Up)
        qtbot.waitUntil(lambda expected=expected: colour(window) == expected)
    assert page_box(window).text() == "3 of 3"
    ask(qtbot, window, "Which colour?")
    answered(qtbot, window)
    assert engine.asked[0][0].images[0].rgb[:3].hex() == COLOURS[2][1:]


def test_of_pages_that_are_chosen_while_one_is_read_the_last_counts(qtbot: Any, open_window: Open, scan: Path) -> None:
    window = open_window()
    drop(window, mime_of(scan))
    (chip,) = read(qtbot, window, 1)
    for page in (2, 3, 2, 1, 3):
        window.composer.page_chosen.emit(chip.item.key, page)
    qtbot.waitUntil(lambda: colour(window) == COLOURS[2])
    assert not window.composer.chips.reading
    assert page_box(window).value() == 3


def test_a_page_that_cannot_be_read_is_said_and_the_one_before_stays(qtbot: Any, open_window: Open, scan: Path) -> None:
    window = open_window()
    drop(window, mime_of(scan))
    read(qtbot, window, 1)
    scan.unlink()
    page_box(window).setValue(2)
    qtbot.waitUntil(lambda: bool(window.errors.lines))
    assert "scan.tif" in window.errors.lines[0]
    assert (colour(window), page_box(window).text()) == (COLOURS[0], "1 of 3")


def test_a_question_that_is_sent_meanwhile_waits_for_the_page(qtbot: Any, open_window: Open, scan: Path) -> None:
    window = open_window(engine := ScriptedEngine(["Green."]))
    drop(window, mime_of(scan))
    (chip,) = read(qtbot, window, 1)
    window.composer.page_chosen.emit(chip.item.key, 2)
    ask(qtbot, window, "Which colour?")
    answered(qtbot, window)
    assert engine.asked[0][0].images[0].rgb[:3].hex() == COLOURS[1][1:]


def test_a_picture_alone_offers_no_pages(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    Image.new("RGB", (160, 120)).save(tmp_path / "one.png")
    window = open_window()
    drop(window, mime_of(tmp_path / "one.png"))
    (chip,) = read(qtbot, window, 1)
    assert chip.page.isHidden()


def test_chips_that_are_scrolled_are_shown_whole(qtbot: Any, open_window: Open, scan: Path, tmp_path: Path) -> None:
    Image.new("RGB", (160, 120)).save(tmp_path / "one.png")
    window = open_window()
    drop(window, mime_of(scan, tmp_path / "one.png"))
    read(qtbot, window, 2)
    chips = window.composer.chips
    for width in (500, 1600, 500):
        window.resize(width, 700)
        qtbot.waitUntil(lambda width=width: (chips.horizontalScrollBar().maximum() > 0) == (width == 500))
        qtbot.waitUntil(lambda: chips.viewport().height() >= chips.chips[0].height())
        assert chips.verticalScrollBar().maximum() == 0
