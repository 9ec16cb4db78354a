"""What other programs offer, over a real X server: on the clipboard, and dragged."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.display import Display
from support.offers import moz
from support.recorded_offers import EVERY_OFFER
from support.screens import Program, programs, wait_for

pytestmark = pytest.mark.gui

Start = Callable[..., Program]


@pytest.fixture
def start(display: Display) -> Iterator[Start]:
    with programs(display, Program) as started:
        yield started


@pytest.fixture
def window(start: Start) -> Program:
    child = start("mime_child.py")
    child.until("ready")
    return child


def number(program: str) -> int:
    return next(i for i, offer in enumerate(EVERY_OFFER) if offer.program == program)


def to(display: Display, x: int, y: int) -> None:
    """The pointer goes there in steps, as a hand moves it."""
    for step in range(1, 11):
        display.run("xdotool", "mousemove", str(40 + (x - 40) * step // 10), str(30 + (y - 30) * step // 10))
        time.sleep(0.02)


def drag_over(display: Display, window: Program) -> str:
    """From the source's corner; what the window says then. A busy machine may miss a drag."""
    seen = len(window.lines)
    for _unused in range(3):
        display.run("xdotool", "mousemove", "40", "30", "mousedown", "1")
        to(display, 500, 350)
        try:
            wait_for(lambda: any(line.startswith("veil") for line in window.lines[seen:]), 10)
            return next(line for line in window.lines[seen:] if line.startswith("veil"))
        except AssertionError:
            display.run("xdotool", "mouseup", "1")
    raise AssertionError(f"no drag arrived: {window.lines}")


def test_the_right_alternative_is_taken_from_another_programs_clipboard(start: Start, window: Program) -> None:
    other = start("offers.py")
    other.until("ready")
    wrong = []
    for i, offer in enumerate(EVERY_OFFER):
        if "text/x-moz-url" in offer.formats and "text/uri-list" not in offer.formats:
            continue  # Qt itself does not send it
        other.tell(str(i))
        other.until(f"offered {i}")
        wanted = ["pasted", offer.taken, list(offer.content), list(offer.also)]
        said: list[object] = []
        for _unused in range(20):  # the news of a new owner takes its way
            said = json.loads(asked(window))
            if said == wanted:
                break
            time.sleep(0.05)
        if said != wanted:
            wrong.append((offer.program, said))
    assert not wrong, "\n".join(map(str, wrong))


def test_the_address_that_mozilla_alone_gives_is_a_link(display: Display, window: Program, tmp_path: Path) -> None:
    if not shutil.which("xclip"):
        pytest.skip("not installed: xclip (packaging/system-libraries.sh test)")
    offered = tmp_path / "offered"
    offered.write_bytes(moz("https://example.org/a?b=1", "A page"))
    command = ["xclip", "-quiet", "-selection", "clipboard", "-t", "text/x-moz-url", "-i", str(offered)]
    source = subprocess.Popen(command, env=display.env, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: '["pasted", "link", ["https://example.org/a?b=1"], []]' in asked(window))
    finally:
        source.kill()
        source.wait(10)


def asked(window: Program) -> str:
    before = len(window.lines)
    window.tell("paste")
    wait_for(lambda: len(window.lines) > before)
    return window.lines[-1]


@pytest.mark.parametrize(
    ("program", "words", "kind"),
    [
        ("Firefox: a link is dragged", "Drop to add the link to your question", "link"),
        ("Firefox: text is copied", "Drop to add the text to your question", "text"),
        ("Chromium: a picture is dragged", "Drop to add the picture to your question", "picture"),
        ("A name that is no UTF-8", "Drop to add the picture to your question", "files"),
    ],
)
def test_the_veil_says_what_a_drop_will_do(
    display: Display, start: Start, window: Program, program: str, words: str, kind: str
) -> None:
    start("drag_source.py", number(program)).until("ready")
    assert drag_over(display, window) == f"veil {words}"
    display.run("xdotool", "mouseup", "1")
    wait_for(lambda: any(line.startswith('["dropped"') for line in window.lines), 20)
    dropped = json.loads(next(line for line in window.lines if line.startswith('["dropped"')))
    assert dropped == ["dropped", kind, list(EVERY_OFFER[number(program)].content), []]
    window.until("no veil")


def test_a_source_that_dies_in_the_middle_of_a_drag_leaves_no_veil(
    display: Display, start: Start, window: Program
) -> None:
    source = start("drag_source.py", number("A terminal"))
    source.until("ready")
    try:
        drag_over(display, window)
        time.sleep(0.5)  # the veil stays while the drag goes on, also where the pointer rests
        assert window.lines[-1].startswith("veil")
        source.process.kill()
        window.until("no veil", seconds=10)
    finally:
        display.run("xdotool", "mouseup", "1")


def test_escape_ends_a_drag_and_its_veil(display: Display, start: Start, window: Program) -> None:
    start("drag_source.py", number("A terminal")).until("ready")
    try:
        drag_over(display, window)
        display.run("xdotool", "key", "Escape")
        window.until("no veil", seconds=10)
    finally:
        display.run("xdotool", "mouseup", "1")
