"""`python selection_child.py`: a program without a window that reads and replaces what is selected in others, as it is
told by lines of JSON: {"do": "read"}, {"do": "replace", "text": TEXT} for what was read last. Says "ready", and a line
of JSON for each."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from fanlight.desktop import selected_text
from fanlight.desktop.selected_text import ReplaceOutcome, SelectedText
from fanlight.domain.desktop_errors import SelectionError


class Child:
    def __init__(self, application: QApplication) -> None:
        backend = selected_text.pick()
        self.access = backend.start(application)
        self.selected = SelectedText("")
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._input.activated.connect(self._read_line)
        say(what="ready", backend=backend.name)

    def _read_line(self) -> None:
        line = sys.stdin.readline()
        if not line:
            QApplication.quit()
            return
        told = json.loads(line)
        if told["do"] == "read":
            self.access.read(self._on_read)
        else:
            self.access.replace(self.selected, told["text"], self._on_replaced)

    def _on_read(self, found: SelectedText | SelectionError) -> None:
        if isinstance(found, SelectionError):
            say(what="failed", text=found.text)
        else:
            self.selected = found
            say(what="read", text=found.text, can_replace=found.can_replace, program=found.place.program)

    def _on_replaced(self, outcome: ReplaceOutcome) -> None:
        say(what="ended", outcome=outcome.name)


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    child = Child(application)
    sys.exit(application.exec())
