"""Other programs that take text, one that inserts it, and what is on the clipboard."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from support import screens
from support.display import Display
from support.screens import wait_for

SYSTEM_PYTHON = "/usr/bin/python3"


class Editor(screens.Program):
    """`script` of the folder `support` in a window that says its text."""

    TITLE = "Qt editor"

    @property
    def text(self) -> str:
        said = [json.loads(line) for line in self.lines if line.startswith("{")]
        return said[-1]["text"] if said else ""

    def shows(self, text: str, seconds: float = 60.0) -> None:
        wait_for(lambda: self.text == text, seconds)


class Inserting(screens.Program):
    def do(self, what: str, **more: object) -> dict[str, Any]:
        self.tell(json.dumps({"do": what, **more}))
        answer: dict[str, Any] = json.loads(self.line())
        return answer

    def insert(self, text: str, **more: object) -> str:
        """The outcome."""
        return str(self.do("insert", text=text, **more)["outcome"])


class GtkEditor(Editor):
    def __init__(self, display: Display) -> None:
        found = subprocess.run([SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Gtk', '3.0')"], check=False,
                               capture_output=True, env={"PATH": os.environ["PATH"]})  # fmt: skip
        if found.returncode:
            pytest.skip("not installed: python3-gi, gir1.2-gtk-3.0 (packaging/system-libraries.sh test)")
        super().__init__(display, "gtk_editor.py", python=SYSTEM_PYTHON)


def focus(display: Display, title: str) -> None:
    display.run("xdotool", "windowactivate", "--sync", display.window(title))
    wait_for(lambda: title.strip("^$") in display.run("xdotool", "getwindowfocus", "getwindowname", check=False))


def on_clipboard(display: Display, name: str = "UTF8_STRING", selection: str = "clipboard") -> bytes:
    command = ["xclip", "-selection", selection, "-o", "-t", name]
    return subprocess.run(command, env=display.env, capture_output=True, timeout=60, check=False).stdout
