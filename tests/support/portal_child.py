"""`python portal_child.py`: asks the portal of the Wayland session it runs in for a part of the screen, and for a key.
Says the platform, the picture's size and first colour, or the error; then by which way keys are heard."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from fanlight.desktop.bus import APP_ID
from fanlight.desktop.capture import CapturedImage, portal
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.desktop_errors import CaptureError


def say(said: CapturedImage | CaptureError) -> None:
    if isinstance(said, CapturedImage):
        print("picture", said.width, said.height, said.qimage.pixelColor(0, 0).name(), flush=True)
    else:
        print("error", type(said).__name__, said, flush=True)
    hotkeys.append(Hotkeys())
    QTimer.singleShot(2000, end)


def end() -> None:
    print("keys", hotkeys[0].backend.name, flush=True)
    hotkeys[0].close()
    QApplication.quit()


if __name__ == "__main__":
    QApplication.setDesktopFileName(APP_ID)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    print("platform", application.platformName(), flush=True)
    hotkeys: list[Hotkeys] = []
    chooser = portal.PortalCapture()
    chooser.pick_region(say)
    sys.exit(application.exec())
