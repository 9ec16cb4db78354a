"""The first block of a message is as whole as the same block further down, whatever its kind."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import AnswerFinished, TranscriptEntry
from fanlight.domain.events import TextDelta
from fanlight.ui.theme import DARK, LIGHT, Theme
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.transcript import Transcript

pytestmark = pytest.mark.gui

KINDS = {
    "text": "A word gyÄ",
    "heading 1": "# Heading",
    "heading 2": "## Heading",
    "heading 4": "#### Heading",
    "underlined heading": "Heading\n===",
    "code": "```python\nprint(1)\n```",
    "code without a language": "```\nplain\n```",
    "empty code": "```\n```",
    "code of one long line": "```c\n" + "int x; " * 40 + "\n```",
    "indented code": "    indented\n    more",
    "code in an item": "- ```python\n  x = 1\n  ```",
    "code in a quote": "> ```python\n> x = 1\n> ```",
    "quote": "> quoted",
    "quote in a quote": "> > quoted",
    "list in a quote": "> - item",
    "bullet": "- item",
    "task": "- [x] done",
    "number": "1. one",
    "large number": "1000. one\n1001. two",
    "nested large number": "- 123456789. one",
    "number from right to left": "12345. שלום",
    "rule": "---",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "table of code": "| `a` |\n|---|\n| `1` |",
    "table in a quote": "> | a | b |\n> |---|---|\n> | 1 | 2 |",
    "picture": "![a picture](https://example.org/a.png)",
    "html": "<div>html</div>",
    "link": "[a link](https://example.org)",
    "emphasis": "***both***",
    "formula": r"\(a_1^2\)",
    "formula of lines": "\\[\na_1 = b_1\n\\]",
    "inline code": "`code`",
}
EACH_KIND = pytest.mark.parametrize("text", KINDS.values(), ids=KINDS.keys())
WIDTH, SIDE, ROOM = 420, 12, 60


def made(qtbot: QtBot, text: str, text_size: int = 100, theme: Theme = LIGHT, streamed: bool = False) -> MessageBody:
    """On a ground that is wider than the text: what is painted outside the text's column is not cut off unseen."""
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.setStyleSheet(f"background: {theme.window}")
    body = MessageBody(TextStyles(theme, text_size), ground, "" if streamed else text, over=not streamed)
    body.setStyleSheet("background: transparent; border: none")
    for at in range(0, len(text), 3) if streamed else ():
        body.grow(text[at : at + 3])
    body.finish()
    body.setGeometry(SIDE, 0, WIDTH, body.height_for(WIDTH))
    body.place_buttons()
    ground.resize(WIDTH + 2 * SIDE, body.height())
    body.ground = ground  # type: ignore[attr-defined]  # kept as long as the body
    return body


def shift_by(body: MessageBody, part_of_pixel: float) -> None:
    """Letters look different between two lines of pixels."""
    frame = body.document().rootFrame()
    shape = frame.frameFormat()
    shape.setTopMargin(shape.topMargin() + part_of_pixel)
    frame.setFrameFormat(shape)
    body.resize(WIDTH, body.height_for(WIDTH))
    body.place_buttons()
    body.window().resize(WIDTH + 2 * SIDE, body.height())


def pixels(body: MessageBody) -> np.ndarray:
    """How far each pixel of the whole ground is from its color, 0 to 765, row by row."""
    return distances(body.window().grab().toImage())


def distances(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), image.bytesPerLine())
    rows = flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)
    found: np.ndarray = np.abs(rows - rows[-1, 0]).sum(axis=2)
    return found


def ink(found: np.ndarray) -> tuple[int, int, int, int]:
    """The box around all that is not ground: left, top, right, bottom."""
    ys, xs = np.nonzero(found)
    return int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max())


