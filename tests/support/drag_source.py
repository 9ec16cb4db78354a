"""`python drag_source.py FILE`: a window in the corner of the screen out of which FILE can be dragged. A number instead
is that of an offer (offers.py)."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

from support.foreign_mime import ForeignMime
from support.offers import encoded
from support.recorded_offers import EVERY_OFFER


class Source(QLabel):
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if sys.argv[1].isdigit():
            mime: QMimeData = ForeignMime(encoded(EVERY_OFFER[int(sys.argv[1])]))
        else:
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.exec(Qt.DropAction.CopyAction)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    source = Source("drag me")
    source.setWindowFlags(Qt.WindowType.X11BypassWindowManagerHint)
    source.setGeometry(0, 0, 120, 60)
    source.show()
    print("ready", flush=True)
    sys.exit(application.exec())
