"""`python clipboard_owner.py FOLDER`: another program with something on the clipboard: each file of the folder is a
format, its name the format's with "%" for "/". Says "ready" when all of it is offered."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtWidgets import QApplication

if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    mime = QMimeData()
    for path in sorted(Path(sys.argv[1]).iterdir()):
        mime.setData(path.name.replace("%", "/"), path.read_bytes())
    application.clipboard().setMimeData(mime)
    QTimer.singleShot(100, lambda: print("ready", flush=True))
    sys.exit(application.exec())
