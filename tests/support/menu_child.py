"""`python menu_child.py`: another program's window with a menu, all magenta, that "open" on its input pops up. Says
"shown", "hidden", and "chose" for an entry that was clicked."""

from __future__ import annotations

import sys

from PySide6.QtCore import QPoint, QSocketNotifier
from PySide6.QtWidgets import QApplication, QMenu, QWidget

if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    window = QWidget()
    window.setWindowTitle("with a menu")
    window.setGeometry(200, 200, 300, 200)
    menu = QMenu(window)
    menu.setStyleSheet("QMenu, QMenu::item { background: #ff00ff; color: #ff00ff; border: none }")
    for entry in ("one", "two", "three"):
        menu.addAction(f"a long entry, number {entry}", lambda: print("chose", flush=True))
    menu.aboutToShow.connect(lambda: print("shown", flush=True))
    menu.aboutToHide.connect(lambda: print("hidden", flush=True))
    window.show()

    def asked() -> None:
        if sys.stdin.readline().strip() == "open":
            menu.popup(window.mapToGlobal(QPoint(20, 20)))

    listener = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    listener.activated.connect(asked)
    print("ready", flush=True)
    sys.exit(application.exec())
