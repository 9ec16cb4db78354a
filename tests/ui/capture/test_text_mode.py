"""Text on the frozen screen: the words that were read are selected with the mouse and with keys, and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.core.ocr.ocr_worker import PartRead
from fanlight.desktop.capture import qt_screen
from fanlight.desktop.capture.frame import WindowBox
from fanlight.desktop.capture.geometry import Box
from fanlight.domain.errors import FanlightError, OcrMissing
from fanlight.domain.found_items import FoundItem
from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine
from fanlight.ui.capture import text_pointer
from fanlight.ui.capture.overlay import Overlays
from fanlight.ui.capture.overlay_window import OverlayWindow

pytestmark = pytest.mark.gui

LINES = (
    TextLine("Call +49 30 1234567 today", 100, 100, 250, 20),
    TextLine("or see https://example.org/a", 100, 140, 280, 20),
)


class ScreenTexts:
    """Reads what it is given, when `tell` says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, float]] = []
        self.stopped = 0
        self._heard: list[tuple[Callable[[PartRead], object], Callable[[FanlightError | None], object]]] = []

    def read_from(
        self,
        near: tuple[float, float],
        load_image: Callable[[], Image],
        on_part: Callable[[PartRead], object],
        on_done: Callable[[FanlightError | None], object],
    ) -> ScreenTexts:
        assert load_image().width > 0
        self.asked.append(near)
        self._heard.append((on_part, on_done))
        return self

    def stop(self) -> None:
        self.stopped += 1

    def tell(self, *lines: TextLine, codes: Sequence[TextLine] = (), error: FanlightError | None = None) -> None:
        on_part, on_done = self._heard[0]
        on_part(PartRead(lines, tuple(codes)))
        on_done(error)


class Stage:
    def __init__(self, parent: QApplication, at_once: bool = False) -> None:
        self.texts = ScreenTexts()
        self.overlays = Overlays(parent, texts=self.texts, text_at_once=lambda: at_once)
        self.said: list[object] = []
        self.overlays.text_wanted.connect(self.said.append)
        self.overlays.item_wanted.connect(self.said.append)
        self.overlays.captured.connect(self.said.append)
        self.overlays.dismissed.connect(lambda: self.said.append("left"))
        self.overlays.open(qt_screen.grab_screens(), [WindowBox(Box(50, 50, 500, 300), "Letter")])
        (self.window,) = [
            one for one in QApplication.topLevelWidgets() if isinstance(one, OverlayWindow) and one.isVisible()
        ]

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, held)

    def press(self, x: int, y: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mousePress(self.window, Qt.MouseButton.LeftButton, held, QPoint(x, y))

    def release(self, x: int, y: int) -> None:
        QTest.mouseRelease(self.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, y))

    def drag(self, begin: tuple[int, int], end: tuple[int, int]) -> None:
        self.press(*begin)
        QTest.mouseMove(self.window, QPoint(*end))
        self.release(*end)

    @property
    def selected(self) -> str:
        assert self.window.text is not None
        return self.window.text.text.selected_text

    @property
    def hint(self) -> str:
        return " ".join(" ".join(piece) for piece in self.window._scene.hint)


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
    assert here.window.text is None
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
    assert here.window.text is not None


def test_without_text_recognition_nothing_is_offered(qapp: QApplication, qtbot: Any) -> None:
    overlays = Overlays(qapp)
    overlays.open(qt_screen.grab_screens())
    (window,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, OverlayWindow) and one.isVisible()]
    assert all(key != "T" for key, _action in window._scene.hint)
    QTest.keyClick(window, Qt.Key.Key_T)
    assert window.text is None
    overlays.close()
