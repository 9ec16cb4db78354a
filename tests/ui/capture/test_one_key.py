"""One key explains the screen, end to end: the installed program with the practice model on an X server of its own,
another program with the focus, real keys and a real mouse. What the panel says is read as a screen reader reads it."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mss import MSS

from support.accessible import screen_reader
from support.desktops import KEY, OVERLAY, PANEL, READ, Desktop
from support.display import Display
from support.other_program import DIALOG, WORDS
from support.screens import wait_for, x_server

pytestmark = [pytest.mark.gui, pytest.mark.model, pytest.mark.xvfb]
SHAPES = ("red circle", "blue square")
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF")
"""How files of pictures begin."""


@pytest.fixture(scope="module")
def screen() -> Iterator[Display]:
    with x_server(1280, 900) as display:
        yield display


@pytest.fixture
def desktop(screen: Display, tmp_path: Path) -> Iterator[Desktop]:
    with screen_reader(screen.env, tmp_path / "run") as reader:
        made = Desktop(reader, tmp_path)
        try:
            yield made
        finally:
            made.end()


def rows() -> tuple[bytes, ...]:
    """Pixels of the capture as they would lie in a file: the edge of the square is nowhere else. BGRX and RGB."""
    blue, white = (30, 80, 220), (255, 255, 255)
    edge = [white] * 20 + [blue] * 60
    return (
        b"".join(bytes((b, g, r, 255)) for r, g, b in edge),
        b"".join(bytes(pixel) for pixel in edge),
    )


def on_screen(desktop: Desktop, x: int, y: int, width: int, height: int) -> bytes:
    """The pixels there, BGRX."""
    with MSS(display=desktop.display.env["DISPLAY"]) as server:
        return bytes(server.grab({"left": x, "top": y, "width": width, "height": height}).raw)


def is_right(answer: str) -> bool:
    """About the other program's two shapes, which the practice model knows well."""
    return all(words in answer for words in SHAPES)


def begin_by_key(desktop: Desktop) -> None:
    desktop.do("key", KEY)


def begin_by_command(desktop: Desktop) -> None:
    assert desktop.command("shot").returncode == 0


def tap(desktop: Desktop) -> None:
    desktop.do("key", "Escape")


def lean(desktop: Desktop) -> None:
    """Until long after it began to repeat."""
    desktop.do("keydown", "Escape", "sleep", 1.5, "keyup", "Escape")


@pytest.mark.parametrize(("begin", "escape"), [(begin_by_key, tap), (begin_by_command, lean)])
def test_another_program_has_its_focus_and_its_selection_again_after_the_panel(
    desktop: Desktop, begin: Callable[[Desktop], None], escape: Callable[[Desktop], None]
) -> None:
    desktop.start()
    desktop.other("shapes")
    focus = desktop.focus()
    assert focus == "other shapes"
    pixels = on_screen(desktop, 130, 150, 401, 281)
    begin(desktop)
    desktop.drag(130, 150, 530, 430)
    answer = desktop.answer()
    assert is_right(answer), answer
    assert desktop.focus() == PANEL
    escape(desktop)
    wait_for(lambda: not desktop.windows(PANEL) and desktop.focus() == focus)
    assert desktop.disturbed() == []
    desktop.do("key", "Escape", "key", "e")  # the keys are its own again
    assert [one["key"] for one in desktop.disturbed() if one["what"] == "key"] == ["\x1b", "e"]
    desktop.quit()
    words = (answer, *SHAPES)
    needles = *(word.encode(form) for word in words for form in ("utf-8", "utf-16-le")), *rows(), *PICTURES
    assert desktop.holding(*needles) == []
    for leak in (pixels, answer.encode()):  # it would have been found
        (desktop.folder / "home" / "leak").write_bytes(b"anything" + leak)
        assert desktop.holding(*needles)


