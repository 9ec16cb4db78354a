"""The overlay on X servers of its own: keys and the mouse come from the server, pixels from another program."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.display import Display
from support.overlay_rig import Bench, is_pattern
from support.screens import Program, wait_for, x_server

pytestmark = [pytest.mark.gui, pytest.mark.xvfb]

GREEN, MAGENTA = (0, 255, 0), (255, 0, 255)
"""An own window, and another program's menu."""
OVERLAY, NOTICE = "Choose a Part of the Screen – Fanlight", "Notice – Fanlight"


def keys(program: Program) -> list[str]:
    """Those that it has heard of since the last time."""
    lines: list[str] = []
    while (line := program.next(0.5)) is not None:
        lines += [line] * line.startswith("key ")
    return lines


def shown(bench: Bench, title: str) -> bool:
    return bool(bench.display.run("xdotool", "search", "--onlyvisible", "--name", f"^{title}$", check=False))


@pytest.fixture(scope="module")
def one_screen() -> Iterator[Display]:
    with x_server(1280, 900) as display:
        yield display


@pytest.fixture
def bench(one_screen: Display, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(one_screen, tmp_path)
    yield made
    made.end()


def test_a_dragged_rectangle_comes_out_pixel_for_pixel(bench: Bench) -> None:
    bench.pattern(100, 120, 600, 400)
    overlay = bench.overlay()
    bench.take(overlay)
    bench.drag(200, 250, 500, 420)
    said = overlay.hears("chosen")
    assert (said["how"], said["device"], said["desktop"]) == ("drag", [200, 250, 301, 171], [200, 250, 301, 171])
    assert said["grabbed"] is False
    assert is_pattern(bench.picture(said), 100, 130)


def test_escape_leaves_and_the_focus_is_where_it_was(bench: Bench) -> None:
    below = bench.pattern(100, 120, 600, 400, kind="managed")
    bench.do("search", "--sync", "--onlyvisible", "--name", "pattern", "windowfocus", "--sync")
    focus = bench.do("getwindowfocus")
    overlay = bench.overlay()
    bench.take(overlay)
    assert bench.do("getwindowfocus") == focus
    bench.do("key", "Escape", "sleep", 0.3)
    overlay.hears("left")
    assert bench.do("getwindowfocus") == focus
    assert below.silent()
    bench.do("key", "a")  # the keyboard was given back
    assert below.line() == "key a"


@pytest.mark.parametrize(("key", "ends"), [("Escape", "left"), ("Return", "chosen"), ("r", "again"), ("3", "later")])
def test_a_key_that_is_held_reaches_the_program_below_only_when_it_is_pressed_again(
    bench: Bench, key: str, ends: str
) -> None:
    """It repeats after some 0.6 s; its release is nothing for a button below, either."""
    below = bench.below()
    overlay = bench.overlay()
    bench.take(overlay)
    bench.do("keydown", key, "sleep", 1.2, "keyup", key, "sleep", 0.3)
    overlay.hears(ends)
    assert keys(below) == []
    bench.do("key", key)
    pressed, released = keys(below)
    assert (pressed.split()[1], released.split()[1]) == ("KeyPress", "KeyRelease")


def test_the_hotkey_that_is_held_through_the_overlay_writes_nothing_below(bench: Bench) -> None:
    """Its modifiers are let go first: what is left of it is a letter."""
    below = bench.below()
    overlay = bench.overlay()
    bench.do("keydown", "x")
    bench.take(overlay)
    keys(below)  # here the key is no hotkey: it has written until now
    bench.drag(200, 250, 500, 420)
    overlay.hears("chosen")
    bench.do("sleep", 1, "keyup", "x", "sleep", 0.3)
    assert keys(below) == []


def test_a_right_click_leaves_and_nothing_below_sees_any_of_it(bench: Bench) -> None:
    below = bench.pattern(100, 120, 600, 400)
    overlay = bench.overlay()
    bench.take(overlay)
    bench.do("mousemove", 300, 300, "click", 3)
    overlay.hears("left")
    assert below.silent()
    bench.do("click", 1)
    assert below.line() == "mouse down"


def test_a_click_takes_the_window_with_its_frame(bench: Bench) -> None:
    bench.pattern(100, 120, 300, 200, "lower", "managed")
    bench.pattern(250, 200, 300, 200, "upper", "managed")
    overlay = bench.overlay()
    windows = bench.take(overlay)["windows"]
    assert [title for *_, title in windows] == ["upper", "lower"]
    bench.do("mousemove", 300, 250, "click", 1)
    said = overlay.hears("chosen")
    assert (said["how"], said["desktop"]) == ("window", windows[0][:4])
    upper = bench.do("search", "--name", "upper")
    extents = bench.display.run("xprop", "-id", upper, "_NET_FRAME_EXTENTS").split("= ")[1]
    left, _, top, _ = map(int, extents.split(", "))
    assert top > 10, "the title bar belongs to it"
    assert is_pattern(bench.picture(said).crop((left, top, left + 300, top + 200)), 0, 0)


def test_a_click_beside_all_windows_takes_the_whole_screen(bench: Bench) -> None:
    overlay = bench.overlay()
    bench.take(overlay)
    bench.do("mousemove", 1200, 850, "click", 1)
    said = overlay.hears("chosen")
    assert (said["how"], said["desktop"]) == ("screen", [0, 0, 1280, 900])


def test_enter_takes_the_whole_screen(bench: Bench) -> None:
    overlay = bench.overlay()
    bench.take(overlay)
    bench.do("key", "Return")
    said = overlay.hears("chosen")
    assert (said["how"], said["device"]) == ("screen", [0, 0, 1280, 900])


def test_keys_alone_choose_a_rectangle(bench: Bench) -> None:
    bench.pattern(100, 120, 600, 400, kind="managed")
    overlay = bench.overlay()
    window = bench.take(overlay)["windows"][0][:4]
    bench.do("key", "Tab", "key", "shift+Left", "key", "ctrl+Right", "key", "Down", "key", "alt+shift+Up")
    bench.do("key", "Return")
    said = overlay.hears("chosen")
    left, top, width, height = window
    assert (said["how"], said["desktop"]) == ("keys", [left + 10, top + 1, width - 1, height - 10])


def test_a_selection_that_keys_touched_waits_for_enter(bench: Bench) -> None:
    overlay = bench.overlay()
    bench.take(overlay)
    bench.do("mousemove", 200, 200, "mousedown", 1, "mousemove", 400, 300, "mousemove", 420, 330)
    bench.do("key", "Right")
    bench.do("mouseup", 1)
    assert overlay.silent()
    bench.do("key", "Return")
    assert overlay.hears("chosen")["device"] == [201, 200, 221, 131]


def test_a_drag_that_ends_where_it_began_in_one_direction_chooses_nothing(bench: Bench) -> None:
    overlay = bench.overlay()
    bench.take(overlay)
    bench.drag(200, 200, 500, 200)
    assert overlay.silent()
    bench.drag(200, 200, 500, 300)
    assert overlay.hears("chosen")["device"] == [200, 200, 301, 101]


def test_a_drag_over_the_edge_ends_at_the_edge(bench: Bench) -> None:
    overlay = bench.overlay()
    bench.take(overlay)
    bench.drag(1000, 700, 1279, 899)
    assert overlay.hears("chosen")["device"] == [1000, 700, 280, 200]


@pytest.mark.parametrize(("key", "said"), [("r", {"what": "again"}), ("3", {"seconds": 3}), ("5", {"seconds": 5})])
def test_one_key_asks_for_the_same_again_or_for_a_delay(bench: Bench, key: str, said: dict[str, Any]) -> None:
    overlay = bench.overlay()
    bench.take(overlay)
    bench.do("key", key)
    assert overlay.hears("again", "later").items() >= said.items()


@pytest.mark.parametrize("layout", ["fr", "cz", "ru", "gr", "ara"])
def test_the_same_keys_ask_for_it_on_every_layout(bench: Bench, layout: str) -> None:
    if not shutil.which("setxkbmap"):
        pytest.skip("setxkbmap is not installed (packaging/system-libraries.sh test)")
    overlay = bench.overlay()
    bench.do("key", "shift")  # the device that xdotool writes with exists now, and gets the layout as well
    bench.display.run("setxkbmap", layout)
    try:
        for code, said in ((27, {"what": "again"}), (12, {"seconds": 3}), (14, {"seconds": 5})):  # R, 3, 5 by place
            bench.take(overlay)
            bench.do("key", code)
            assert overlay.hears("again", "later").items() >= said.items()
    finally:
        bench.display.run("setxkbmap", "us")


def test_a_menu_that_is_open_is_in_the_picture_and_is_closed_before_the_screen_is_frozen(bench: Bench) -> None:
    """It has the keyboard and the mouse: a drag over its picture would be one over its entries."""
    overlay = bench.overlay()
    program = Program(bench.display, "menu_child.py")
    bench.programs.append(program)
    assert program.line() == "ready"
    bench.do("windowactivate", "--sync", bench.display.window("with a menu"))
    program.tell("open")
    assert program.line() == "shown"
    wait_for(lambda: bench.pixel(260, 240) == MAGENTA)
    bench.take(overlay)
    assert program.silent(0.7), "it stays open"
    assert shown(bench, NOTICE)
    assert not shown(bench, OVERLAY)
    bench.do("key", "Escape")
    assert program.line() == "hidden"
    wait_for(lambda: shown(bench, OVERLAY))
    assert not shown(bench, NOTICE)
    bench.drag(200, 200, 400, 300)
    image = bench.picture(overlay.hears("chosen"))
    assert image.getpixel((60, 40)) == MAGENTA
    assert program.silent()


def test_a_program_that_does_not_let_the_mouse_go_is_waited_for_not_for_ever(bench: Bench) -> None:
    overlay = bench.overlay()
    holder = Program(bench.display, "grabbing_child.py")
    bench.programs.append(holder)
    assert holder.line() == "ready"
    bench.take(overlay)
    said = overlay.hears("failed")
    assert "holds the mouse" in said["error"]
    assert "menu" in said["hint"]
    assert not shown(bench, NOTICE)
    holder.tell("let go")
    assert holder.line() == "free"
    bench.take(overlay)
    bench.do("key", "Escape")
    overlay.hears("left")


@pytest.mark.parametrize("kind", ["locking", "obscuring"])
def test_under_a_screen_lock_nothing_is_said_about_a_menu_and_nothing_is_frozen(bench: Bench, kind: str) -> None:
    overlay = bench.overlay()
    lock = Program(bench.display, "full_screen.py", kind)
    bench.programs.append(lock)
    assert lock.line() == "ready"
    overlay.tell("take")
    said = overlay.hears("failed")
    assert said["error"] == "Another program covers the screen and holds the mouse."
    assert "locked" in said["hint"]
    assert not shown(bench, NOTICE)
    assert not shown(bench, OVERLAY)


def test_a_mouse_button_that_is_down_in_another_program_is_no_menu(bench: Bench) -> None:
    below = bench.pattern(100, 120, 600, 400)
    overlay = bench.overlay()
    bench.do("mousemove", 300, 300, "mousedown", 1)
    assert below.line() == "mouse down"
    bench.take(overlay)
    wait_for(lambda: shown(bench, OVERLAY))
    bench.do("mouseup", 1, "sleep", 0.2)
    bench.drag(200, 200, 500, 300)
    assert overlay.hears("chosen")["how"] == "drag"


def test_a_key_that_is_still_held_by_whoever_started_the_capture_is_waited_for(bench: Bench) -> None:
    overlay = bench.overlay()
    holder = Program(bench.display, "grabbing_child.py", "keyboard")
    bench.programs.append(holder)
    assert holder.line() == "ready"
    bench.take(overlay)
    holder.tell("let go")
    assert holder.line() == "free"
    time.sleep(0.3)  # the overlay grabs the keyboard once it is free
    bench.do("key", "Escape")
    overlay.hears("left")


def test_the_programs_own_windows_are_not_in_the_picture_and_come_back(bench: Bench) -> None:
    bench.pattern(100, 120, 600, 400, kind="managed")
    overlay = bench.overlay()
    overlay.tell("cover 200 200 300 200")
    own = bench.do("search", "--sync", "--onlyvisible", "--name", "own window")
    before = bench.do("getwindowgeometry", own)
    for _ in range(4):
        wait_for(lambda: bench.pixel(350, 300) == GREEN)
        bench.take(overlay)
        bench.drag(150, 150, 600, 480)
        said = overlay.hears("chosen")
        assert is_pattern(bench.picture(said), 50, 30)
        wait_for(lambda: bench.do("search", "--onlyvisible", "--name", "own window") == own)
        wait_for(lambda: bench.do("getwindowgeometry", own) == before)


def test_an_own_window_that_is_hidden_meanwhile_does_not_come_back(bench: Bench) -> None:
    overlay = bench.overlay()
    overlay.tell("cover 200 200 300 200")
    wait_for(lambda: bench.pixel(350, 300) == GREEN)
    bench.take(overlay)
    overlay.tell("hide")
    bench.do("sleep", 0.3, "key", "Escape", "sleep", 0.3)
    overlay.hears("left")
    assert not shown(bench, "own window")


def test_under_a_modal_dialog_of_its_own_the_overlay_still_listens(bench: Bench) -> None:
    overlay = bench.overlay()
    overlay.tell("dialog 200 200 300 200")
    bench.do("search", "--sync", "--onlyvisible", "--name", "own window")
    bench.take(overlay)
    bench.drag(150, 150, 600, 480)
    image = bench.picture(overlay.hears("chosen"))
    assert GREEN not in {pixel for _, pixel in image.getcolors(1 << 20) or []}
    bench.take(overlay)
    bench.do("key", "Escape")
    overlay.hears("left")


def test_an_own_window_behind_another_keeps_its_place_in_the_stack(bench: Bench) -> None:
    overlay = bench.overlay()
    overlay.tell("cover 150 200 300 200")
    own = bench.do("search", "--sync", "--onlyvisible", "--name", "own window")
    other = bench.pattern(300, 150, 300, 300, "other", "managed")
    focus = bench.do("search", "--sync", "--onlyvisible", "--name", "other", "windowfocus", "--sync", "getwindowfocus")
    bench.take(overlay)
    bench.do("key", "Escape")
    overlay.hears("left")
    wait_for(lambda: bench.do("search", "--onlyvisible", "--name", "own window") == own)
    time.sleep(0.5)  # the window manager restacks

    def is_behind() -> bool:
        stack = bench.display.run("xprop", "-root", "_NET_CLIENT_LIST_STACKING").split("# ")[1].split(", ")
        places = [hex(int(window)) for window in (own, focus)]
        return all(place in stack for place in places) and stack.index(places[0]) < stack.index(places[1])

    wait_for(is_behind)
    wait_for(lambda: bench.do("getwindowfocus") == focus)
    bench.do("key", "b")
    assert other.line() == "key b"


def test_with_a_compositing_manager_own_windows_only_turn_transparent(tmp_path: Path) -> None:
    with x_server(1280, 900, compositor=True) as display:
        bench = Bench(display, tmp_path)
        try:
            bench.pattern(100, 120, 600, 400, kind="managed")
            overlay = bench.overlay()
            overlay.tell("cover 200 200 300 200")
            own = bench.do("search", "--sync", "--onlyvisible", "--name", "own window")
            wait_for(lambda: bench.pixel(350, 300) == GREEN)
            bench.take(overlay)
            assert bench.do("search", "--onlyvisible", "--name", "own window") == own, "it was never unmapped"
            bench.drag(150, 150, 600, 480)
            assert is_pattern(bench.picture(overlay.hears("chosen")), 50, 30)
            wait_for(lambda: "4294967295" in display.run("xprop", "-id", own, "_NET_WM_WINDOW_OPACITY"))
        finally:
            bench.end()


def test_a_fade_of_a_compositing_manager_leaves_no_ghost_of_own_windows(tmp_path: Path) -> None:
    """picom, as it comes: 0.33 s. Also of the frozen screen, from which the same rectangle is captured again."""
    with x_server(1280, 900, compositor="picom --config /dev/null --fading --backend xrender") as display:
        bench = Bench(display, tmp_path)
        try:
            bench.pattern(100, 120, 600, 400, kind="managed")
            overlay = bench.overlay()
            overlay.tell("cover 200 200 300 200")
            wait_for(lambda: bench.pixel(350, 300) == GREEN)
            bench.take(overlay)
            bench.do("key", "r")
            overlay.hears("again")
            bench.take(overlay)
            bench.drag(150, 150, 600, 480)
            assert is_pattern(bench.picture(overlay.hears("chosen")), 50, 30)
        finally:
            bench.end()
