"""What window managers are told a window belongs to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
ASKED = """from fanlight.ui.application import _qt_application
made = _qt_application(["/usr/lib/fanlight/fanlight/__main__.py"])
print(made.arguments()[0], made.applicationName(), made.desktopFileName())"""
ENTRY = APP.parent / "packaging" / "org.fanlight.Fanlight.desktop"


def test_windows_are_named_as_the_menu_entry_says_however_fanlight_was_started() -> None:
    """Started by -m, as packages do it, Qt would call them by the file's name."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(APP)}
    said = subprocess.run(
        [sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout == "fanlight fanlight org.fanlight.Fanlight\n"
    assert "\nStartupWMClass=fanlight\n" in ENTRY.read_text("utf-8")
