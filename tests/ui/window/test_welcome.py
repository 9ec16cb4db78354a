"""What an empty conversation shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from fanlight import i18n
from fanlight.ui import theme
from fanlight.ui.window.welcome import EXAMPLES, Welcome
from support.windows import picture_file

pytestmark = pytest.mark.gui


def test_the_sample_and_its_questions_are_offered(qtbot: Any, tmp_path: Path) -> None:
    sample = picture_file(tmp_path)
    welcome = Welcome(sample)
    qtbot.addWidget(welcome)
    pictures: list[Path] = []
    questions: list[str] = []
    welcome.picture.connect(pictures.append)
    welcome.example.connect(questions.append)
    for button in welcome.findChildren(QPushButton):
        button.click()
    assert pictures == [sample]
    assert questions == list(EXAMPLES)


def test_without_the_sample_nothing_is_offered(qtbot: Any, tmp_path: Path) -> None:
    welcome = Welcome(tmp_path / "missing.png")
    qtbot.addWidget(welcome)
    assert welcome.findChildren(QPushButton) == []


@pytest.mark.parametrize(("text_size", "narrow"), [(100, 480), (200, 560)])
def test_the_questions_stand_below_the_picture_where_there_is_no_room_beside_it(
    qtbot: Any, tmp_path: Path, dressed: QApplication, text_size: int, narrow: int
) -> None:
    theme.apply(dressed, theme.LIGHT, text_size)
    welcome = Welcome(picture_file(tmp_path))
    qtbot.addWidget(welcome)
    welcome.show()
    picture, first = welcome.findChildren(QPushButton)[:2]
    for width, beside in ((1_000, True), (narrow, False), (1_000, True)):
        welcome.resize(width, 900)
        qtbot.waitUntil(lambda beside=beside: (first.y() < picture.geometry().bottom()) == beside)
        assert welcome.horizontalScrollBar().maximum() == 0  # nothing sticks out


def test_the_questions_are_shown_translated_and_named_as_in_the_source(
    qtbot: Any, tmp_path: Path, catalogs: Path
) -> None:
    i18n.use("de", catalogs)
    welcome = Welcome(picture_file(tmp_path))
    qtbot.addWidget(welcome)
    questions: list[str] = []
    welcome.example.connect(questions.append)
    buttons = {button.text(): button for button in welcome.findChildren(QPushButton)}
    buttons["Welche Farbe hat der Stern?"].click()
    assert questions == ["What color is the star?"]
