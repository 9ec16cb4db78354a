"""`python key_window.py`: another program's window, which says every key it gets."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


class Other(QWidget):
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and isinstance(event, QKeyEvent):
            print("key", event.type().name, event.key(), event.isAutoRepeat(), flush=True)
        elif event.type() in (QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate):
            print(event.type().name, flush=True)
        return super().event(event)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    window = Other()
    window.setWindowTitle("Another program")
    window.setGeometry(300, 300, 300, 200)
    window.show()
    print("ready", flush=True)
    sys.exit(application.exec())