def test_what_goes_on_in_the_window_is_found_by_the_same_search(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    desktop.command("shot", "--region", "130,150,400,280")
    answer = desktop.answer()
    desktop.do("mousemove", 1200, 850)
    desktop.reader.press(READ, "Continue in Window")
    wait_for(lambda: not desktop.windows(PANEL))
    desktop.quit()
    assert desktop.holding(answer.encode())
    assert desktop.holding(*PICTURES)


def test_when_the_user_goes_elsewhere_the_panel_stays_and_the_keys_are_his(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    desktop.command("shot", "--region", "130,150,400,280", "--action", "none")
    wait_for(lambda: bool(desktop.windows(PANEL)))
    desktop.do("windowactivate", "--sync", desktop.windows("Fanlight$")[0])
    time.sleep(1)
    desktop.do("windowactivate", "--sync", desktop.display.window("other shapes"))
    time.sleep(0.5)
    desktop.disturbed()
    desktop.do("key", "e", "key", "Escape")
    assert [one["key"] for one in desktop.disturbed() if one["what"] == "key"] == ["e", "\x1b"]
    assert desktop.windows(PANEL)
    assert not any(name.startswith("Fanlight: ") for _, name, _ in desktop.reader.nodes(READ))


def test_the_text_action_puts_a_dialogs_text_into_the_clipboard(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("dialog")
    assert desktop.command("shot", "--action", "text").returncode == 0
    desktop.drag(122, 141, 560, 320)
    wait_for(lambda: "0x80070070" in desktop.display.run("xclip", "-selection", "clipboard", "-o", check=False), 120)
    lines = desktop.display.run("xclip", "-selection", "clipboard", "-o").splitlines()
    assert tuple(line.strip() for line in lines if line.strip()) == (*DIALOG, WORDS)


def test_a_region_by_command_answers_without_an_overlay(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    assert desktop.command("shot", "--region", "130,150,400,280").returncode == 0
    wait_for(lambda: bool(desktop.windows(PANEL)))
    assert not desktop.windows(OVERLAY)
    assert is_right(desktop.answer())
    desktop.do("key", "Escape")
    assert desktop.disturbed() == []


def test_what_is_typed_is_asked_and_escape_gives_the_focus_back(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    assert desktop.command("shot", "--region", "130,150,400,280").returncode == 0
    wait_for(lambda: desktop.focus() == PANEL)
    desktop.display.type("How many shapes?")
    desktop.do("key", "Return")

    def asked_and_answered() -> bool:
        nodes[:] = desktop.reader.nodes(READ)
        said = [name for _, name, _ in nodes if name.startswith(("You: ", "Fanlight: "))]
        return "You: How many shapes?" in said and said[-1].startswith("Fanlight: ") and "Reading" not in said[-1]

    nodes: list[tuple[str, str, str]] = []
    wait_for(asked_and_answered, saw=lambda: [nodes, desktop.focus(), desktop.disturbed()])
    desktop.do("key", "Escape")
    wait_for(lambda: not desktop.windows(PANEL))
    wait_for(lambda: desktop.focus() == "other shapes")
    desktop.disturbed()
    desktop.do("key", "e")
    assert {"what": "key", "key": "e"} in desktop.disturbed()


def test_with_the_setting_never_a_click_on_an_action_leaves_the_focus_where_it_is(desktop: Desktop) -> None:
    (desktop.folder / "fanlight_home" / "settings.json").write_text(json.dumps({"panel_keyboard": "never"}), "utf-8")
    desktop.start()
    desktop.other("shapes")
    desktop.command("shot", "--region", "130,150,400,280", "--action", "none")
    wait_for(lambda: bool(desktop.windows(PANEL)))
    place = dict(
        line.split("=") for line in desktop.do("getwindowgeometry", "--shell", desktop.windows(PANEL)[0]).splitlines()
    )
    desktop.do("mousemove", int(place["X"]) + 60, int(place["Y"]) + 104, "click", 1)
    assert is_right(desktop.answer())
    assert desktop.focus() == "other shapes"
    assert desktop.disturbed() == []


def test_where_the_panel_can_be_reached_every_control_has_a_name(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    desktop.command("shot", "--region", "130,150,400,280", "--action", "none")
    wait_for(lambda: bool(desktop.windows(PANEL)))
    nodes = desktop.reader.nodes(READ)
    nameless = [node for node in nodes if node[0] in ("push button", "check box", "text", "entry") and not node[1]]
    assert nameless == []
    names = {name for _, name, _ in nodes}
    assert {"Explain", "Text", "Table", "Describe", "Your question", "Pin", "Forget"} <= names


def test_three_hundred_presses_at_random_moments_never_stick(desktop: Desktop) -> None:
    """From before the model is loaded to while it quits: never two overlays, and no key is held in the end."""
    chance = random.Random(11)
    desktop.start()
    desktop.other("shapes")
    for number in range(300):
        desktop.do("key", KEY)
        if chance.random() < 0.5:
            time.sleep(chance.random() * 0.25)
        kind = chance.random()
        if kind < 0.25:
            desktop.do("key", "Escape")
        elif kind < 0.4:
            x, y = chance.randrange(130, 400), chance.randrange(190, 400)
            desktop.do("mousemove", x, y, "mousedown", 1, "mousemove", x + 60, y + 50, "mouseup", 1)
        elif kind < 0.5:
            desktop.do("key", chance.choice(["Return", "r", "d", "alt+d", "alt+2", "alt+s", "Up"]))
        if number % 10 == 0:
            assert len(desktop.windows(OVERLAY)) <= 1
            assert desktop.fanlight is not None
            assert desktop.fanlight.poll() is None
    for _ in range(20):
        if desktop.windows(OVERLAY) or desktop.windows(PANEL):
            desktop.do("key", "Escape")
            time.sleep(0.3)
    wait_for(lambda: not desktop.windows(OVERLAY))
    desktop.do("windowactivate", "--sync", desktop.display.window("other shapes"))
    time.sleep(0.5)
    desktop.disturbed()
    desktop.do("key", "e", "key", "Escape", "key", "d")
    keys = [one["key"] for one in desktop.disturbed() if one["what"] == "key"]
    assert keys == ["e", "\x1b", "d"]
    desktop.do("key", KEY)
    desktop.drag(130, 150, 530, 430)
    assert is_right(desktop.answer())
    presses = subprocess.Popen(
        ["xdotool", *(["key", KEY] * 60)], env=desktop.display.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    desktop.quit()
    presses.wait(60)
    assert desktop.fanlight is not None
    assert desktop.fanlight.returncode == 0
    desktop.disturbed()
    desktop.do("key", "e")
    assert {"what": "key", "key": "e"} in desktop.disturbed()
