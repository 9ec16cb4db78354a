"""Who has the keyboard, on real screens: the panel takes it, shows above everything, and gives it back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from mss import MSS

from support.display import Display
from support.screens import Program, add_monitor, remove_monitor, wait_for, x_server

pytestmark = pytest.mark.gui
PANEL = "Capture – Fanlight"
BELOW = (20, 60, 90)
"""The color of the program below."""


class Table:
    """A screen with captures and another program on it, driven by real keys and a real mouse."""

    def __init__(self, display: Display, home: Path, kind: str, **settings: str) -> None:
        self.display = display
        self.below = Program(display, "full_screen.py", kind)
        self.below.until("ready")
        words = [f"{name}={value}" for name, value in settings.items()]
        self.fanlight = Program(display, "panel_child.py", home, *words)
        self.fanlight.until('{"what": "ready"}')
        wait_for(lambda: self.focus() == "In full screen")

    def do(self, *words: object) -> str:
        return self.display.run("xdotool", *map(str, words), check=False)

    def focus(self) -> str:
        return self.do("getwindowfocus", "getwindowname")

    def said(self, what: str) -> list[dict[str, Any]]:
        """What Fanlight said of that kind."""
        return [line for line in map(json.loads, self.fanlight.lines) if line["what"] == what]

    def shoot(self) -> None:
        self.fanlight.tell("shot 200 200 200 150")
        wait_for(lambda: bool(self.said("place")))

    def type(self, text: str) -> None:
        self.display.type(text)

    def line(self) -> str:
        return str((self.said("line") or [{"text": ""}])[-1]["text"])

    def below_got(self) -> str:
        return "".join(line.removeprefix("key ") for line in self.below.lines if line.startswith("key "))

    def in_panel(self) -> tuple[int, int, int]:
        """The color of its first pixel inside the border."""
        left, top, _width, _height = self.said("place")[-1]["at"]
        with MSS(display=self.display.env["DISPLAY"]) as server:
            red, green, blue = server.grab({"left": left + 5, "top": top + 5, "width": 1, "height": 1}).pixel(0, 0)
        return red, green, blue

    def end(self) -> None:
        self.fanlight.end()
        self.below.end()


Lay = Callable[..., Table]


@pytest.fixture
def lay(tmp_path: Path) -> Iterator[Lay]:
    with ExitStack() as stack:

        @contextmanager
        def laid(kind: str, manager: bool | str, settings: dict[str, str]) -> Iterator[Table]:
            with x_server(1280, 900, manager) as display:
                table = Table(display, tmp_path / "home", kind, **settings)
                yield table
                table.end()

        yield lambda kind="plain", manager=True, **settings: stack.enter_context(laid(kind, manager, settings))


@pytest.mark.parametrize(
    ("kind", "manager"), [("full", True), ("full", "metacity"), ("full", False), ("bypassing", True)]
)
def test_above_a_program_in_full_screen_it_is_seen_and_has_the_keyboard_until_escape(
    lay: Lay, kind: str, manager: bool | str
) -> None:
    table = lay(kind, manager)
    table.shoot()
    wait_for(lambda: table.focus() == PANEL)
    wait_for(lambda: table.in_panel() != BELOW)
    table.type("hello")
    wait_for(lambda: table.line() == "hello")
    assert table.below_got() == ""
    table.do("mousemove", 1279, 899)  # focus that follows the pointer would show in the letters
    table.do("key", "Escape")
    wait_for(lambda: table.focus() == "In full screen")
    table.type("xyz")
    wait_for(lambda: table.below_got() == "xyz")
    assert table.line() == "hello"


def test_a_click_beside_it_and_its_shortcut_give_the_keyboard_back(lay: Lay) -> None:
    table = lay(manager=False)  # where no window manager moves the focus
    table.shoot()
    wait_for(lambda: table.focus() == PANEL)
    table.do("mousemove", 1200, 850, "mousedown", 1, "sleep", 0.1, "mouseup", 1)
    wait_for(lambda: table.focus() == "In full screen")
    table.type("abc")
    wait_for(lambda: table.below_got() == "abc")
    table.fanlight.tell("toggle")
    wait_for(lambda: table.focus() == PANEL)
    table.type("and")
    wait_for(lambda: table.line() == "and")
    table.fanlight.tell("toggle")
    wait_for(lambda: table.focus() == "In full screen")
    assert not table.said("closed")
    left, top, width, height = table.said("place")[-1]["at"]
    table.do("mousemove", left + width // 2, top + height - 80, "click", 1)
    wait_for(lambda: table.focus() == PANEL)


def test_its_actions_run_on_a_keyboard_without_their_letters(lay: Lay) -> None:
    table = lay()
    table.do("key", "shift")
    table.display.run("setxkbmap", "ru")
    table.shoot()
    wait_for(lambda: table.focus() == PANEL)
    table.do("key", 40)  # where D is elsewhere
    wait_for(lambda: table.line() != "")
    table.do("key", "alt+40")
    wait_for(lambda: "describe" in [said["name"] for said in table.said("action")])
    assert len(table.line()) == 1


def test_with_the_setting_never_every_letter_reaches_the_program_below(lay: Lay) -> None:
    table = lay("full", panel_keyboard="never")
    table.shoot()
    wait_for(lambda: table.in_panel() != BELOW)
    table.type("echotable")
    wait_for(lambda: table.below_got() == "echotable")
    assert table.said("action") == []
    assert table.line() == ""
    assert not table.said("keyboard")


def test_who_has_gone_to_another_window_keeps_the_keyboard_when_the_panel_ends(lay: Lay) -> None:
    table = lay()
    table.shoot()
    wait_for(lambda: table.focus() == PANEL)
    table.fanlight.tell("window")
    table.do("windowactivate", "--sync", table.display.window("own window"))
    wait_for(lambda: table.focus() == "own window")
    table.fanlight.tell("forget")
    wait_for(lambda: bool(table.said("closed")))
    time.sleep(0.3)  # nothing is to happen
    assert table.focus() == "own window"


def test_an_own_window_that_had_the_keyboard_gets_it_back_from_the_panel(lay: Lay) -> None:
    """It is hidden for the capture, and comes back below the panel."""
    table = lay()
    table.fanlight.tell("window")
    table.do("windowactivate", "--sync", table.display.window("own window"))
    table.fanlight.tell("take")
    table.display.window("Choose a Part of the Screen")
    table.do("keydown", "Return")
    wait_for(lambda: table.focus() == PANEL)
    table.display.window("own window")
    time.sleep(0.4)  # the key repeats: into nothing
    table.do("keyup", "Return")
    table.type("hello")
    wait_for(lambda: table.line() == "hello")
    assert table.focus() == PANEL
    table.do("key", "Escape")
    wait_for(lambda: table.focus() == "own window")


def test_it_leaves_a_monitor_that_is_unplugged(tmp_path: Path) -> None:
    left, right = ("left", 0, 0, 640, 900), ("right", 640, 0, 640, 900)
    with x_server(1280, 900, manager=False) as display:
        add_monitor(display, left, "screen")
        add_monitor(display, right)
        table = Table(display, tmp_path / "home", "plain")
        table.fanlight.tell("shot 700 200 200 150")
        wait_for(lambda: bool(table.said("place")) and table.said("place")[-1]["at"][0] >= 640)
        remove_monitor(display, right)
        wait_for(lambda: table.said("place")[-1]["at"][0] + table.said("place")[-1]["at"][2] <= 640)
        table.end()


@pytest.mark.parametrize("kind", ["locking", "obscuring"])
def test_under_a_screen_lock_nothing_is_captured_shown_or_lost(lay: Lay, kind: str) -> None:
    table = lay()
    table.shoot()
    wait_for(lambda: table.focus() == PANEL)
    lock = Program(table.display, "full_screen.py", kind)
    try:
        lock.until("ready")
        table.type("secret")
        wait_for(lambda: "key t" in lock.lines)
        for command in ("shot 200 200 200 150", "take"):
            before = len(table.said("failed"))
            table.fanlight.tell(command)
            wait_for(lambda before=before: len(table.said("failed")) > before)
        assert all("locked" in said["text"] for said in table.said("failed"))
        assert table.in_panel() == BELOW
        for title in ("Notice", "Choose a Part", "Capture countdown"):
            assert not table.do("search", "--onlyvisible", "--name", f"^{title}")
    finally:
        lock.end()
    wait_for(lambda: table.in_panel() != BELOW)
    assert table.line() == ""
    assert [said["bypasses"] for said in table.said("opened")] == [False]
    assert not table.said("closed")
    assert not table.said("action")


@pytest.mark.parametrize("manager", [True, "metacity"])
def test_a_program_that_goes_full_screen_later_does_not_cover_it(lay: Lay, manager: bool | str) -> None:
    table = lay("plain", manager)
    table.shoot()
    wait_for(lambda: table.focus() == PANEL)
    assert not table.said("shown")[-1]["bypasses"]
    table.do("windowactivate", "--sync", table.display.window("In full screen"))
    wait_for(lambda: table.focus() == "In full screen")
    table.do("key", "F11")
    wait_for(lambda: table.said("shown")[-1]["bypasses"])
    wait_for(lambda: table.in_panel() != BELOW)
    table.type("xyz")
    wait_for(lambda: table.below_got() == "xyz")  # the keyboard stays where it was
    left, top, width, height = table.said("place")[-1]["at"]
    table.do("mousemove", left + width // 2, top + height - 80, "click", 1)
    wait_for(lambda: table.focus() == PANEL)
    table.do("key", "Escape")
    wait_for(lambda: table.focus() == "In full screen")
