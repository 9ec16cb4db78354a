"""From the choice of a saved conversation of 3,000 messages to the window that has painted its end, and until all of it
is there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from time import perf_counter
from typing import TYPE_CHECKING

from bench.display import xvfb
from bench.readings import Notebook
from fanlight import paths
from fanlight.core.chat.answer_footer import AnswerTimings
from fanlight.domain.events import Timings
from fanlight.store.database import Database

if TYPE_CHECKING:
    from support.whole_window import WholeWindow

_MESSAGES = 3_000
_SETTLE_SECONDS = 4.0
"""The window sets its start's objects aside after 3 s."""


def measure(notebook: Notebook, quick: bool) -> None:
    numbers = _fill(3 if quick else 6)
    with xvfb() as screen:
        os.environ |= {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        from PySide6.QtWidgets import QApplication

        from bench.heartbeat import run_for, wait_until
        from support.whole_window import WholeWindow
        from support.windows import parts

        _application = QApplication.instance() or QApplication([])
        window = WholeWindow(parts(paths.home()))
        try:
            window.show()
            wait_until(lambda: len(window.sidebar.ids) == len(numbers), 60, "the list of conversations")
            run_for(_SETTLE_SECONDS)
            for place, number in enumerate(numbers):
                start = perf_counter()
                milliseconds = _open(window, number)
                wait_until(lambda: window.session_manager.current.is_read, 60, "the rest of the conversation")
                if place:  # the first one also makes what all of them use
                    notebook.write("conversation_open_ms", milliseconds)
                    notebook.write("conversation_whole_ms", 1000 * (perf_counter() - start))
                run_for(1.0)
        finally:
            window.close()


def _open(window: WholeWindow, number: int) -> float:
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    window.session_manager.shown.connect(loop.quit)
    start = perf_counter()
    window.session_manager.open(number)
    loop.exec()
    window.transcript.viewport().repaint()
    seconds = perf_counter() - start
    window.session_manager.shown.disconnect(loop.quit)
    assert len(window.transcript.entries()) == _MESSAGES
    return 1000 * seconds


def _fill(conversations: int) -> list[int]:
    with closing(Database(paths.home())) as database:
        numbers = [database.create(f"Conversation {number}") for number in range(conversations)]
    timings = Timings(evaluated_tokens=800, generated_tokens=120, generate_seconds=6.0)
    footer = AnswerTimings(timings, 0.4, model="practice").stored()
    with closing(sqlite3.connect(paths.home() / "conversations.db")) as connection, connection:
        for number in numbers:
            for place in range(_MESSAGES):
                message, before = (_MESSAGES * number + at for at in (place, place - 1))
                role, line = ("assistant", footer) if place % 2 else ("user", "")
                row = (message, number, role, line, before if place else 0)
                connection.execute(
                    "INSERT INTO message (id, conversation_id, role, state, footer, created, parent) "
                    "VALUES (?, ?, ?, 'complete', ?, 1, ?)",
                    row,
                )
                text = f"Sentence {place} of **this** conversation, with some words. " * (6 if place % 2 else 1)
                connection.execute(
                    "INSERT INTO part (message_id, position, kind, text) VALUES (?, 0, 'text', ?)", (message, text)
                )
    return numbers
