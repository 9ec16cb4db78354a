"""The conversation without a mouse, for a screen reader, and with nothing ever loaded."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QTextCursor,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import AnswerFinished, TranscriptEntry
from fanlight.domain.events import TextDelta, ThinkingDelta
from fanlight.domain.messages import Image
from fanlight.ui.transcript import transcript as module
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.message import MessageView
from fanlight.ui.transcript.transcript import Transcript
from support.chat_samples import SHAPES, conversation

pytestmark = pytest.mark.gui


def show(qtbot: QtBot, *entries: TranscriptEntry) -> Transcript:
    transcript = Transcript()
    qtbot.addWidget(transcript)
    transcript.resize(800, 600)
    transcript.show_entries(entries)
    with qtbot.waitExposed(transcript):
        transcript.show()
    transcript.activateWindow()
    transcript.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is transcript)
    return transcript


def rich(qtbot: QtBot) -> Transcript:
    picture = Image.of(64, 48, b"\xff\0\0" * 64 * 48)
    return show(
        qtbot,
        TranscriptEntry("user", "What is it?", thumbnails=(picture,), captions=("64 × 48, 36 tokens",)),
        TranscriptEntry("assistant", SHAPES, thinking="I count.", footer="0.3 s", state="stopped"),
    )


def last_body(transcript: Transcript) -> MessageBody:
    return [body for body in transcript.findChildren(MessageBody) if body.isVisible()][-1]


def test_page_keys_home_and_end_scroll(qtbot: QtBot) -> None:
    transcript = show(qtbot, *conversation(60))
    bar = transcript.verticalScrollBar()
    qtbot.keyClick(transcript, Qt.Key.Key_PageUp)
    assert 400 <= bar.maximum() - bar.value() <= 600
    qtbot.keyClick(transcript, Qt.Key.Key_Home)
    assert bar.value() == 0
    qtbot.keyClick(transcript, Qt.Key.Key_PageDown)
    assert bar.value() >= 400
    qtbot.keyClick(transcript, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()


def test_the_keys_scroll_from_inside_a_message_too(qtbot: QtBot) -> None:
    transcript = show(qtbot, *conversation(60))
    body = last_body(transcript)
    body.setFocus()
    qtbot.keyClick(body, Qt.Key.Key_Home)
    assert transcript.verticalScrollBar().value() == 0
    assert not transcript.follow


def test_tab_goes_through_every_control_from_top_to_bottom(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    transcript.verticalScrollBar().setValue(0)
    reached: list[QWidget] = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        assert focus is not None
        QApplication.sendEvent(focus, _tab())
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus not in reached:
            reached.append(focus)
    inside = [widget for widget in reached if transcript.viewport().isAncestorOf(widget)]
    buttons = {widget.text() for widget in inside if isinstance(widget, QAbstractButton)}
    assert {"Reasoning", "Copy", "Ask again", "Continue", "Edit"} <= buttons
    assert sum(isinstance(widget, MessageBody) for widget in inside) == 2


def _tab() -> QEvent:
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)


def test_what_the_keyboard_reaches_comes_into_view(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    transcript.verticalScrollBar().setValue(0)
    ground = transcript.viewport().rect()
    for _ in range(12):
        focus = QApplication.focusWidget()
        assert focus is not None
        QApplication.sendEvent(focus, _tab())
        focus = QApplication.focusWidget()
        assert focus is not None
        if isinstance(focus, QAbstractButton) and transcript.viewport().isAncestorOf(focus):
            place = focus.rect().translated(focus.mapTo(transcript.viewport(), QPoint(0, 0)))
            assert ground.contains(place), focus.accessibleName()


def test_everything_the_keyboard_reaches_has_a_name(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    QAccessible.setActive(True)
    for widget in transcript.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None
            assert interface.text(QAccessible.Text.Name).strip(), widget


def test_each_message_says_who_speaks(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    transcript.verticalScrollBar().setValue(0)
    question, answer = transcript.view(0), transcript.view(1)
    assert question is not None
    assert answer is not None
    assert question.accessibleName() == "You: What is it?"
    assert answer.accessibleName().startswith("Fanlight: What is in the picture There are three circles")


def test_the_pictures_are_named_with_what_was_sent(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    transcript.verticalScrollBar().setValue(0)
    names = [widget.accessibleName() for widget in transcript.findChildren(QWidget)]
    assert "Picture 1: 64 × 48, 36 tokens" in names


def test_a_finished_answer_is_announced_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    class Reader:
        """Stands for the screen reader's end of Qt."""

        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:
            said.append(event.message())

    monkeypatch.setattr(module, "QAccessible", Reader)
    transcript = show(qtbot, TranscriptEntry("user", "How many?"), TranscriptEntry("assistant", "", state="open"))
    transcript.on_event(ThinkingDelta("hm"))
    for word in ("There ", "are ", "**three**."):
        transcript.on_event(TextDelta(word))
        transcript.paint_now()
    assert said == []
    transcript.on_finished(AnswerFinished("", "complete"))
    assert said == ["Fanlight: There are three."]


