"""`python -m bench.freezing COMBINATION`: the hotkey and the overlay, as Fanlight connects them, without model and
window. Says "ready", and then "open" and "left" by turns."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from fanlight.desktop import capture
from fanlight.desktop.capture.taking import ScreenCapture, ScreenGrabber
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.desktop_errors import CaptureError
from fanlight.ui.capture.overlay import Overlays


def main(combination: str) -> int:
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    backend = capture.pick()
    assert backend is not None
    taking, overlays, hotkeys = ScreenGrabber(backend, application), Overlays(application), Hotkeys(application)
    taking.prepare()

    def taken(shot: ScreenCapture | CaptureError) -> None:
        if isinstance(shot, CaptureError):
            raise shot
        overlays.open(shot.frames, shot.windows)
        print("open", flush=True)

    hotkeys.key_pressed.connect(lambda _: taking.start_grab(taken))
    overlays.dismissed.connect(lambda: print("left", flush=True))
    hotkeys.bind("shot", combination)
    print("ready", flush=True)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