@EACH_KIND
@pytest.mark.parametrize("text_size", [100, 200])
def test_a_first_block_is_painted_like_a_later_one(qtbot: QtBot, text: str, text_size: int) -> None:
    first = made(qtbot, text, text_size)
    later = made(qtbot, f"x\n\n{text}", text_size)
    above = made(qtbot, "x", text_size).height()
    shift_by(first, later.document().documentLayout().blockBoundingRect(later.document().begin().next()).top() % 1)
    alone, below = pixels(first), pixels(later)[above:]
    here, there = ink(alone), ink(below)
    assert here[0] == pytest.approx(there[0], abs=1)
    assert here[2] == pytest.approx(there[2], abs=1)
    assert here[3] - here[1] == pytest.approx(there[3] - there[1], abs=1)
    assert alone.sum() == pytest.approx(below.sum(), rel=0.03)
    for button, other in zip(first.buttons(), later.buttons(), strict=True):
        assert first.rect().contains(button.geometry())
        top = there[1] + above
        assert button.geometry().top() - here[1] == pytest.approx(other.geometry().top() - top, abs=1)


@EACH_KIND
def test_nothing_of_a_first_or_last_block_lies_beyond_the_text(qtbot: QtBot, text: str) -> None:
    """Above it, below it or beside it nothing would be painted: with room on all sides no more is seen."""
    body = made(qtbot, text)
    document, around = body.document(), QRectF(-ROOM, -ROOM, WIDTH + 2 * ROOM, body.height() + 2 * ROOM)
    painted = QImage(around.size().toSize(), QImage.Format.Format_RGB32)
    painted.fill(QColor(LIGHT.window))
    painter = QPainter(painted)
    painter.translate(ROOM, ROOM)
    body._decor.paint(painter, document, around, document.begin())
    document.drawContents(painter)
    painter.end()
    left, top, right, bottom = ink(distances(painted))
    assert ROOM <= left <= right
    assert right < ROOM + WIDTH or text == KINDS["code of one long line"]  # which is scrolled
    assert ROOM <= top <= bottom < ROOM + body.height()


@EACH_KIND
def test_a_streamed_first_block_looks_like_a_reopened_one(qtbot: QtBot, text: str) -> None:
    streamed, reopened = made(qtbot, text, streamed=True), made(qtbot, text)
    one, other = pixels(streamed), pixels(reopened)
    assert one.shape == other.shape
    assert not np.nonzero(one != other)[0].size
    assert [one.geometry() for one in streamed.buttons()] == [one.geometry() for one in reopened.buttons()]


def test_the_room_above_a_first_block_goes_with_it(qtbot: QtBot) -> None:
    """While it streams, a block may turn into another kind."""
    body = made(qtbot, "``")
    assert body.height() < 40
    growing = MessageBody(TextStyles(LIGHT), body.window(), "```python")
    growing.grow("\nx = 1\n```\n\nend")
    growing.finish()
    assert growing.height_for(WIDTH) == made(qtbot, "```python\nx = 1\n```\n\nend").height()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text_size", [100, 200])
def test_the_head_of_code_that_begins_an_answer_is_there_and_copies(qtbot: QtBot, theme: Theme, text_size: int) -> None:
    transcript = Transcript(theme=theme, text_size=text_size)
    qtbot.addWidget(transcript)
    transcript.resize(700, 500)
    transcript.show_entries([TranscriptEntry("user", "Q"), TranscriptEntry("assistant", "", state="open")])
    with qtbot.waitExposed(transcript):
        transcript.show()
    transcript.on_event(TextDelta("```python\nprint(1)\n```"))
    transcript.on_finished(AnswerFinished("", "complete"))
    view = transcript.view(1)
    assert view is not None
    body = next(part for part in view.controls() if isinstance(part, MessageBody))
    (button,) = body.buttons()
    assert body.rect().contains(button.geometry())
    copied: list[str] = []
    transcript.copied.connect(copied.append)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert copied == ["print(1)"]
    image = body.grab().toImage()
    head = [image.pixelColor(body.width() // 2, y) for y in range(button.geometry().center().y())]
    assert head.count(QColor(theme.code)) >= len(head) - 3
