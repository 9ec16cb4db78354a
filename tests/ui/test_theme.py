"""Both themes can be read, and follow the system."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fanlight import paths
from fanlight.ui import controls, icons, theme
from fanlight.ui.theme import DARK, LIGHT, Theme
from support.theme_pairs import OUTLINES, TEXT, contrast

pytestmark = pytest.mark.gui

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@THEMES
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_the_contrast_of_wcag_aa(colours: Theme, ink: str, ground: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@THEMES
@pytest.mark.parametrize(("ink", "ground"), OUTLINES)
def test_outlines_and_focus_rings_can_be_seen(colours: Theme, ink: str, ground: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 3


@THEMES
def test_every_colour_is_one(colours: Theme) -> None:
    for item in fields(colours):
        if item.name not in ("name", "dark"):
            assert re.fullmatch("#[0-9a-f]{6}", getattr(colours, item.name)), item.name


@THEMES
@pytest.mark.parametrize("text_size", [70, 100, 250])
def test_the_sheet_is_whole_and_qt_reads_it(qtbot: QtBot, colours: Theme, text_size: int) -> None:
    """Qt warns of a sheet it cannot parse, and a warning fails the test."""
    sheet = theme.stylesheet(colours, text_size)
    assert "$" not in sheet
    button = QPushButton("Send")
    qtbot.addWidget(button)
    button.setStyleSheet(sheet)
    button.show()
    assert button.fontInfo().pixelSize() == theme.scaled(theme.UI_PIXELS, text_size)


def test_the_icons_grow_with_the_text_and_stand_off_from_their_word(qtbot: QtBot, dressed: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    alone, worded = controls.tool("settings", "Settings", parent=window), controls.push("New", "plus", parent=window)
    for text_size, times in ((80, 1), (100, 1), (200, 2)):
        theme.apply(dressed, LIGHT, text_size)
        controls.recolour(window, LIGHT)
        side, gap = times * icons.SIZE, times * icons.GAP
        assert alone.iconSize() == QSize(side, side)
        assert worded.iconSize() == QSize(side + gap, side)
        assert worded.icon().actualSize(worded.iconSize()) == worded.iconSize()


def test_every_picture_the_sheet_names_is_there() -> None:
    named = re.findall(r'url\("(.*?)"\)', theme.stylesheet(LIGHT))
    assert named
    for name in named:
        assert (paths.resources() / "icons" / name.rsplit("/", 1)[1]).is_file()


def test_the_setting_wins_over_the_system(qapp: QApplication) -> None:
    assert theme.current("dark") is DARK
    assert theme.current("light") is LIGHT


def test_the_system_scheme_is_followed(qapp: QApplication) -> None:
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(Qt.ColorScheme.Dark)
    try:
        expected = DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        assert theme.current("system") is expected
    finally:
        hints.unsetColorScheme()


@THEMES
def test_the_palette_speaks_the_same_colours(qapp: QApplication, colours: Theme) -> None:
    palette = theme.palette(colours)
    assert palette.color(QPalette.ColorRole.Text).name() == colours.text
    assert palette.color(QPalette.ColorRole.Highlight).name() == colours.selection


@pytest.mark.parametrize("name", sorted(p.stem for p in (paths.resources() / "icons").glob("*.svg")))
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    image = icons.icon(name, "#ff0000").pixmap(18, 18).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(18) for y in range(18))
