"""usage: try_drag.py FILE: a window in the corner of the screen, out of which FILE can be dragged.

try_inside.sh runs it with the package's own Python and Qt.
"""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    def mouseMoveEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
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
