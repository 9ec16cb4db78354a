"""What is painted under and around the text, and what is made ready before it is needed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.core.chat.progress import AnswerProgress
from fanlight.domain.events import ImageReady, PromptProgress
from fanlight.domain.messages import Image
from fanlight.ui.theme import DARK, LIGHT, Theme
from fanlight.ui.transcript import preload
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.column import ColumnLayout
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.preload import Call
from fanlight.ui.transcript.thumbs import Thumbnails
from support.chat_samples import conversation

pytestmark = pytest.mark.gui

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def painted(qtbot: QtBot, text: str, colours: Theme) -> QImage:
    """The text as it looks in 400 pixels, on the theme's ground."""
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.setStyleSheet(f"background: {colours.window}")
    body = MessageBody(TextStyles(colours), ground, text, over=True)
    body.setStyleSheet("background: transparent; border: none")
    body.setGeometry(0, 0, 400, body.height_for(400))
    ground.resize(400, body.height())
    with qtbot.waitExposed(ground):
        ground.show()
    return ground.grab().toImage()


def count(image: QImage, colour: str) -> int:
    wanted = QColor(colour)
    return sum(image.pixelColor(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


@THEMES
@pytest.mark.parametrize(
    ("text", "colour", "at_least"),
    [
        ("```python\nx = 1\n```", "code", 10_000),
        ("> quoted", "quote_bar", 30),
        ("a\n\n---\n\nb", "line", 300),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "line", 30),
        ("- [x] done", "accent", 50),
        ("- item", "muted", 8),
        ("```python\n# words\n```", "code_comment", 5),
    ],
)
def test_what_a_document_can_not_draw_is_painted(
    qtbot: QtBot, colours: Theme, text: str, colour: str, at_least: int
) -> None:
    wanted = getattr(colours, colour)
    assert count(painted(qtbot, text, colours), wanted) >= at_least
    assert count(painted(qtbot, "word", colours), wanted) < at_least / 2


@THEMES
def test_code_after_a_table_lies_below_it(qtbot: QtBot, colours: Theme) -> None:
    image = painted(qtbot, "| a |\n|---|\n| 1 |\n\n```python\nx\n```", colours)
    code = QColor(colours.code)
    first = next(y for y in range(image.height()) if image.pixelColor(200, y) == code)
    table = painted(qtbot, "| a |\n|---|\n| 1 |", colours)
    assert first > table.height() - 4


def test_the_parts_of_a_long_table_follow_without_a_gap(qtbot: QtBot) -> None:
    rows = "".join(f"| {i} | x |\n" for i in range(25))
    image = painted(qtbot, "| a | b |\n|---|---|\n" + rows, LIGHT)
    line = QColor(LIGHT.line)
    lines = [y for y in range(image.height()) if image.pixelColor(390, y) == line]
    steps = {b - a for a, b in pairwise(lines)}
    assert len(lines) == 25
    assert max(steps) - min(steps) <= 2


def test_the_preloader_waits_while_something_is_painted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preload, "FIRST_MILLISECONDS", 0)
    monkeypatch.setattr(preload, "TICK_MILLISECONDS", 0)
    monkeypatch.setattr(preload, "COMMON", ("python", "json"))
    painting, asked, parent = [True], list[bool](), QObject()

    def busy() -> bool:
        asked.append(painting[0])
        return painting[0]

    preloader = preload.ParserPreloader(parent, busy)
    preloader.start()
    qtbot.waitUntil(lambda: len(asked) >= 3)
    assert len(preloader._todo) == 3
    painting[0] = False
    qtbot.waitUntil(lambda: preloader.ready)


def test_what_needs_no_widget_is_made_ready_on_another_thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preload, "FIRST_MILLISECONDS", 0)
    monkeypatch.setattr(preload, "TICK_MILLISECONDS", 0)
    monkeypatch.setattr(preload, "COMMON", ("python", "json"))
    here, there, parent = list[str](), list[Call](), QObject()
    then: list[Callable[[object], object]] = []

    def call(work: Call, on_done: Callable[[object], object]) -> None:
        there.append(work)
        then.append(on_done)

    preloader = preload.ParserPreloader(parent, lambda: False, [lambda: here.append("a widget")])
    preloader.work_elsewhere(call, more := [lambda: None])
    preloader.start()
    for number in range(1, 4):
        qtbot.waitUntil(lambda number=number: len(there) == number)
        then[-1](None)
    qtbot.waitUntil(lambda: preloader.ready)
    assert here == ["a widget"]
    assert there[0] is more[0]


def test_progress_in_words() -> None:
    picture = Image.of(8, 8, bytes(192))
    progress = AnswerProgress.of(
        [TranscriptEntry("user", "?", thumbnails=(picture, picture)), TranscriptEntry("assistant", "", state="open")]
    )
    assert progress.status() == ("Reading 2 pictures…", -1.0)
    progress = progress.after(ImageReady("a", 36, 0.1))
    assert progress.status() == ("Reading the picture…", -1.0)
    progress = progress.after(ImageReady("b", 36, 0.1)).after(PromptProgress(50, 200))
    assert progress.status() == ("Reading the question… 25%", 0.25)
    assert progress.after(PromptProgress(200, 200)).status() == ("Thinking…", -1.0)
    assert AnswerProgress.of([]).status() == ("Reading the question…", -1.0)


def test_the_column_knows_what_lies_where() -> None:
    column = ColumnLayout()
    assert (column.total, column.at(10)) == (0, -1)
    entries = conversation(4)
    column.guess(entries, 700, 15)
    for i, height in enumerate((10, 20, 30, 40)):
        column.measure(i, height)
    assert [column.top(i) for i in range(4)] == [0, 10, 30, 60]
    assert [column.at(y) for y in (-5, 0, 9, 10, 59, 60, 99, 500)] == [0, 0, 0, 1, 2, 3, 3, 3]
    assert column.total == column.bottom(3) == 100
    assert not column.measure(3, 40)
    column.cut(2)
    assert (len(column), column.total) == (2, 30)
    column.add(entries[0], 700, 15)
    assert not column.measured(2)


def test_pictures_wrap_into_rows_where_there_is_no_room(qtbot: QtBot) -> None:
    picture = Image.of(300, 300, bytes(270_000))
    parent = QWidget()
    qtbot.addWidget(parent)
    pictures = Thumbnails([picture] * 3, ["300 × 300, 36 tokens"] * 3, TextStyles(LIGHT), parent)
    wide, narrow = pictures.arrange(900), pictures.arrange(450)
    assert narrow.width() <= 450 < wide.width()
    assert narrow.height() > 1.8 * wide.height()
