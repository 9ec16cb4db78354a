"""Facts planted in years of conversations, typed into the palette of the window: of how many the right place is the
first hit, and is opened and marked; and what such a history takes of memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.display import xvfb
from bench.fresh import values
from bench.history import Fact, History
from bench.readings import Notebook
from fanlight import paths
from fanlight.domain.search import SearchResult
from fanlight.store.database import Database

if TYPE_CHECKING:
    from support.whole_window import WholeWindow

_CONVERSATIONS, _ROUNDS, _FACTS = 5_000, 5, 100
_SETTLE_SECONDS, _SEARCHES = 5.0, ("a", "ba", "red car", "kunde")
_OPENED = 5


def measure(notebook: Notebook, quick: bool) -> None:
    rounds = 2 if quick else _ROUNDS
    home = paths.home()
    facts = History(home, _CONVERSATIONS // (20 if quick else 1), rounds * _FACTS).facts
    with xvfb() as screen:
        os.environ |= {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        with _window() as window:
            for start in range(0, len(facts), _FACTS):
                right = sum(_is_right(window, fact) for fact in facts[start : start + _FACTS])
                notebook.write("search_right_of_100", right)
    empty = home.with_name("empty")
    Database(empty).close()
    for _unused in range(rounds):
        notebook.write("history_window_mb", _peak_over(home) - _peak_over(empty))


def _peak_over(home: Path) -> float:
    """One at a time: only one program can have the store."""
    os.environ["FANLIGHT_HOME"] = str(home)
    return next(values("bench.measure.finding.peak", 1, (1400, 1000)))


def peak() -> float:
    """Megabytes (2**20 bytes) that the window had at the most, after searches and opened conversations."""
    from bench.heartbeat import run_for

    with _window() as window:
        palette = window.searching.palette
        for text in _SEARCHES:
            palette.open()
            palette.field.setText(text)
            run_for(0.5)
            palette.dismiss()
        for number in window.sidebar.ids[:_OPENED]:
            window.session_manager.open(number)
            run_for(0.5)
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


@contextmanager
def _window() -> Iterator[WholeWindow]:
    from PySide6.QtWidgets import QApplication

    from bench.heartbeat import run_for
    from support.whole_window import WholeWindow
    from support.windows import parts

    _application = QApplication.instance() or QApplication([])
    window = WholeWindow(parts(paths.home()))
    try:
        window.show()
        run_for(_SETTLE_SECONDS)
        yield window
    finally:
        window.close()


def _is_right(window: WholeWindow, fact: Fact) -> bool:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from bench.heartbeat import run_for, wait_until

    palette, found = window.searching.palette, list[SearchResult]()

    def keep(text: str, result: SearchResult) -> None:
        if text == fact.text:
            found.append(result)

    palette.open()
    palette._search.found.connect(keep)
    palette.field.setText(fact.text)
    wait_until(lambda: bool(found), 20, fact.text)
    palette._search.found.disconnect(keep)
    run_for(0.02)
    hits = found[-1].hits
    if not hits or hits[0].conversation_id != fact.conversation or not hits[0].message_id:
        palette.dismiss()
        return False
    palette.list.setCurrentIndex(palette.model.index(0))
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    manager = window.session_manager
    wait_until(lambda: manager.current_number == fact.conversation and palette.isHidden(), 20, "opening")
    run_for(0.05)
    return _is_marked(window, fact)


def _is_marked(window: WholeWindow, fact: Fact) -> bool:
    """The message is in view, and what was looked for: in the message, or on the page of its document."""
    transcript, viewer = window.transcript, window.page_viewing.viewer
    if fact.place not in {number for number, view in transcript._views.items() if view.isVisible()}:
        return False
    match fact.kind:
        case "picture":
            return transcript.first_visible == fact.place or bool(transcript.verticalScrollBar().maximum())
        case "document":
            if viewer is None or not viewer.isVisible():
                return False
            marked = [mark.cursor.selectedText() for mark in viewer.text.extraSelections()]
            viewer.close()
            return any(fact.text in line for line in marked)
        case _:
            marks = transcript._marks
            return marks is not None and marks.current[0] == fact.place
