"""`python mime_child.py`: a window on which things are dropped. "paste" on standard input: says, as JSON, what is on
the clipboard. Says "veil TEXT" when the drop area comes up, "no veil" when it goes, and what was dropped."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QMimeData, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit

from fanlight.desktop.mime import MimeContent, read_mime
from fanlight.ui.composer.attaching import describe_drop
from fanlight.ui.widgets.drops import DropArea


def described(found: MimeContent) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """As the table of offers writes it."""
    refused = tuple(one for one in (found.elsewhere, found.remote) if one is not None)
    if found.files:
        return "files", tuple(map(str, found.files)), refused
    if found.has_picture:
        return "picture", tuple(name for name, _data in found.blobs if name), refused
    if found.elsewhere is not None:
        return "elsewhere", (found.elsewhere,), ()
    if found.remote is not None:
        return "remote", (found.remote,), ()
    if found.text:
        return "link" if found.is_link else "text", (found.text,), ()
    return "nothing", (), ()


class DroppedOn(QLineEdit):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Dropped on")
        self.setGeometry(300, 200, 500, 300)
        self._area = DropArea(self, describe_drop, lambda mime: say("dropped", *described(read_mime(mime))))
        self._veiled = False
        self._look = QTimer(self, interval=10)
        self._look.timeout.connect(self._tell)
        self._look.start()

    def _tell(self) -> None:
        if self._area.isVisible() != self._veiled:
            self._veiled = not self._veiled
            print(f"veil {self._area.text}" if self._veiled else "no veil", flush=True)


def say(*what: object) -> None:
    print(json.dumps(what), flush=True)


def on_line(application: QApplication) -> None:
    if sys.stdin.readline().strip() == "paste":
        mime: QMimeData = application.clipboard().mimeData()
        say("pasted", *described(read_mime(mime)))
    else:
        application.quit()


def main() -> int:
    application = QApplication(sys.argv[:1])
    window = DroppedOn()
    window.show()
    window.activateWindow()
    notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: on_line(application))
    print("ready", flush=True)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
