"""Programs that have the keyboard, on an X server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.display import Display
from support.editors import Editor, GtkEditor, focus
from support.screens import programs


@pytest.fixture
def editor(display: Display) -> Iterator[Editor]:
    with programs(display, Editor) as start:
        child = start("qt_editor.py")
        child.until("ready")
        focus(display, "Qt editor")
        yield child


@pytest.fixture
def gtk_editor(display: Display) -> Iterator[Editor]:
    child = GtkEditor(display)
    try:
        child.until("ready")
        focus(display, "GTK editor")
        yield child
    finally:
        child.end()