def test_pictures_in_an_answer_are_words_and_never_read(qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "private.png"
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(picture))
    before = picture.stat().st_atime_ns
    text = f"![secret]({picture}) ![far](https://example.org/x.png) <img src='{picture}'>"
    transcript = show(qtbot, TranscriptEntry("user", "?"), TranscriptEntry("assistant", text))
    body = last_body(transcript)
    assert body.toPlainText() == f"[secret] [far] <img src='{picture}'>"
    assert "\ufffc" not in body.document().toRawText()
    assert picture.stat().st_atime_ns == before
    loaded = body.loadResource(2, str(picture))
    assert isinstance(loaded, QImage)
    assert loaded.size().width() == 1


def test_selected_text_is_copied_as_one_would_type_it(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    body = last_body(transcript)
    body.setFocus()
    qtbot.keyClick(body, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(body, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert "1. Look at the colours first:\n  - red and blue are far apart," in copied
    assert "- [x] counted\n- [ ] measured" in copied
    assert "Shape\tColour\tWhere\tSize\ncircle\tred\ttop left\t48" in copied
    assert "import math\nfrom dataclasses import dataclass\n\n\n@dataclass" in copied
    assert "There are three circles, one square and two no triangles." in copied
    assert not QGuiApplication.clipboard().mimeData().hasHtml()


def test_part_of_a_message_can_be_copied(qtbot: QtBot) -> None:
    transcript = show(qtbot, TranscriptEntry("user", "?"), TranscriptEntry("assistant", "- 😀 one two\n- three"))
    body = last_body(transcript)
    cursor = body.textCursor()
    cursor.setPosition(3)
    cursor.setPosition(14, QTextCursor.MoveMode.KeepAnchor)
    body.setTextCursor(cursor)
    body.copy()
    assert QGuiApplication.clipboard().text() == "one two\n- thr"


def test_the_menu_of_a_message_offers_what_can_be_done(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    view = transcript.view(1)
    assert view is not None
    body = last_body(transcript)
    start = body.document().find("import math")
    point = body.mapTo(view, body.cursorRect(start).center())
    menu = view.menu(point)
    labels = [action.text() for action in menu.actions() if action.text()]
    kept = ["Copy selection", "Copy code", "Wrap long lines", "Copy message", "Read aloud"]
    assert labels == [*kept, "Read aloud from here", "Select all", "Ask again", "Continue"]
    with qtbot.waitSignal(transcript.copied) as copied:
        menu.actions()[1].trigger()
    assert copied.args is not None
    assert copied.args[0].startswith("import math\n")
    menu.close()
    assert isinstance(menu, QMenu)


def test_a_text_reached_by_the_keyboard_has_a_ring(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    body = last_body(transcript)
    view = transcript.view(1)
    assert view is not None
    before = view.grab().toImage()
    body.setFocus(Qt.FocusReason.TabFocusReason)
    assert body.ringed
    assert view.grab().toImage() != before
    transcript.setFocus()
    assert not body.ringed


def test_the_wheel_over_a_message_scrolls_the_conversation(qtbot: QtBot) -> None:
    transcript = rich(qtbot)
    bar = transcript.verticalScrollBar()
    end = bar.value()
    for target in (last_body(transcript).buttons()[0], last_body(transcript).viewport()):
        place = target.mapTo(
            transcript, target.rect().center() if isinstance(target, QToolButton) else QPoint(9, target.height() - 60)
        )
        QTest.wheelEvent(transcript.windowHandle(), QPointF(place), QPoint(0, 120), QPoint(0, 0))
        QApplication.processEvents()
        assert bar.value() < end
        end = bar.value()


def test_messages_that_left_are_gone_without_a_collector(qtbot: QtBot) -> None:
    def alive() -> int:
        return sum(issubclass(type(thing), MessageView) for thing in gc.get_objects())  # isinstance() would wake torch

    others = alive()  # of windows that other tests have left
    transcript = show(qtbot, *conversation(100))
    for _ in range(2):
        transcript.show_entries(conversation(100))
        transcript.verticalScrollBar().setValue(0)
    qtbot.waitUntil(lambda: alive() - others <= 30)


def test_the_text_cursor_stays_in_view(qtbot: QtBot) -> None:
    transcript = show(qtbot, TranscriptEntry("user", "?"), TranscriptEntry("assistant", "One line.\n\n" * 80))
    body = last_body(transcript)
    body.setFocus()
    cursor = body.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    body.setTextCursor(cursor)
    for _ in range(60):
        qtbot.keyClick(body, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    place = body.cursorRect().translated(body.mapTo(transcript.viewport(), QPoint(0, 0)))
    assert transcript.viewport().rect().contains(place)
    assert not transcript.follow


def test_selecting_past_the_edge_scrolls(qtbot: QtBot) -> None:
    transcript = show(qtbot, TranscriptEntry("user", "?"), TranscriptEntry("assistant", "One line of words.\n\n" * 80))
    body = last_body(transcript)
    bar = transcript.verticalScrollBar()
    end = bar.value()
    start = body.mapFrom(transcript.viewport(), QPoint(60, 300))
    qtbot.mousePress(body.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for y in (200, 100, 0, -20):
        place = body.mapFrom(transcript.viewport(), QPoint(60, y))
        move = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), QPointF(body.viewport().mapToGlobal(place)),
            Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(body.viewport(), move)
    assert body.textCursor().hasSelection()
    assert bar.value() < end
