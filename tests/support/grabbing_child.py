"""`python grabbing_child.py [keyboard]`: holds the keyboard, and the mouse as well unless told otherwise, as an open
menu does, until a line comes on its input."""

from __future__ import annotations

import sys

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    holder = QWidget()
    holder.setWindowFlags(Qt.WindowType.X11BypassWindowManagerHint)
    holder.setGeometry(900, 20, 60, 60)
    holder.show()
    window = holder.windowHandle()
    while not window.setKeyboardGrabEnabled(True):
        QTest.qWait(20)
    if "keyboard" not in sys.argv:
        assert window.setMouseGrabEnabled(True)
    print("ready", flush=True)

    def asked() -> None:
        sys.stdin.readline()
        window.setMouseGrabEnabled(False)
        window.setKeyboardGrabEnabled(False)
        application.sync()
        print("free", flush=True)

    listener = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    listener.activated.connect(asked)
    sys.exit(application.exec())
