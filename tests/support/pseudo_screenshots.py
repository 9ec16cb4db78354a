"""`python -m support.pseudo_screenshots TEXT_SIZE [FOLDER]`: every window in a language 40 percent longer than English.
Prints what is cut off or still English; pictures for looking go to FOLDER. `environment` says on which screen."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

NAMES = re.compile(
    r"Fanlight|scripted\s+▾|(Ctrl|Alt|Shift|Meta)\+.*|F\d|Esc|Up|Del|Enter|PgUp|PgDown|English|Deutsch|Español|Français"
    r"|shapes\.png|(/.*/)?(talk|more)\.wav|scripted\.gguf\n.*|(Fanlight|«You ~»): .*|Anna|Otto|box|headphones|tone"
    r"|(Qwen|MiniCPM|Gemma)[-\w. ]+"
)
"""What is the same in every language: names of programs, models, languages, files, voices, devices and keys."""

LAYOUT_SECONDS = 20.0
LARGE, SMALL = (1920, 1200), (960, 540)
"""Screens in logical pixels; the small one is Full HD at 200 %."""


def environment(folder: Path, scale: float, screen_size: tuple[int, int] = LARGE) -> dict[str, str]:
    """For a child process: a screen of so many logical pixels, each of them `scale` pixels wide."""
    width, height = screen_size
    screen = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height, "dpr": scale}
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": [{**screen, "logicalDpi": 96, "logicalBaseDpi": 96}]}), "utf-8")
    paths = os.pathsep.join(sys.path)
    return {**os.environ, "PYTHONPATH": paths, "QT_QPA_PLATFORM": f"offscreen:configfile={file}", "LANGUAGE": "en"}


def main(text_size: int, folder: Path | None) -> None:
    from PySide6.QtWidgets import QApplication

    from fanlight import i18n
    from fanlight.settings import Settings
    from support import shots
    from support.cut_off import scrolled_sideways, untranslated
    from support.pseudo import Pseudo
    from support.pseudo_scenes import SCENES

    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    i18n._translations = Pseudo()
    for scene in SCENES:
        home = Path(tempfile.mkdtemp())
        os.environ["FANLIGHT_HOME"] = str(home)
        settings = Settings(text_size=text_size, theme="light", shot_hotkey_on=False, talk_hotkey_on=False)
        with contextmanager(scene)(home, settings) as window:
            for line in (*_cut_off_for_good(window), *scrolled_sideways(window), *untranslated(window, "«", NAMES)):
                print(f"{scene.__name__}: {line}")
            if folder is not None:
                shots.save(shots.grabbed(window), folder / f"{scene.__name__}-{text_size}.png")


def _cut_off_for_good(window: QWidget) -> list[str]:
    """On a busy computer a window is laid out late."""
    from support.cut_off import cut_off
    from support.shots import pause

    until = time.monotonic() + LAYOUT_SECONDS
    while (found := cut_off(window)) and time.monotonic() < until:
        pause(50)
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
