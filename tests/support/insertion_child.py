"""`python insertion_child.py`: a program without a window that inserts text into others, as it is told by lines of
JSON: {"do": "note"} remembers who has the keyboard, {"do": "insert", "text": TEXT, "there": true} inserts where that
was. Says "ready", and for each line one of JSON; for an insertion when it has ended, with how long that took, and when
the text was read last."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from fanlight.desktop import insertion, xcb
from fanlight.desktop.insertion import InsertionOutcome, InsertionPlace, InsertionRequest, insertion_run
from fanlight.desktop.insertion.selection_requests import SelectionRequestWatch


class Child:
    def __init__(self, application: QApplication) -> None:
        self.backend = insertion.pick()
        self.inserter = self.backend.start(application)
        self.place = InsertionPlace()
        self._read_at = 0.0
        if xcb.is_x11():
            self._reads = SelectionRequestWatch(xcb.qt_connection(), self._on_asked)
            self._reads.start()
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._input.activated.connect(self._read)
        say(what="ready", backend=self.backend.name)

    def _read(self) -> None:
        line = sys.stdin.readline()
        if not line:
            QApplication.quit()
            return
        told = json.loads(line)
        match told.pop("do"):
            case "note":
                self.place = self.inserter.place()
                self.inserter.prepare()
                say(what="noted", program=self.place.program)
            case "insert":
                self._insert(**told)
            case "patience":
                insertion_run.TAKEN_MS = told["ms"]
                say(what="patient")
            case "cancel":
                say(what="canceled", taken=self.inserter.cancel())
            case "undo":
                say(what="undone", done=self.inserter.undo(self.place))

    def _insert(self, text: str, there: bool = False, **more: Any) -> None:
        began = time.monotonic()

        def ended(outcome: InsertionOutcome) -> None:
            ms, read_ms = (1000 * (at - began) for at in (time.monotonic(), self._read_at))
            say(what="ended", outcome=outcome.name, ms=ms, read_ms=read_ms)

        self.inserter.insert(InsertionRequest(text, self.place if there else None, **more), ended)

    def _on_asked(self, _window: int, content: bool) -> None:
        if content:
            self._read_at = time.monotonic()


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    child = Child(application)
    sys.exit(application.exec())
