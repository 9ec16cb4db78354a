"""Where the text cursor of another program is, as real programs tell it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.desktop.caret import Box, CaretFinder
from support.accessible import screen_reader
from support.display import Display
from support.editors import Editor, GtkEditor, focus
from support.screens import wait_for

FRAME = 40
pytestmark = [pytest.mark.gui, pytest.mark.xvfb]


@pytest.fixture
def finder(qtbot: Any) -> Iterator[CaretFinder]:
    owner = QObject()
    made = CaretFinder(owner)
    yield made
    made.close()
    owner.deleteLater()


def found(qtbot: Any, finder: CaretFinder, process: int) -> Box | None:
    told: list[Box | None] = []
    finder.find(process, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=60_000)
    return told[0]


def window_box(display: Display, title: str) -> Box:
    said = display.run("xdotool", "getwindowgeometry", "--shell", display.window(title))
    values = dict(line.split("=") for line in said.splitlines())
    return int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"])


def is_inside(box: Box | None, window: Box) -> bool:
    """xdotool adds the window's frame twice."""
    left, top = window[0] - FRAME, window[1] - FRAME
    return box is not None and left <= box[0] <= left + window[2] and top <= box[1] <= top + window[3]


@pytest.fixture
def told(display: Display, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Display]:
    """A screen whose programs tell what is in them."""
    with screen_reader(display.env, tmp_path / "run") as reader:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", reader.env["DBUS_SESSION_BUS_ADDRESS"])
        yield Display(dict(reader.env))


@pytest.mark.parametrize("kind", [Editor, GtkEditor])
def test_the_cursor_moves_with_the_text(qtbot: Any, told: Display, finder: CaretFinder, kind: type[Editor]) -> None:
    title = "GTK editor" if kind is GtkEditor else "Qt editor"
    child = GtkEditor(told) if kind is GtkEditor else Editor(told, "qt_editor.py")
    try:
        child.until("ready")
        focus(told, title)
        told.type("one two three four five")
        child.shows("one two three four five")
        window = window_box(told, title)
        wait_for(lambda: is_inside(found(qtbot, finder, child.process.pid), window))
        first = found(qtbot, finder, child.process.pid)
        told.run("xdotool", "key", "Return", "Return", "a")
        child.shows("one two three four five\n\na")
        second = found(qtbot, finder, child.process.pid)
        assert first is not None
        assert second is not None
        assert second[0] < first[0] - 30
        if kind is GtkEditor:  # QPlainTextEdit tells the first line's place for all of them (Qt 6.12)
            assert first[1] + 20 < second[1] < first[1] + 100
        assert 8 <= second[3] <= 40
    finally:
        child.end()


def test_a_program_that_tells_nothing_is_not_waited_for(qtbot: Any, told: Display, finder: CaretFinder) -> None:
    assert found(qtbot, finder, 1) is None


def test_without_a_bus_there_is_none(qtbot: Any, finder: CaretFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert found(qtbot, finder, 1) is None
