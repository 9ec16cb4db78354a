"""`python pictured_child.py picture|text X Y`: another program in README's pictures, with the sample picture or some
notes."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QWidget

from fanlight import paths

NOTES = """To do

- a box that fits the three shapes
- the red one goes to the top
- ask whether the green one may be larger
"""


def picture() -> QWidget:
    label = QLabel()
    ratio = label.devicePixelRatioF()
    pixmap = QPixmap(str(paths.resources() / "samples" / "shapes.png")).scaledToHeight(
        round(330 * ratio), Qt.TransformationMode.SmoothTransformation
    )
    pixmap.setDevicePixelRatio(ratio)
    label.setPixmap(pixmap)
    label.setWindowTitle("shapes.png")
    return label


def notes() -> QWidget:
    text = QPlainTextEdit(NOTES)
    text.resize(420, 140)
    text.setWindowTitle("notes.txt")
    return text


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    window = picture() if sys.argv[1] == "picture" else notes()
    window.move(int(sys.argv[2]), int(sys.argv[3]))
    window.show()
    QTimer.singleShot(400, lambda: print("ready", flush=True))
    sys.exit(application.exec())
