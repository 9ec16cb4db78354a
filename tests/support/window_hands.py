"""What a person does with the window in a test: type, drop, look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.ui.composer.chips import Chip
from support.whole_window import WholeWindow

Open = Callable[..., WholeWindow]
SLOW = ["word "] * 5000


def ready(qtbot: Any, window: WholeWindow) -> None:
    qtbot.waitUntil(lambda: window.host.condition == "ready")


def ask(qtbot: Any, window: WholeWindow, text: str) -> None:
    qtbot.keyClicks(window.composer.input, text)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)


def idle(window: WholeWindow) -> bool:
    session = window.session_manager.current
    return session.condition == "idle" and not session.queued


def answered(qtbot: Any, window: WholeWindow, messages: int = 2, seconds: float = 5) -> None:
    """Waits until nothing is asked any more, and so many messages are there."""
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == messages, timeout=round(1000 * seconds))


def open_saved(qtbot: Any, window: WholeWindow, messages: int = 2) -> None:
    """The only conversation that an earlier window has left, with so many messages."""
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    window.sidebar.opened.emit(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: len(texts(window)) == messages)


def texts(window: WholeWindow) -> list[str]:
    return [entry.text for entry in window.transcript.entries()]


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(window: WholeWindow, mime: QMimeData, over: QWidget | None = None) -> None:
    """What Qt delivers for a drag that is let go over `over`."""
    drag(window, mime, over)
    assert window._drop_area.isVisible()
    let_go(window, mime, over)


def drag(window: WholeWindow, mime: QMimeData, over: QWidget | None = None) -> None:
    QApplication.sendEvent(window, QDragEnterEvent(_over(window, over).toPoint(), *_dragged(mime)))


def let_go(window: WholeWindow, mime: QMimeData, over: QWidget | None = None) -> None:
    QApplication.sendEvent(window, QDropEvent(_over(window, over), *_dragged(mime)))


def _over(window: WholeWindow, over: QWidget | None) -> QPointF:
    where = over or window
    return QPointF(where.mapTo(window, QPoint(5, 5)))


def _dragged(mime: QMimeData) -> tuple[Qt.DropAction, QMimeData, Qt.MouseButton, Qt.KeyboardModifier]:
    return (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def read(qtbot: Any, window: WholeWindow, count: int) -> tuple[Chip, ...]:
    qtbot.waitUntil(lambda: len(window.composer.chips.attachments) == count)
    return window.composer.chips.chips
