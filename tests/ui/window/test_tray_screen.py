"""The icon in a real tray, on an X server: closing hides the window, the icon brings it back and ends the program."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.display import Display
from support.screens import Program

pytestmark = [pytest.mark.gui, pytest.mark.xvfb]


@pytest.fixture
def tray(display: Display) -> Iterator[str]:
    """A tray in the lower left corner; the id of its window."""
    if not shutil.which("trayer"):
        pytest.skip("trayer is not installed (packaging/system-libraries.sh test)")
    command = [
        "trayer",
        "--edge",
        "bottom",
        "--align",
        "left",
        "--widthtype",
        "pixel",
        "--width",
        "120",
        "--height",
        "28",
    ]
    process = subprocess.Popen(command, env=display.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not (found := display.run("xdotool", "search", "--class", "trayer", check=False)):
        assert time.monotonic() < until, "trayer did not start"
        time.sleep(0.1)
    yield found.splitlines()[-1]
    process.terminate()
    process.wait(10)


def visible(display: Display) -> bool:
    return bool(display.run("xdotool", "search", "--onlyvisible", "--name", "Fanlight$", check=False))


def wait(display: Display, shown: bool) -> None:
    until = time.monotonic() + 30
    while visible(display) is not shown:
        assert time.monotonic() < until, f"the window is {'not ' if shown else ''}there"
        time.sleep(0.1)


def test_the_window_closes_into_the_tray_and_comes_back_with_a_click(display: Display, tray: str, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "settings.json").write_text(json.dumps({"keep_in_tray": "yes"}))
    program = Program(display, "window_child.py", home, 3, 0.0)
    try:
        program.until("ready", seconds=90)
        time.sleep(3.5)  # the tray is looked for again
        display.run("xdotool", "windowactivate", "--sync", display.window("Fanlight$"))
        display.run("xdotool", "key", "ctrl+w")
        wait(display, shown=False)
        display.run("xdotool", "mousemove", "14", "886", "click", "1")
        wait(display, shown=True)
        display.run("xdotool", "windowactivate", "--sync", display.window("Fanlight$"))
        display.run("xdotool", "key", "ctrl+q")
        assert program.ends(30) == 0
    finally:
        program.end()
