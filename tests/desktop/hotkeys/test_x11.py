"""Keys on a real X server, pressed by xdotool while another program has the focus."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from support.screens import wait_for

if TYPE_CHECKING:
    from support.commanded_program import Program
    from support.display import Display

pytestmark = [pytest.mark.gui, pytest.mark.xvfb]
KEY = "Ctrl+Alt+Space"
QT_SPACE, QT_ESCAPE = "32", "16777216"


def press(display: Display, keys: str = "ctrl+alt+space", times: int = 1) -> None:
    display.run("xdotool", *(["key", keys, "sleep", "0.03"] * times))


def bind(program: Program, combination: str = KEY) -> None:
    program.tell(f"bind {combination}")
    assert f"bound {combination}" in program.lines


def heard(program: Program) -> list[str]:
    return [line.split()[0] for line in program.lines if line.endswith(" shot")]


def settled(program: Program, presses: int) -> list[str]:
    program.until("released shot", presses)
    time.sleep(0.25)  # what comes too much comes now
    return heard(program)


def test_forty_presses_are_heard_once_each_and_the_focused_window_gets_none(
    program: Program, other: Program, display: Display
) -> None:
    bind(program)
    focused = display.run("xdotool", "getwindowfocus")
    press(display, times=39)
    display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "keydown", "space", "sleep", "1.5")
    assert heard(program)[-1] == "pressed", "a key that is held is not let go by its own repeating"
    display.run("xdotool", "keyup", "ctrl", "keyup", "alt", "sleep", "0.2", "keyup", "space")
    assert settled(program, 40) == ["pressed", "released"] * 40
    leaked = [line for line in other.lines if line.startswith("key") and line.split()[2] == QT_SPACE]
    assert leaked == []
    # Every grab of a key lends the focus away while the key is down (FocusOut, mode NotifyGrab).
    assert [line for line in other.lines if line.startswith("Window")][-1] == "WindowActivate"
    assert display.run("xdotool", "getwindowfocus") == focused


def test_a_release_is_heard_also_when_a_window_of_ours_took_the_keyboard(
    program: Program, other: Program, display: Display
) -> None:
    bind(program)
    for count in range(1, 6):
        display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "keydown", "space")
        program.until("pressed shot", count)
        program.tell("overlay")
        display.run("xdotool", "keyup", "space", "keyup", "alt", "keyup", "ctrl")
        program.until("released shot", count)
        program.tell("ungrab")
    assert settled(program, 5) == ["pressed", "released"] * 5


def test_the_key_is_heard_while_a_window_of_ours_has_the_keyboard(
    program: Program, other: Program, display: Display
) -> None:
    bind(program)
    program.tell("overlay")
    press(display, times=3)
    assert settled(program, 3) == ["pressed", "released"] * 3


def test_a_taken_combination_is_said_and_another_one_offered(
    program: Program, second: Program, other: Program, display: Display
) -> None:
    bind(program)
    second.tell(f"bind {KEY}")
    assert second.lines[-2] == "taken Ctrl+Alt+Space Ctrl+Shift+Space"
    bind(second, "Ctrl+Shift+Space")
    press(display, "ctrl+shift+space")
    press(display)
    assert settled(second, 1) == settled(program, 1) == ["pressed", "released"]
    second.tell(f"bind {KEY}")
    assert second.lines[-2] == "taken Ctrl+Alt+Space Ctrl+Shift+Space", "what it had is free again"


def test_one_key_has_one_meaning(program: Program) -> None:
    bind(program)
    program.tell(f"bind {KEY} talk")
    assert program.lines[-2] == "taken Ctrl+Alt+Space Ctrl+Shift+Space"


def test_after_a_refusal_nothing_of_it_is_held(program: Program, second: Program) -> None:
    """Each state of the lock keys is a grab of its own: what was granted before one refusal is let go."""
    bind(program)
    second.tell(f"bind {KEY}")
    program.tell("unbind")
    bind(second)


def test_unbinding_lets_go_at_once(program: Program, second: Program, other: Program, display: Display) -> None:
    bind(program)
    press(display)
    settled(program, 1)
    program.tell("unbind")
    press(display)
    wait_for(lambda: any(line.startswith(f"key KeyPress {QT_SPACE}") for line in other.lines))
    assert heard(program) == ["pressed", "released"]
    bind(second)
    press(display)
    assert settled(second, 1) == ["pressed", "released"]


def test_a_key_that_is_unbound_while_it_is_held_is_released_first(
    program: Program, other: Program, display: Display
) -> None:
    bind(program)
    display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "keydown", "space")
    program.until("pressed shot")
    program.tell("unbind")
    program.until("released shot")
    display.run("xdotool", "keyup", "space", "keyup", "alt", "keyup", "ctrl")
    assert settled(program, 1) == ["pressed", "released"]


def test_what_is_held_when_its_key_is_let_go_does_not_reach_the_program_below(
    program: Program, other: Program, display: Display
) -> None:
    program.tell("once Escape")
    display.run("xdotool", "keydown", "Escape", "sleep", "1.2", "keyup", "Escape", "sleep", "0.3")
    assert program.lines.count("pressed once Escape") == 1
    assert [line for line in other.lines if line.startswith("key")] == []
    display.run("xdotool", "key", "Escape")
    other.until(f"key KeyPress {QT_ESCAPE} False")


def test_a_key_bound_alone_is_heard_while_another_one_is_held_with_its_modifiers(
    program: Program, other: Program, display: Display
) -> None:
    """Esc, while the key of dictation is down."""
    bind(program)
    program.tell("once Escape")
    display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "keydown", "space")
    program.until("pressed shot")
    display.run("xdotool", "key", "Escape")
    program.until("pressed once Escape")
    display.run("xdotool", "keyup", "space", "keyup", "alt", "keyup", "ctrl")
    program.until("released shot")
    program.tell("once Escape")
    display.run("xdotool", "key", "ctrl+shift+Escape")  # no key is held: another program's combination
    other.until(f"key KeyPress {QT_ESCAPE} False")
    assert program.lines.count("pressed once Escape") == 1


def test_a_key_that_is_bound_while_it_is_held_is_heard_when_it_is_pressed_again(
    program: Program, other: Program, display: Display
) -> None:
    bind(program, "Ctrl+Alt+X")
    display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "keydown", "space")
    bind(program)
    display.run("xdotool", "sleep", "1.2", "keyup", "space")
    assert heard(program) == []
    display.run("xdotool", "key", "space", "keyup", "alt", "keyup", "ctrl")
    assert settled(program, 1) == ["pressed", "released"]


def test_a_program_that_was_busy_while_a_held_key_came_up_hears_no_second_press(
    program: Program, other: Program, display: Display
) -> None:
    """A window of ours had the keyboard meanwhile: what repeats after that comes without its first half."""
    bind(program)
    for count in range(1, 6):
        display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "keydown", "space")
        program.until("pressed shot", count)
        program.tell("overlay")
        program.tell("ungrab")
        later = ["xdotool", "sleep", "0.8", "keyup", "space", "keyup", "alt", "keyup", "ctrl"]
        with subprocess.Popen(later, env=display.env):
            time.sleep(0.1)
            program.tell("busy 1.2")
        program.until("released shot", count)
    assert settled(program, 5) == ["pressed", "released"] * 5


@pytest.mark.parametrize("how", ["close", "kill"])
def test_no_grab_is_left(start: Any, second: Program, other: Program, display: Display, how: str) -> None:
    program = start("hotkey_child.py")
    bind(program)
    program.end() if how == "kill" else program.tell("close")
    bind(second)
    press(display)
    assert settled(second, 1) == ["pressed", "released"]


def test_lock_keys_change_nothing(program: Program, other: Program, display: Display) -> None:
    bind(program)
    try:
        for presses, lock in enumerate(("Num_Lock", "Caps_Lock", "Scroll_Lock"), start=1):
            press(display, lock)
            press(display)
            settled(program, presses)
    finally:
        for lock in ("Num_Lock", "Caps_Lock", "Scroll_Lock"):
            press(display, lock)
    assert settled(program, 3) == ["pressed", "released"] * 3


def test_more_modifiers_are_another_combination(program: Program, other: Program, display: Display) -> None:
    bind(program)
    press(display, "ctrl+alt+shift+space")
    press(display, "ctrl+space")
    press(display)
    assert settled(program, 1) == ["pressed", "released"]


@pytest.fixture
def layout(display: Display) -> Iterator[Any]:
    if not shutil.which("setxkbmap"):
        pytest.skip("setxkbmap is not installed (packaging/system-libraries.sh test)")

    def chosen(*words: str) -> None:
        display.run("setxkbmap", *words)
        time.sleep(0.5)  # the server tells all programs

    yield chosen
    display.run("setxkbmap", "-option", "", "us")


def test_a_letter_moves_with_the_layout_while_it_is_bound(
    program: Program, other: Program, display: Display, layout: Any
) -> None:
    """Q of a French keyboard is where A was: key code 38 and not 24."""
    bind(program, "Ctrl+Alt+Q")
    display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "key", "24", "keyup", "alt", "keyup", "ctrl")
    settled(program, 1)
    layout("fr")
    for _ in range(20):  # until the server has told all programs
        display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "key", "38", "keyup", "alt", "keyup", "ctrl")
        time.sleep(0.3)
        if len(heard(program)) > 2:
            break
    settled(program, 2)
    display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "key", "24", "keyup", "alt", "keyup", "ctrl")
    assert settled(program, 2) == ["pressed", "released"] * 2


@pytest.mark.parametrize("words", [("us,ru",), ("ru,us",), ("ru",), ("de",), ("dvorak",)])
def test_the_key_is_heard_on_other_layouts(
    program: Program, other: Program, display: Display, layout: Any, words: tuple[str, ...]
) -> None:
    layout(*words)
    bind(program)
    press(display)
    settled(program, 1)
    bind(program, "Ctrl+Alt+S")
    code = "47" if words == ("dvorak",) else "39"
    display.run("xdotool", "keydown", "ctrl", "keydown", "alt", "key", code, "keyup", "alt", "keyup", "ctrl")
    assert settled(program, 2) == ["pressed", "released"] * 2


def test_the_key_is_heard_while_the_second_layout_is_chosen(
    program: Program, other: Program, display: Display, layout: Any
) -> None:
    layout("us,ru", "-option", "grp:caps_toggle")
    bind(program)
    press(display, "66")  # Caps Lock, which changes the layout now
    press(display)
    settled(program, 1)
    press(display, "66")
    press(display)
    assert settled(program, 2) == ["pressed", "released"] * 2
