"""Text on the frozen screen: the words that were read are selected with the mouse and with keys, and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.desktop.capture import qt_screen
from fanlight.domain.errors import OcrMissing
from fanlight.domain.found_items import FoundItem
from fanlight.domain.reading import TextLine
from fanlight.ui.capture import text_pointer
from fanlight.ui.capture.overlay import Overlays
from fanlight.ui.capture.overlay_window import OverlayWindow
from fanlight.ui.capture.text_pointer import TextPointer
from support.screen_modes import ModeStage

pytestmark = pytest.mark.gui

LINES = (
    TextLine("Call +49 30 1234567 today", 100, 100, 250, 20),
    TextLine("or see https://example.org/a", 100, 140, 280, 20),
)


class Stage(ModeStage):
    @property
    def selected(self) -> str:
        assert isinstance(self.window.mode, TextPointer)
        return self.window.mode.text.selected_text


Open = Callable[..., Stage]


@pytest.fixture
def stage(qapp: QApplication, qtbot: Any) -> Iterator[Open]:
    opened: list[Stage] = []

    def begin(at_once: bool = False) -> Stage:
        opened.append(Stage(qapp, at_once))
        return opened[-1]

    yield begin
    for one in opened:
        one.overlays.close()


def test_t_reads_the_screen_from_the_pointer_on_and_back(stage: Open) -> None:
    here = stage()
    assert "T text" in here.hint
    QTest.mouseMove(here.window, QPoint(300, 110))
    here.key(Qt.Key.Key_T)
    assert here.texts.asked == [(300, 110)]
    assert "Reading the text" in here.hint
    here.texts.tell(*LINES)
    assert len(here.window._scene.words) == 2
    assert "Reading" not in here.hint
    here.key(Qt.Key.Key_T)
    assert here.window.mode is None
    assert here.texts.stopped == 1
    here.drag((100, 100), (200, 200))
    assert len(here.said) == 1, "a part of the screen again"


def test_words_are_dragged_over_and_copied(stage: Open) -> None:
    here = stage()
    here.key(Qt.Key.Key_T)
    here.texts.tell(*LINES)
    here.drag((110, 110), (110, 150))
    assert here.selected == "Call +49 30 1234567 today\nor"
    assert here.overlays.is_open, "a release captures nothing"
    here.key(Qt.Key.Key_Enter)
    assert here.said == ["Call +49 30 1234567 today\nor"]
    assert not here.overlays.is_open


def test_two_clicks_take_a_word_and_three_a_line(stage: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 10.0
    monkeypatch.setattr(text_pointer, "_clock", lambda: now)
    here = stage()
    here.key(Qt.Key.Key_T)
    here.texts.tell(*LINES)
    here.press(110, 110)
    here.release(110, 110)
    QTest.mouseDClick(here.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(110, 110))
    assert here.selected == "Call"
    here.press(110, 110)
    here.release(110, 110)
    assert here.selected == "Call +49 30 1234567 today"
    now += 60
    here.press(110, 110)
    assert here.selected == "Call"


def test_keys_alone_select_and_copy(stage: Open) -> None:
    here = stage()
    here.key(Qt.Key.Key_T)
    here.texts.tell(*LINES)
    here.key(Qt.Key.Key_Return)
    assert here.overlays.is_open, "nothing is selected yet"
    here.key(Qt.Key.Key_Right)
    here.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert here.selected == "Call +49 30 1234567 today\nor"
    here.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert here.selected.endswith("https://example.org/a")
    here.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert len(here.said) == 1


@pytest.mark.parametrize("by_key", [True, False])
def test_what_is_under_the_pointer_offers_itself_and_nothing_opens_unasked(stage: Open, by_key: bool) -> None:
    here = stage()
    here.key(Qt.Key.Key_T)
    here.texts.tell(*LINES)
    QTest.mouseMove(here.window, QPoint(300, 150))
    assert "Open https://example.org/a" in here.hint
    here.press(300, 150)
    here.release(300, 150)
    assert here.said == []
    if by_key:
        here.key(Qt.Key.Key_O)
    else:
        here.press(300, 150, Qt.KeyboardModifier.ControlModifier)
    assert here.said == [FoundItem("link", "https://example.org/a", "https://example.org/a")]


def test_where_a_long_address_leads_is_always_shown(stage: Open) -> None:
    here = stage()
    here.key(Qt.Key.Key_T)
    trick = "https://bank.example.com@" + "a" * 120 + ".evil.example/"
    here.texts.tell(codes=[TextLine(trick, 300, 300, 60, 60)])
    QTest.mouseMove(here.window, QPoint(320, 320))
    assert "a.evil.example (" in here.hint


def test_a_screen_without_text_and_text_recognition_that_is_missing_are_said(stage: Open) -> None:
    here = stage()
    here.key(Qt.Key.Key_T)
    here.texts.tell()
    assert "No text was found" in here.hint
    here.key(Qt.Key.Key_Escape)
    assert here.said == ["left"]
    other = stage()
    other.key(Qt.Key.Key_T)
    other.texts.tell(error=OcrMissing("Text recognition is not installed."))
    assert "not installed" in other.hint


def test_with_the_setting_words_can_be_selected_at_once(stage: Open) -> None:
    here = stage(at_once=True)
    assert len(here.texts.asked) == 1
    assert here.window.mode is not None


def test_without_text_recognition_nothing_is_offered(qapp: QApplication, qtbot: Any) -> None:
    overlays = Overlays(qapp)
    overlays.open(qt_screen.grab_screens())
    (window,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, OverlayWindow) and one.isVisible()]
    assert all(key != "T" for key, _action in window._scene.hint)
    QTest.keyClick(window, Qt.Key.Key_T)
    assert window.mode is None
    overlays.close()
