"""`python insertion_child.py [BACKEND]`: a program without a window that inserts text into others, as it is told by
lines of JSON: {"do": "note"} remembers who has the keyboard, {"do": "insert", "text": TEXT, "there": true} inserts
where that was. Says "ready", and for each line one of JSON; for an insertion when it has ended, with how long that
took, when the text was read last, and `events`: what happened since the last one, in ms from when it was told to."""

from __future__ import annotations

import json
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from fanlight.desktop import insertion, xcb
from fanlight.desktop.insertion import InsertionOutcome, InsertionPlace, InsertionRequest, insertion_run
from fanlight.desktop.insertion.selection_requests import SelectionRequestWatch
from fanlight.desktop.insertion.wlroots import WlrootsInserter
from fanlight.desktop.insertion.x11_inserter import X11Inserter

QUESTIONS = ("TARGETS", "TIMESTAMP", "SAVE_TARGETS")
KNOWN = (
    *QUESTIONS, "UTF8_STRING", "STRING", "TEXT", "COMPOUND_TEXT", "MULTIPLE", "text/plain", "text/plain;charset=utf-8",
    "text/html", "text/rtf", "text/uri-list", "image/png", "image/svg+xml", "chromium/x-web-custom-data",
    "chromium/x-source-url", "x-kde-passwordManagerHint",
)  # fmt: skip


class Child:
    def __init__(self, application: QApplication) -> None:
        wanted = sys.argv[1:] or [insertion.pick().name]
        self.backend = next(one for one in insertion.BACKENDS if one.name in wanted)
        self.inserter = self.backend.start(application)
        self.place = InsertionPlace()
        self._began = self._read_at = 0.0
        self._events: list[tuple[float, str]] = []
        if isinstance(self.inserter, X11Inserter):
            self._reads = RequestLog(xcb.qt_connection(), self._on_asked)
            self._reads.start()
            self.inserter.press_paste = self._logged("pressed", self.inserter.press_paste)  # type: ignore[method-assign]
            loan = self.inserter._loan
            loan.lend = self._logged("lent", loan.lend)  # type: ignore[method-assign]
            loan.give_back = self._logged("given back", loan.give_back)  # type: ignore[method-assign]
        if isinstance(self.inserter, WlrootsInserter):
            for selection in self.inserter._control.selections.values():
                selection.asked.connect(lambda: self._on_asked(0, "text"))
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
        began = self._began = time.monotonic()

        def ended(outcome: InsertionOutcome) -> None:
            ms, read_ms = (1000 * (at - began) for at in (time.monotonic(), self._read_at))
            events = [f"{1000 * (at - began):.0f} {what}" for at, what in self._events]
            self._events.clear()
            say(what="ended", outcome=outcome.name, ms=ms, read_ms=read_ms, events=events)

        self.inserter.insert(InsertionRequest(text, self.place if there else None, **more), ended)

    def _on_asked(self, window: int, target: str) -> None:
        self._log(f"{target} to {window:x}")
        if target not in QUESTIONS:
            self._read_at = time.monotonic()

    def _logged(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def logged(*arguments: Any) -> Any:
            self._log(name)
            return step(*arguments)

        return logged

    def _log(self, what: str) -> None:
        self._events.append((time.monotonic(), what))


class RequestLog(SelectionRequestWatch):
    """Calls `told` with the window, and the name of the format that it asks for."""

    def __init__(self, connection: xcb.XcbConnection, told: Callable[[int, str], object]) -> None:
        super().__init__(connection, lambda _window, _content: None)
        self._told = told
        self._names = dict(zip(connection.atoms(*KNOWN), KNOWN, strict=True))

    def on_event(self, data: bytes) -> None:
        requestor, _selection, target = struct.unpack_from("=III", data, 12)
        self._told(requestor, self._names.get(target, str(target)))


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    child = Child(application)
    sys.exit(application.exec())
