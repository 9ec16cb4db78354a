"""Text pasted under a real compositor without a screen (sway): what the program gets, and what is on the clipboard."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator

import pytest

from support.display import Display
from support.editors import Editor, Inserting
from support.screens import programs, wait_for
from support.sway import headless_sway

pytestmark = [pytest.mark.gui, pytest.mark.xvfb, pytest.mark.timeout(300)]

PICTURE = bytes(range(256)) * 1_000
LONG = ("The quick brown fox, 你好 🎉; 12,345 times. " * 60)[:2_000]


@pytest.fixture(scope="module")
def sway() -> Iterator[Display]:
    with headless_sway("xwayland disable\nworkspace_layout tabbed\n", ("wl-copy", "swaymsg")) as env:
        yield Display(env)


@pytest.fixture
def editor(sway: Display) -> Iterator[Callable[[str], Editor]]:
    """The latest has the keyboard."""
    with programs(sway, Editor) as start:

        def made(title: str) -> Editor:
            child = start("qt_editor.py", title)
            child.until("ready")
            wait_for(lambda: _focused(sway) == title)
            return child

        yield made


@pytest.fixture
def inserting(sway: Display) -> Iterator[Inserting]:
    with programs(sway, Inserting) as start:
        child = start("insertion_child.py")
        assert child.hears("ready")["backend"] == "wlroots"
        yield child


def _focused(sway: Display) -> str:
    """The title of the window that has the keyboard."""
    unseen = [json.loads(sway.run("swaymsg", "-t", "get_tree", "-r"))]
    while unseen:
        node = unseen.pop()
        if node["focused"]:
            return str(node["name"])
        unseen += node["nodes"]
    return ""


def copy(sway: Display, content: bytes, kind: str, *more: str) -> None:
    subprocess.run(["wl-copy", "--type", kind, *more], input=content, env=sway.env, check=True, timeout=60)
    wait_for(lambda: copied(sway, kind, *more) == content)


def copied(sway: Display, kind: str, *more: str) -> bytes:
    command = ["wl-paste", "--no-newline", "--type", kind, *more]
    return subprocess.run(command, env=sway.env, capture_output=True, timeout=60, check=False).stdout


def test_a_long_text_arrives_whole_and_the_picture_on_the_clipboard_is_there_again_and_again(
    sway: Display, editor: Callable[[str], Editor], inserting: Inserting
) -> None:
    shown = editor("An editor")
    copy(sway, PICTURE, "image/png")
    whole = ""
    for number in range(3):
        assert inserting.do("note")["program"]
        assert inserting.insert(f"{number} {LONG}\n", there=True) == "INSERTED"
        whole += f"{number} {LONG}\n"
        shown.shows(whole)
        assert copied(sway, "image/png") == PICTURE
    assert inserting.do("undo")["done"]
    shown.shows(whole.removesuffix(f"2 {LONG}\n"))
    assert inserting.insert("a question", enter=True) == "INSERTED"
    wait_for(lambda: shown.text.endswith("a question\n"))


def test_nothing_is_typed_into_a_window_that_came_meanwhile(
    sway: Display, editor: Callable[[str], Editor], inserting: Inserting
) -> None:
    first = editor("The first")
    copy(sway, b"copied before", "text/plain")
    inserting.do("note")
    second = editor("The second")
    assert inserting.insert("dictated", there=True) == "MOVED"
    assert inserting.do("undo") == {"what": "undone", "done": False}
    assert (first.text, second.text) == ("", "")
    assert copied(sway, "text/plain") == b"copied before"


def test_a_program_that_takes_no_paste_leaves_the_text_to_wait_and_cancel_gives_the_clipboard_back(
    sway: Display, editor: Callable[[str], Editor], inserting: Inserting
) -> None:
    editor("A deaf one").tell("deaf")
    copy(sway, b"copied before", "text/plain")
    inserting.do("patience", ms=300)
    assert inserting.insert("dictated") == "NOT_TAKEN"
    assert inserting.do("cancel") == {"what": "canceled", "taken": False}
    assert copied(sway, "text/plain") == b"copied before"


def test_what_is_copied_while_the_program_is_waited_for_stays_on_the_clipboard(
    sway: Display, editor: Callable[[str], Editor], inserting: Inserting
) -> None:
    editor("A deaf one").tell("deaf")
    copy(sway, b"copied before", "text/plain")
    inserting.do("patience", ms=300)
    assert inserting.insert("dictated") == "NOT_TAKEN"
    copy(sway, b"copied meanwhile", "text/plain")
    assert inserting.hears("ended")["outcome"] == "NOT_TAKEN"
    assert copied(sway, "text/plain") == b"copied meanwhile"
    editor("Another").shows("")
    assert inserting.insert("dictated") == "INSERTED"
    assert copied(sway, "text/plain") == b"copied meanwhile"


def test_an_empty_clipboard_is_empty_again(
    sway: Display, editor: Callable[[str], Editor], inserting: Inserting
) -> None:
    shown = editor("An editor")
    sway.run("wl-copy", "--clear")
    assert inserting.insert("dictated") == "INSERTED"
    shown.shows("dictated")
    assert not sway.run("wl-paste", "--list-types", check=False)


def test_where_the_compositor_has_gone_nothing_is_inserted() -> None:
    with headless_sway("xwayland disable\n", ("swaymsg",)) as env:
        windowless = Display({**env, "QT_QPA_PLATFORM": "offscreen"})  # Qt ends a program without its compositor
        with programs(windowless, Inserting) as start:
            child = start("insertion_child.py")
            assert child.hears("ready")["backend"] == "wlroots"
            windowless.run("swaymsg", "exit", check=False)
            assert child.insert("dictated") == "UNAVAILABLE"
            assert child.do("note")["program"] == ""
