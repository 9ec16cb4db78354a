"""The main job, true: the window, the store and the practice model itself, on a picture drawn here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication

from fanlight import compose
from support.whole_window import WholeWindow
from support.windows import parts

pytestmark = [pytest.mark.gui, pytest.mark.model]


@pytest.fixture
def window(qtbot: Any, home: Path) -> Iterator[WholeWindow]:
    home.mkdir(parents=True)
    catalog = compose.catalog()
    made = WholeWindow(
        replace(
            parts(home), settings=replace(compose.settings(), temperature=0.0), load=compose.load_engine,
            models=catalog.models, find_model=catalog.find,
        )
    )  # fmt: skip
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.host.condition == "ready", timeout=60_000)
    yield made
    made.close()


def ask(qtbot: Any, window: WholeWindow, text: str) -> str:
    before = len(window.transcript.entries())
    qtbot.keyClicks(window.composer.input, text)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: window.session_manager.current.condition == "idle" and len(window.transcript.entries()) == before + 2,
        timeout=60_000,
    )
    return window.transcript.entries()[-1].text


def test_a_pasted_picture_is_answered_rightly_twice_and_encoded_once(
    qtbot: Any, window: WholeWindow, tmp_path: Path
) -> None:
    picture = Image.new("RGB", (640, 480), (245, 245, 240))
    ImageDraw.Draw(picture).ellipse((210, 130, 430, 350), fill=(205, 30, 35))
    picture.save(tmp_path / "circle.png")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "circle.png"))])
    QGuiApplication.clipboard().setMimeData(mime)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.composer.chips.attachments), timeout=20_000)
    (chip,) = window.composer.chips.chips
    qtbot.waitUntil(lambda: chip.ready, timeout=30_000)
    assert "tokens" in chip.facts
    assert "red" in ask(qtbot, window, "What colour is the circle?").lower()
    first = window.transcript.entries()[-1].footer_line
    assert "while you typed" in first
    assert "circle" in ask(qtbot, window, "What shape is it?").lower()
    second = window.transcript.entries()[-1].footer_line
    assert "encode" not in second
    assert "tokens known from before" in second


def test_what_it_does_not_know_it_says(qtbot: Any, window: WholeWindow) -> None:
    answer = ask(qtbot, window, "Who won the elections last year?")
    assert "practice model" in answer
    assert "cannot tell" in answer


def test_what_the_model_saw_is_what_its_encoder_gets_and_the_answer_is_right_afterwards(
    qtbot: Any, window: WholeWindow, tmp_path: Path
) -> None:
    picture = Image.new("RGB", (128, 128), (245, 245, 240))
    ImageDraw.Draw(picture).ellipse((34, 34, 94, 94), fill=(205, 30, 35))
    picture.save(tmp_path / "circle.png")
    window.core.attachment_loader.load_files([tmp_path / "circle.png"])
    qtbot.waitUntil(lambda: bool(window.composer.chips.attachments), timeout=20_000)
    (chip,) = window.composer.chips.chips
    assert chip.item.attachment is not None
    window.picture_viewing.show_seen(chip.item.attachment)
    qtbot.waitUntil(lambda: window.picture_viewing.viewer is not None, timeout=20_000)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    qtbot.waitUntil(lambda: viewer.view.image.width() == 128, timeout=20_000)
    seen = viewer.view.image
    assert (seen.pixelColor(64, 64).name(), seen.pixelColor(2, 2).name()) == ("#cd1e23", "#f5f5f0")
    assert "128 × 128 pixels" in viewer.caption.text()
    viewer.close()
    assert "red" in ask(qtbot, window, "What colour is the circle?").lower()
