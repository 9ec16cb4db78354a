"""`python overlay_child.py FOLDER`: the overlay as a program of its own. Commands are lines on its input:

    take            picture the screens and open the overlay
    cover X Y W H   show an own window there, all green (logical pixels); `dialog`: a modal one
    hide            the own windows
    quit

It says "ready", and then a line of JSON for each thing that happened; what was chosen is also FOLDER/N.png."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from fanlight.core.capture.captures import Capture
from fanlight.desktop import capture
from fanlight.desktop.capture.taking import ScreenCapture, ScreenGrabber
from fanlight.domain.desktop_errors import CaptureError
from fanlight.ui.capture.overlay import Overlays


class Child(QObject):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        backend = capture.pick()
        assert backend
        self._folder, self._count = folder, 0
        self.taking, self.overlays = ScreenGrabber(backend, self), Overlays(self)
        self.taking.prepare()
        self._own: list[QWidget] = []
        self.overlays.captured.connect(self._chosen)
        self.overlays.dismissed.connect(lambda: self._ended("left"))
        self.overlays.repeat_wanted.connect(lambda: self._ended("again"))
        self.overlays.delay_wanted.connect(lambda seconds: self._ended("later", seconds=seconds))
        self.overlays.failed.connect(lambda error: self._ended("failed", error=str(error), hint=error.hint))
        self._listener = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._listener.activated.connect(self._asked)

    def say(self, what: str, **more: object) -> None:
        print(json.dumps({"what": what, **more}), flush=True)

    def _asked(self) -> None:
        lines = os.read(sys.stdin.fileno(), 4096).decode().splitlines()
        for line in lines or ["quit"]:
            command, *numbers = line.split()
            if command == "take":
                self.taking.start_grab(self._taken)
            elif command in ("cover", "dialog"):
                self._cover(command, *map(int, numbers))
            elif command == "hide":
                for window in self._own:
                    window.hide()
            elif command == "quit":
                QApplication.quit()

    def _taken(self, shot: ScreenCapture | CaptureError) -> None:
        if isinstance(shot, CaptureError):
            self._ended("failed", error=str(shot), hint=shot.hint)
            return
        self.overlays.open(shot.frames, shot.windows)
        if self.overlays.is_open:
            self.say(
                "open",
                windows=[[*window.box, window.title] for window in shot.windows],
                frames=[[*frame.screen.desktop, frame.scale, frame.screen_name] for frame in shot.frames],
            )

    def _chosen(self, taken: Capture) -> None:
        self._count += 1
        taken.image.qimage.save(str(self._folder / f"{self._count}.png"))
        place = taken.place
        assert place is not None
        self._ended(
            "chosen", how=place.kind, device=place.device, desktop=place.desktop,
            rect=place.rect, screen=place.screen_name, file=f"{self._count}.png",
        )  # fmt: skip

    def _ended(self, what: str, **more: object) -> None:
        self.taking.restore_own_windows()
        self.say(what, grabbed=self.overlays.is_open, **more)

    def _cover(self, kind: str, x: int, y: int, width: int, height: int) -> None:
        window: QWidget = QDialog() if kind == "dialog" else QWidget()
        window.setWindowTitle("own window")
        palette = window.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(0, 255, 0))
        window.setPalette(palette)
        window.setGeometry(x, y, width, height)
        if isinstance(window, QDialog):
            window.setWindowModality(Qt.WindowModality.ApplicationModal)
        window.show()
        self._own.append(window)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    child = Child(Path(sys.argv[1]))
    child.say("ready")
    sys.exit(application.exec())
