"""`python full_screen.py full|bypassing|locking|obscuring|plain`: another program, in full screen ("bypassing": over
the window manager; "locking": and it holds mouse and keyboard; "obscuring": as xsecurelock does, which leaves the
outermost pixels out), which says each letter that it gets; F11 puts a plain one into full screen. Says "ready"."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


class FullScreen(QWidget):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11:
            self.showFullScreen()
            return
        print("key", event.text(), flush=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(20, 60, 90))
        painter.end()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    window = FullScreen()
    window.setWindowTitle("In full screen")
    if sys.argv[1] in ("bypassing", "locking", "obscuring"):
        window.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint)
        edge = 1 if sys.argv[1] == "obscuring" else 0
        window.setGeometry(application.primaryScreen().geometry().adjusted(edge, edge, -edge, -edge))
        window.show()
        window.activateWindow()
        if sys.argv[1] != "bypassing":
            window.grabMouse()
            window.grabKeyboard()
    elif sys.argv[1] == "full":
        window.showFullScreen()
    else:
        window.setGeometry(100, 100, 900, 700)
        window.show()
        window.activateWindow()
    QTimer.singleShot(300, lambda: print("ready", flush=True))
    sys.exit(application.exec())
