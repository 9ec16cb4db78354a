"""Windows that only the collector deletes are no danger to the list of windows."""

from __future__ import annotations

import os
import subprocess
import sys

_COLLECTED_MEANWHILE = """
import gc
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication
from fanlight.desktop.own_windows import own_windows

class Window(QWindow):
    pass

application = QApplication([])
enable = gc.enable
for _again in range(20):
    gc.collect()
    gc.disable()
    for _number in range(20):
        window = Window()
        window.itself = window
        window.create()
        del window
    gc.set_threshold(1, 1, 1)
    enable()
    windows = own_windows()
    gc.disable()
    print(all(window.isTopLevel() for window in windows))
    del windows
    gc.set_threshold(700, 10, 10)
"""


def test_the_collector_may_run_while_they_are_listed() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _COLLECTED_MEANWHILE],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, set(ran.stdout.split())) == (0, {"True"}), ran.stderr[-2000:]
