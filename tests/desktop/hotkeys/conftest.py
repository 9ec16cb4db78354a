"""Starting a program takes a second: most tests share three of them, and begin with nothing bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.commanded_program import Program
    from support.display import Display

Start = Callable[..., "Program"]


@pytest.fixture(scope="module")
def start(display: Display) -> Iterator[Start]:
    """Starts a script of tests/support on the display."""
    from support.commanded_program import Program
    from support.screens import programs

    with programs(display, Program) as started:
        yield started


@pytest.fixture(scope="module")
def listeners(start: Start) -> tuple[Program, Program]:
    first, second = start("hotkey_child.py"), start("hotkey_child.py")
    for program in (first, second):
        program.until("way x11")
    return first, second


@pytest.fixture
def program(listeners: tuple[Program, Program]) -> Iterator[Program]:
    """A program that can bind keys."""
    listeners[0].lines.clear()
    yield listeners[0]
    listeners[0].tell("ungrab")
    listeners[0].tell("unbind")


@pytest.fixture
def second(listeners: tuple[Program, Program]) -> Iterator[Program]:
    listeners[1].lines.clear()
    yield listeners[1]
    listeners[1].tell("unbind")


@pytest.fixture(scope="module")
def other_window(start: Start) -> Program:
    program = start("key_window.py")
    program.until("ready")
    program.until("WindowActivate")
    return program


@pytest.fixture
def other(other_window: Program, display: Display) -> Program:
    """Another program's window, which has the focus."""
    display.run("xdotool", "windowactivate", "--sync", display.window("Another program"))
    other_window.lines.clear()
    return other_window
