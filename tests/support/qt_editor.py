"""`python qt_editor.py [TITLE]`: an editor with the keyboard. Says "ready", and what is in it as a line of JSON, with
the time, whenever that changes. "clear" on standard input empties it, "slow" makes it sleep a second before each paste,
"deaf" makes it take no paste, "steps" makes it read each paste three times, slowly, "eager" makes it read what comes on
the clipboard; "password" opens a field with a password that is selected, in a window called so."""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import QMimeData, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit


class Editor(QPlainTextEdit):
    def __init__(self) -> None:
        super().__init__()
        self.slow = self.deaf = self.steps = False
        self.setWindowTitle(sys.argv[1] if len(sys.argv) > 1 else "Qt editor")
        self.textChanged.connect(lambda: say(what="text", text=self.toPlainText(), at=time.monotonic()))
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._input.activated.connect(self._read)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return not self.deaf and super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if self.slow:
            time.sleep(1)
        for pause in (0.2, 0.7) if self.steps else ():
            time.sleep(pause)
            source.text()
            source = QApplication.clipboard().mimeData()
        super().insertFromMimeData(source)

    def _read(self) -> None:
        match sys.stdin.readline().strip():
            case "clear":
                self.clear()
            case "slow":
                self.slow = True
            case "steps":
                self.steps = True
            case "eager":
                QApplication.clipboard().dataChanged.connect(lambda: QApplication.clipboard().text())
            case "deaf":
                self.deaf = True
                self.setReadOnly(True)
            case "password":
                self._password = QLineEdit("a secret")
                self._password.setEchoMode(QLineEdit.EchoMode.Password)
                self._password.setWindowTitle("A password")
                self._password.show()
                self._password.selectAll()
            case "":
                QApplication.quit()


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    editor = Editor()
    editor.setGeometry(60, 60, 500, 300)
    editor.show()
    editor.setFocus()
    QTimer.singleShot(300, lambda: print("ready", flush=True))
    sys.exit(application.exec())
