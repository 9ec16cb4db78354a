"""The pill: what it shows of a dictation into another program, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage

from fanlight.core.dictation.pill_view import PillView
from fanlight.desktop.insertion import InsertionPlace
from fanlight.domain.audio import SoundLevel
from fanlight.domain.speech import LiveTranscript
from fanlight.ui.dictation.pill import DictationPill
from fanlight.ui.dictation.pill_place import logical_rect, pill_anchor, pill_corner
from fanlight.ui.dictation.pill_words import LINES
from fanlight.ui.theme import DARK, LIGHT
from support.scripted_recognizer import words

pytestmark = pytest.mark.gui

HERE = InsertionPlace(box=(100, 100, 400, 300))
WAITS = PillView("waiting", "You have moved to another window.", text="the words that wait")


@pytest.fixture
def pill(qtbot: Any) -> Iterator[DictationPill]:
    made = DictationPill()
    made.set_theme(LIGHT, 100)
    qtbot.addWidget(made)
    yield made
    made.close()


def test_level_and_words_are_shown_while_one_speaks(pill: DictationPill) -> None:
    transcript = LiveTranscript(words("these words"), words("may change"), language="en")
    pill.show_view(PillView("listening", "Listening.", transcript), HERE)
    pill.show_level(SoundLevel(-12.0, -6.0))
    assert pill.isVisible()
    assert pill.meter.isVisible()
    assert pill.meter.share > 0.5
    assert pill.status.text() == "Listening."
    assert pill.words.text == "these words may change"
    assert not pill.insert_button.isVisible()


def test_it_never_takes_the_keyboard(pill: DictationPill) -> None:
    flags = pill.windowFlags()
    assert flags & Qt.WindowType.WindowDoesNotAcceptFocus
    assert flags & Qt.WindowType.X11BypassWindowManagerHint
    assert pill.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    for button in (pill.insert_button, pill.copy_button, pill.close_button):
        assert button.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_text_that_waits_has_its_buttons(qtbot: Any, pill: DictationPill) -> None:
    pill.show_view(WAITS, HERE)
    assert pill.words.text == "the words that wait"
    assert not pill.meter.isVisible()
    for button, signal in (
        (pill.insert_button, pill.insert_requested),
        (pill.copy_button, pill.copy_requested),
        (pill.close_button, pill.dismissed),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_goes_with_the_dictation(pill: DictationPill) -> None:
    pill.show_view(WAITS, HERE)
    pill.show_view(PillView(), HERE)
    assert not pill.isVisible()


def test_many_words_show_their_end_on_a_few_lines(pill: DictationPill) -> None:
    few = LiveTranscript(words("one two"), language="en")
    pill.show_view(PillView("listening", "Listening.", few), HERE)
    low = pill.height()
    many = LiveTranscript(words("word " * 400 + "and the end"), language="en")
    pill.show_view(PillView("listening", "Listening.", many), HERE)
    line = pill.words.fontMetrics().lineSpacing()
    assert pill.words.height() == LINES * line
    assert pill.height() == low + (LINES - 1) * line


def test_the_hypothesis_is_pale(pill: DictationPill) -> None:
    def colors(transcript: LiveTranscript) -> set[int]:
        pill.show_view(PillView("listening", "Listening.", transcript), HERE)
        image: QImage = pill.words.grab().toImage()
        return {image.pixelColor(x, y).rgb() for x in range(image.width()) for y in range(image.height())}

    pill.set_theme(DARK, 100)
    committed = colors(LiveTranscript(words("mmm mmm"), language="en"))
    assert committed != colors(LiveTranscript((), words("mmm mmm"), language="en"))


def test_it_stays_where_it_is_while_its_words_grow(pill: DictationPill) -> None:
    pill.show_view(PillView("listening", "Listening."), HERE)
    corner = pill.pos()
    pill.show_view(PillView("listening", "Listening.", LiveTranscript(words("word " * 60))), HERE)
    assert pill.pos() == corner


def test_under_wayland_nothing_is_shown_that_would_take_the_keyboard(
    pill: DictationPill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", staticmethod(lambda: "wayland"))
    pill.show_view(WAITS, HERE)
    assert not pill.isVisible()


SCREEN = QRect(0, 0, 1280, 900)


@pytest.mark.parametrize(
    ("pointer", "corner"),
    [
        (QPoint(600, 400), QPoint(500, 422)),  # below the pointer
        (QPoint(600, 880), QPoint(500, 798)),  # above it, where there is no room
        (QPoint(5, 400), QPoint(8, 422)),
        (QPoint(1279, 400), QPoint(1071, 422)),
    ],
)  # fmt: skip
def test_it_is_beside_the_pointer_and_on_the_screen(pointer: QPoint, corner: QPoint) -> None:
    assert pill_corner(pill_anchor(pointer, None, None), QSize(200, 60), SCREEN) == corner


def test_it_is_in_the_window_that_gets_the_text_where_the_pointer_is_elsewhere() -> None:
    window = QRect(100, 100, 400, 200)
    assert pill_anchor(QPoint(150, 150), window, None).topLeft() == QPoint(150, 150)
    assert window.contains(pill_anchor(QPoint(1200, 800), window, None))


def test_it_is_below_the_line_of_the_text_cursor_or_above_it() -> None:
    window, size = QRect(0, 0, 1280, 900), QSize(200, 60)
    for line, covers in ((QRect(600, 400, 1, 20), False), (QRect(600, 860, 1, 20), False)):
        corner = pill_corner(pill_anchor(QPoint(20, 20), window, line), size, SCREEN)
        assert QRect(corner, size).intersects(line) is covers
        assert abs(QRect(corner, size).center().x() - 600) <= 1
        assert min(abs(corner.y() - line.bottom()), abs(line.top() - corner.y() - size.height())) <= 12


def test_a_text_cursor_outside_of_the_window_is_not_believed() -> None:
    window = QRect(100, 100, 400, 200)
    assert pill_anchor(QPoint(150, 150), window, QRect(0, 0, 1, 20)).topLeft() == QPoint(150, 150)


@pytest.mark.parametrize(
    ("box", "rect"),
    [
        ((100, 100, 400, 300), QRect(100, 100, 400, 300)),
        ((1280, 0, 800, 600), QRect(1280, 0, 400, 300)),  # on the screen with two device pixels per logical one
        ((9000, 0, 100, 100), None),
    ],
)  # fmt: skip
def test_a_window_in_device_pixels_is_found_on_its_screen(box: tuple[int, int, int, int], rect: QRect | None) -> None:
    screens = [(QRect(0, 0, 1280, 900), 1.0), (QRect(1280, 0, 1280, 900), 2.0)]
    assert logical_rect(box, screens) == rect
