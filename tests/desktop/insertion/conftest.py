"""A program that inserts text, other programs that take it, and one that has something on the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support import screens
from support.display import Display
from support.editors import Editor, Inserting, focus, on_clipboard
from support.screens import programs, wait_for


@pytest.fixture(scope="module")
def inserter(display: Display) -> Iterator[Inserting]:
    with programs(display, Inserting) as start:
        child = start("insertion_child.py")
        assert child.hears("ready")["backend"] == "x11"
        yield child


@pytest.fixture
def inserting(inserter: Inserting) -> Iterator[Inserting]:
    """One program for all tests of a file, with nothing under way."""
    yield inserter
    inserter.do("cancel")
    inserter.do("patience", ms=5_000)


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
