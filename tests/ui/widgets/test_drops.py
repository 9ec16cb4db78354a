"""The veil over a window: what it says, and that it goes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fanlight.core.work import throttle
from fanlight.ui.composer.attaching import describe_drop
from fanlight.ui.widgets.drops import WATCH_MS, DropArea
from support.foreign_mime import ForeignMime
from support.offers import OFFERS, Offer, encoded
from support.timers import ManualClock

pytestmark = pytest.mark.gui


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.line = QLineEdit()
        QVBoxLayout(self.window).addWidget(self.line)
        self.over = False
        self.dropped: list[QMimeData] = []
        self.area = DropArea(self.window, describe_drop, self.dropped.append, lambda: self.over)
        self.window.resize(400, 300)
        with qtbot.waitExposed(self.window):
            self.window.show()

    def enter(self, mime: QMimeData) -> bool:
        kind = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        event = QDragEnterEvent(QPoint(9, 9), *kind)
        event.ignore()
        QApplication.sendEvent(self.window, event)
        return event.isAccepted()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    clock = ManualClock()
    monkeypatch.setattr(throttle, "QtTimer", clock.timer)
    return clock


@pytest.fixture
def desk(qtbot: QtBot, clock: ManualClock) -> Desk:
    return Desk(qtbot)


WORDS = {
    "text": "the text to your question",
    "link": "the link to your question",
    "picture": "the picture to your question",
    "remote": "copy the picture itself",
    "elsewhere": "not on this computer",
}


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.program)
def test_the_veil_says_what_will_happen(desk: Desk, offer: Offer) -> None:
    accepted = desk.enter(ForeignMime(encoded(offer)))
    assert accepted == desk.area.isVisible() == (offer.taken != "nothing")
    assert WORDS.get(offer.taken, "") in desk.area.text
    assert desk.area.accessibleName() == desk.area.text


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("a.png",), "Drop to add the picture to your question"),
        (("a.png", "b.JPEG"), "Drop to add the pictures to your question"),
        (("a.pdf",), "Drop to add the document to your question"),
        (("a.docx",), "Drop to add the document to your question"),
        (("a.xyz",), "Drop to add the file to your question"),
        (("a.pdf", "b.png"), "Drop to add the files to your question"),
        (("a.mp3",), "Drop to transcribe the recording"),
        (("a.mp3", "b.png"), "Drop to add the pictures to your question and transcribe the recordings"),
    ],
)
def test_files_are_told_apart_by_their_names(desk: Desk, names: tuple[str, ...], words: str) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(f"/nowhere/{name}") for name in names])
    desk.enter(mime)
    assert desk.area.text == words


def text() -> QMimeData:
    mime = QMimeData()
    mime.setText("words")
    return mime


def test_a_drag_that_leaves_takes_the_veil_with_it(desk: Desk, clock: ManualClock) -> None:
    desk.enter(text())
    QApplication.sendEvent(desk.window, QDragLeaveEvent())
    assert not desk.area.isVisible()
    desk.over = True
    clock.advance(10 * WATCH_MS)  # nothing is watched any more


def test_the_veil_goes_when_the_drag_is_over_and_stays_until_then(desk: Desk, clock: ManualClock) -> None:
    desk.enter(text())
    clock.advance(50 * WATCH_MS)
    assert desk.area.isVisible()
    desk.over = True
    clock.advance(WATCH_MS)
    assert not desk.area.isVisible()
    desk.over = False
    desk.enter(text())
    assert desk.area.isVisible()


def test_a_key_or_the_mouse_in_the_window_ends_what_is_no_drag_any_more(qtbot: QtBot, desk: Desk) -> None:
    desk.enter(text())
    handle: Any = desk.window.windowHandle()
    qtbot.keyClick(handle, Qt.Key.Key_Escape)
    assert not desk.area.isVisible()
    desk.enter(text())
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton)
    assert not desk.area.isVisible()
