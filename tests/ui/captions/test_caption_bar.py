"""The bar of live captions: above all, without the keyboard, where it was left, with lines that do not move."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication

from fanlight.core.window_state import WindowState
from fanlight.domain.speech import CaptionWords
from fanlight.ui.captions.bar import NARROWEST, PLACE, CaptionBar
from fanlight.ui.captions.caption_text import LINES
from fanlight.ui.captions.place import EDGE, kept_place, placed, written_place
from fanlight.ui.theme import DARK, LIGHT
from support.scripted_recognizer import words

pytestmark = pytest.mark.gui

SCREEN, OTHER = QRect(0, 0, 1280, 900), QRect(1280, 0, 1920, 1080)


@pytest.fixture
def bar(qtbot: Any, home: Path) -> Iterator[CaptionBar]:
    home.mkdir()
    made = CaptionBar(WindowState(home / "window.json"))
    made.set_looks(LIGHT, 100, 100)
    qtbot.addWidget(made)
    made.open()
    yield made
    made.put_away()


def say(bar: CaptionBar, settled: str, hypothesis: str = "", stable: int = 0) -> None:
    bar.add_words(CaptionWords(words(settled), words(hypothesis), stable, "en"))


def lines(bar: CaptionBar) -> list[str]:
    layout = bar.text._laid_out()
    text = bar.text.text
    all_lines = [layout.lineAt(i) for i in range(layout.lineCount())]
    return [text[line.textStart() :][: line.textLength()] for line in all_lines][-LINES:]


def test_it_never_takes_the_keyboard(bar: CaptionBar) -> None:
    flags = bar.windowFlags()
    assert flags & Qt.WindowType.WindowDoesNotAcceptFocus
    assert flags & Qt.WindowType.X11BypassWindowManagerHint
    assert bar.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    for button in (bar.ask_button, bar.transcript_button, bar.close_button):
        assert button.focusPolicy() is Qt.FocusPolicy.NoFocus
        assert button.accessibleName() or button.text()


def test_a_line_of_settled_words_goes_as_a_whole_and_never_wraps_anew(bar: CaptionBar) -> None:
    said = [f"word{i}" for i in range(400)]
    seen: list[list[str]] = []
    for i in range(0, 400, 4):
        say(bar, " ".join(said[i : i + 4]), "and what may change")
        seen.append(lines(bar))
    assert len(bar.text.text) < 600  # hours of it are not laid out again with each word
    for before, after in pairwise(seen):
        for line in before[1:]:
            if "word" in line and not {"and", "what", "may", "change"} & set(line.split()):
                assert line in after
    assert "word399" in " ".join(seen[-1])


def test_words_that_may_change_are_paler_and_can_be_read(bar: CaptionBar) -> None:
    def colours() -> set[int]:
        image = bar.text.grab().toImage()
        return {image.pixelColor(x, y).rgb() for x in range(0, image.width(), 1) for y in range(image.height())}

    bar.set_looks(DARK, 100, 100)
    say(bar, "mmm mmm")
    settled = colours()
    bar.text.clear()
    say(bar, "", "mmm mmm")
    assert colours() != settled
    bar.text.clear()
    say(bar, "", "mmm mmm", stable=2)
    assert colours() == settled


def test_its_height_stays_while_words_come_and_grows_with_their_size(bar: CaptionBar) -> None:
    empty = bar.height()
    say(bar, "word " * 300)
    assert bar.height() == empty
    assert bar.text.height() >= LINES * bar.text._line_height
    bar.set_looks(LIGHT, 100, 200)
    assert bar.height() > empty
    bar.set_looks(LIGHT, 250, 300)
    assert bar.width() <= bar.screen().availableGeometry().width()


def test_other_scripts_and_emoji_are_cut_at_whole_characters(bar: CaptionBar) -> None:
    for _ in range(80):
        say(bar, "👩‍👩‍👧 这是一个很长的句子 \U0001f600 שלום")
    assert "\ufffd" not in bar.text.text
    assert len(lines(bar)) == LINES


def test_it_is_closed_by_its_button_by_esc_and_by_the_desktop(qtbot: Any, bar: CaptionBar) -> None:
    with qtbot.waitSignal(bar.stop_requested):
        qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.stop_requested):
        qtbot.keyClick(bar, Qt.Key.Key_Escape)
    with qtbot.waitSignal(bar.stop_requested):
        bar.close()


def test_it_is_where_it_was_left(qtbot: Any, bar: CaptionBar, home: Path) -> None:
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.mouseMove(bar, QPoint(5, 5) - QPoint(0, 200))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    place = bar.geometry()
    bar.put_away()
    assert written_place(place) == WindowState(home / "window.json").text(PLACE)
    again = CaptionBar(WindowState(home / "window.json"))
    qtbot.addWidget(again)
    again.set_looks(LIGHT, 100, 100)
    again.open()
    assert again.geometry() == place
    again.put_away()


def test_it_is_made_wider_at_its_end_and_not_too_narrow(bar: CaptionBar) -> None:
    bar.move(20, 20)
    wide = bar.width()
    bar.widen(20 + wide - 30)
    assert bar.width() == wide - 30
    assert bar.ask_button.text()
    bar.widen(0)
    assert bar.width() == NARROWEST
    assert not bar.ask_button.text()  # its icon alone
    assert bar.ask_button.accessibleName() == bar.ask_button.toolTip() == "Ask About the Last 5 Minutes"
    bar.show_status("What is played on “A very long name of a sound device that nobody wants to read”")
    assert bar.status.text().endswith("…")
    assert bar.status.accessibleName().endswith("read”")


def test_an_error_stands_in_place_of_the_words_and_is_read_whole(bar: CaptionBar) -> None:
    say(bar, "one two")
    bar.show_error("The speech model cannot be used: " + "it is damaged, and " * 20 + "that is all.")
    assert bar.error.isVisible()
    assert not bar.text.isVisible()
    assert not bar.mark.isVisible()
    assert bar.error.height() >= bar.error.heightForWidth(bar.error.width())
    bar.show_status("Starting…")
    assert bar.text.isVisible()


@pytest.mark.parametrize(
    ("corner", "place"),
    [
        (None, QRect(260, 732, 760, 120)),  # nobody has moved it: low in the middle of the first screen
        (QPoint(100, 50), QRect(100, 50, 760, 120)),
        (QPoint(1400, 900), QRect(1400, 900, 760, 120)),
        (QPoint(900, 880), QRect(1280 + EDGE, 880, 760, 120)),  # between two screens: on that of its middle
        (QPoint(5000, 50), QRect(260, 732, 760, 120)),  # its screen is not there any more
        (QPoint(-300, -50), QRect(260, 732, 760, 120)),
    ],
)
def test_it_is_always_on_a_screen(corner: QPoint | None, place: QRect) -> None:
    assert placed(corner, 760, 120, [SCREEN, OTHER]) == place


@pytest.mark.parametrize("text", ["", "1,2", "a,b,c", "1,2,3,4", "0,0,0", "99999999,0,10", "0,0,-5"])
def test_a_place_that_cannot_be_read_is_none(text: str) -> None:
    assert kept_place(text) is None


def test_under_wayland_the_desktop_moves_it(qtbot: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    monkeypatch.setattr(QGuiApplication, "platformName", staticmethod(lambda: "wayland"))
    made = CaptionBar(WindowState(home / "window.json"))
    qtbot.addWidget(made)
    assert not made.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert made.close_button.focusPolicy() is not Qt.FocusPolicy.NoFocus
