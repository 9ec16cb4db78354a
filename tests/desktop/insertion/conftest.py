"""A program that inserts text, other programs that take it, and one that has something on the clipboard."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support import screens
from support.display import Display
from support.screens import programs, wait_for

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


@pytest.fixture
def inserting(display: Display) -> Iterator[Inserting]:
    with programs(display, Inserting) as start:
        child = start("insertion_child.py")
        assert child.hears("ready")["backend"] == "x11"
        yield child


def focus(display: Display, title: str) -> None:
    display.run("xdotool", "windowactivate", "--sync", display.window(title))
    wait_for(lambda: title.strip("^$") in display.run("xdotool", "getwindowfocus", "getwindowname", check=False))


@pytest.fixture
def editor(display: Display) -> Iterator[Editor]:
    with programs(display, Editor) as start:
        child = start("qt_editor.py")
        child.until("ready")
        focus(display, "Qt editor")
        yield child


@pytest.fixture
def other_editor(display: Display) -> Iterator[Callable[[str], Editor]]:
    """Another one, called so, which has the keyboard then."""
    with programs(display, Editor) as start:

        def made(title: str) -> Editor:
            child = start("qt_editor.py", title)
            child.until("ready")
            focus(display, title)
            return child

        yield made


class GtkEditor(Editor):
    def __init__(self, display: Display) -> None:
        found = subprocess.run([SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Gtk', '3.0')"], check=False,
                               capture_output=True, env={"PATH": os.environ["PATH"]})  # fmt: skip
        if found.returncode:
            pytest.skip("not installed: python3-gi, gir1.2-gtk-3.0 (packaging/system-libraries.sh test)")
        super().__init__(display, "gtk_editor.py", python=SYSTEM_PYTHON)


@pytest.fixture
def gtk_editor(display: Display) -> Iterator[Editor]:
    child = GtkEditor(display)
    try:
        child.until("ready")
        focus(display, "GTK editor")
        yield child
    finally:
        child.end()


@pytest.fixture
def offer(display: Display, tmp_path: Path) -> Iterator[Callable[[dict[str, bytes]], None]]:
    """Formats that another program has on the clipboard."""
    with programs(display, screens.Program) as start:

        def offered(formats: dict[str, bytes]) -> None:
            folder = tmp_path / "offered"
            folder.mkdir()
            for name, data in formats.items():
                (folder / name.replace("/", "%")).write_bytes(data)
            start("clipboard_owner.py", folder).until("ready")
            wait_for(lambda: all(on_clipboard(display, name) == data for name, data in formats.items()))

        yield offered


def on_clipboard(display: Display, name: str = "UTF8_STRING", selection: str = "clipboard") -> bytes:
    command = ["xclip", "-selection", selection, "-o", "-t", name]
    return subprocess.run(command, env=display.env, capture_output=True, timeout=60, check=False).stdout
