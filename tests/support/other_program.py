"""`python other_program.py shapes|four|dialog X Y`: another program with the focus. "shapes" shows a red circle and a
blue square on white and has a line with selected text; "four" shows two more; "dialog" is an error message.

Says "ready", and a line of JSON for each thing that happens to its focus or its selection, and for each key."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

WORDS = "these words are selected"
DIALOG = ("The file could not be saved.", "There is no space left on drive D:", "Error 0x80070070")


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


class Shapes(QWidget):
    def __init__(self, four: bool) -> None:
        super().__init__()
        self._four = four
        self.setFixedSize(420, 320)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("white"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(220, 30, 30))
        painter.drawEllipse(50, 90, 120, 120)
        painter.setBrush(QColor(30, 80, 220))
        painter.drawRect(250, 95, 110, 110)
        if self._four:
            painter.setBrush(QColor(20, 140, 50))
            painter.drawEllipse(180, 220, 70, 70)
            painter.setBrush(QColor(255, 165, 0))
            painter.drawRect(180, 35, 50, 50)
        painter.end()


class Line(QLineEdit):
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            say(what="key", key=event.text())
        return super().event(event)


class Other(QWidget):
    def __init__(self, kind: str) -> None:
        super().__init__()
        self.setWindowTitle(f"other {kind}")
        self.setStyleSheet("background: white; color: black")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.line = Line(WORDS)
        if kind in ("shapes", "four"):
            column.addWidget(Shapes(kind == "four"))
        else:
            font = QFont("DejaVu Sans")
            font.setPixelSize(18)
            for text in DIALOG:
                label = QLabel(text)
                label.setFont(font)
                label.setContentsMargins(24, 10, 24, 10)
                column.addWidget(label)
        column.addWidget(self.line)
        self.line.selectAll()
        self.line.setFocus()
        self.line.selectionChanged.connect(lambda: say(what="selection", text=self.line.selectedText()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            say(what="active" if self.isActiveWindow() else "inactive")


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    other = Other(sys.argv[1])
    other.move(int(sys.argv[2]), int(sys.argv[3]))
    other.show()
    QTimer.singleShot(300, lambda: print("ready", flush=True))
    sys.exit(application.exec())
