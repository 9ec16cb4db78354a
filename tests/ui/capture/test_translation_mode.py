"""Translation in place: what is translated is covered where it stands, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.desktop.capture.geometry import Box
from fanlight.domain.reading import TextLine
from fanlight.domain.text_blocks import TextBlock
from fanlight.ui.widgets.covers import Cover, cover_of
from support.screen_modes import ModeStage
from support.translating import Said, TranslatingDesk

pytestmark = pytest.mark.gui

LINES = (
    TextLine("Open the file", 100, 100, 130, 20),
    TextLine("12:30", 300, 100, 50, 20),
    TextLine("Close", 100, 160, 50, 20),
    TextLine("Elsewhere", 600, 400, 90, 20),
)


class Stage:
    def __init__(self, app: QApplication, answers: dict[str, list[Said]]) -> None:
        self.desk = TranslatingDesk(answers)
        self.screen = ModeStage(app, make_translation=lambda: self.desk.translation)

    def close(self) -> None:
        self.screen.overlays.close()
        self.desk.close()

    @property
    def covered(self) -> dict[str, Box]:
        """What is written on each cover, and where it is."""
        return {" ".join(line.text for line in cover.lines): cover.box for cover in self.screen.shown.covers}


Open = Callable[..., Stage]


@pytest.fixture
def stage(qapp: QApplication, qtbot: Any) -> Iterator[Open]:
    opened: list[Stage] = []

    def begin(answers: dict[str, list[Said]] | None = None) -> Stage:
        opened.append(Stage(qapp, answers or {}))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


def translated(stage: Open, qtbot: Any, *lines: TextLine, **answers: list[Said]) -> Stage:
    here = stage({text.replace("_", " "): said for text, said in answers.items()})
    QTest.mouseMove(here.screen.window, QPoint(110, 110))
    here.screen.key(Qt.Key.Key_L)
    here.screen.texts.tell(*(lines or LINES))
    qtbot.waitUntil(lambda: not here.desk.translation.is_busy)
    return here


def test_l_covers_each_block_where_it_stands_and_no_other(stage: Open, qtbot: Any) -> None:
    here = stage({"Close": ["Close"]})
    assert "L translate" in here.screen.hint
    here.screen.key(Qt.Key.Key_L)
    assert "Reading the text" in here.screen.hint
    here.screen.texts.tell(*LINES)
    assert "Translating 1 of 3" in here.screen.hint
    qtbot.waitUntil(lambda: not here.desk.translation.is_busy)
    assert set(here.covered) == {"D:Open the file", "D:Elsewhere"}, "no number, and nothing that stays the same"
    for text, line in (("D:Open the file", LINES[0]), ("D:Elsewhere", LINES[3])):
        box = here.covered[text]
        assert box.left <= line.left
        assert box.top <= line.top
        assert box.right >= line.right
        assert box.bottom >= line.bottom
        assert box.cut(Box(300, 100, 50, 20)).area == 0, "what is not translated stays visible"
    assert here.screen.overlays.is_open


def test_what_is_in_the_window_under_the_pointer_comes_first(stage: Open, qtbot: Any) -> None:
    here = stage()
    QTest.mouseMove(here.screen.window, QPoint(620, 410))
    here.screen.key(Qt.Key.Key_L)
    here.screen.texts.tell(*LINES)
    qtbot.waitUntil(lambda: not here.desk.translation.is_busy)
    assert here.desk.engine.texts == ["Elsewhere", "Open the file", "Close"]


def test_the_original_is_seen_while_space_is_held(stage: Open, qtbot: Any) -> None:
    here = translated(stage, qtbot)
    assert len(here.covered) == 3
    QTest.keyPress(here.screen.window, Qt.Key.Key_Space)
    assert here.covered == {}
    QTest.keyRelease(here.screen.window, Qt.Key.Key_Space)
    assert len(here.covered) == 3
    assert here.screen.said == []


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Qt.Key.Key_Return, "D:Open the file\n\nD:Close\n\nD:Elsewhere"),
        (Qt.Key.Key_C, "D:Open the file\n\nD:Close\n\nD:Elsewhere"),
        (Qt.Key.Key_B, "Open the file\nD:Open the file\n\nClose\nD:Close\n\nElsewhere\nD:Elsewhere"),
    ],
)
def test_translations_are_copied_alone_or_with_the_original(stage: Open, qtbot: Any, key: Qt.Key, text: str) -> None:
    here = translated(stage, qtbot)
    here.screen.key(key)
    assert here.screen.said == [text]
    assert not here.screen.overlays.is_open


def test_text_can_be_selected_next_without_reading_it_again(stage: Open, qtbot: Any) -> None:
    here = translated(stage, qtbot)
    here.screen.key(Qt.Key.Key_T)
    assert len(here.screen.texts.asked) == 1
    assert len(here.screen.shown.words) == 4
    assert here.covered == {}
    here.screen.key(Qt.Key.Key_L)
    qtbot.waitUntil(lambda: len(here.covered) == 3)
    here.screen.key(Qt.Key.Key_L)
    assert here.screen.window.mode is None
    assert here.screen.texts.stopped == 1
    here.screen.drag((100, 100), (200, 200))
    assert len(here.screen.said) == 1, "a part of the screen again"


def test_leaving_stops_the_model(stage: Open, qtbot: Any) -> None:
    here = stage()
    here.screen.key(Qt.Key.Key_L)
    here.screen.texts.tell(*LINES)
    here.screen.key(Qt.Key.Key_Escape)
    assert here.screen.said == ["left"]
    assert not here.desk.translation.is_busy


def test_a_screen_without_words_is_said(stage: Open, qtbot: Any) -> None:
    assert "nothing to translate" in translated(stage, qtbot, LINES[1]).screen.hint


def test_a_missing_model_is_said(stage: Open) -> None:
    here = stage()
    here.desk.host.condition = "none"
    here.screen.key(Qt.Key.Key_L)
    here.screen.texts.tell(*LINES)
    assert "No model is open." in here.screen.hint


# How a translation is fitted into its block.

ROOM = Box(0, 0, 800, 600)


def fitted(text: str, *lines: TextLine, others: tuple[Box, ...] = (), ground: str = "#ffffff") -> Cover:
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    for line in lines:
        painter.setPen(QColor("#000080"))
        painter.drawText(round(line.left), round(line.bottom - 4), line.text)
    painter.end()
    return cover_of(TextBlock(lines), text, image, others, ROOM)


def words_in(cover: Cover) -> str:
    return " ".join(line.text for line in cover.lines)


def test_a_longer_text_gets_smaller_letters_and_then_the_free_room_beside_it() -> None:
    line = TextLine("Open", 100, 100, 60, 24)
    short, long = fitted("Auf", line), fitted("In neuem Fenster öffnen", line)
    assert long.font.pixelSize() < short.font.pixelSize()
    assert words_in(long) == "In neuem Fenster öffnen"
    assert long.box.right > short.box.right
    beside = fitted("In neuem Fenster öffnen", line, others=(Box(170, 100, 50, 24),))
    assert beside.box.right <= 170, "what stands beside it stays visible"


def test_the_edge_of_a_button_is_not_painted_over() -> None:
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("#f0f0f0"))
    painter = QPainter(image)
    painter.setPen(QColor("#808080"))
    painter.drawRect(90, 90, 100, 40)
    painter.end()
    cover = cover_of(TextBlock((TextLine("Skip", 110, 100, 60, 20),)), "Überspringen", image, (), ROOM)
    assert words_in(cover) == "Überspringen"
    assert Box(91, 91, 99, 39).cut(cover.box) == cover.box


def test_what_has_no_room_at_all_is_shortened_visibly() -> None:
    line = TextLine("No", 100, 100, 30, 16)
    around = (Box(132, 90, 100, 40), Box(90, 118, 200, 20))
    cover = fitted("Donaudampfschifffahrtsgesellschaft und mehr", line, others=around)
    assert words_in(cover).endswith("…")
    assert all(cover.box.cut(other).area == 0 for other in around)


def test_a_paragraph_keeps_its_width() -> None:
    lines = tuple(TextLine("words of a line that is long", 100, 100 + 24 * n, 280, 20) for n in range(3))
    cover = fitted("Ein deutscher Absatz, der über mehrere Zeilen geht, wie der englische auch.", *lines)
    assert len(cover.lines) > 1
    assert cover.box.right <= 390
    assert words_in(cover) == "Ein deutscher Absatz, der über mehrere Zeilen geht, wie der englische auch."


def test_colors_are_those_of_the_text_and_are_readable() -> None:
    line = TextLine("Some words that are drawn", 100, 100, 250, 20)
    cover = fitted("Einige Wörter", line, ground="#fff4d0")
    assert cover.ground.name() == "#fff4d0"
    assert cover.ink.blue() > cover.ink.red()
    flat = fitted("Einige Wörter", TextLine("", 400, 400, 100, 20), ground="#101010")
    assert flat.ink.lightness() > 200, "where no letters are found, what is readable there"


def test_text_from_right_to_left_stands_on_the_right() -> None:
    line = TextLine("Settings of the program", 100, 100, 230, 20)
    (only,) = fitted("إعدادات", line).lines
    assert only.x > 200


def test_a_block_at_the_edge_is_painted_inside_the_screen() -> None:
    cover = fitted("Etwas viel Längeres als vorher", TextLine("Short", 770, 580, 30, 20))
    assert cover.box.right <= 802
    assert cover.box.bottom <= 602
