"""One key explains the screen, end to end: the installed program with the practice model on an X server of its own,
another program with the focus, real keys and a real mouse. What the panel says is read as a screen reader reads it."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.accessible import Reader, screen_reader
from support.display import Display
from support.instances import FANLIGHT
from support.screens import Program, wait_for, x_server

pytestmark = [pytest.mark.gui, pytest.mark.model, pytest.mark.xvfb]
PANEL, READ = "Capture – Fanlight", "Quick panel"
"""The panel's title, for the window manager, and its name, for a screen reader."""
OVERLAY = "Fanlight: choose a part of the screen"
KEY = "ctrl+alt+space"
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF")
"""How files of pictures begin."""


class Desktop:
    """A screen with Fanlight on it and another program; everything Fanlight could write to lies under `folder`."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        self.folder = folder
        private = {name: str(folder / name.lower()) for name in ("FANLIGHT_HOME", "HOME", "XDG_CACHE_HOME", "TMPDIR")}
        for place in private.values():
            Path(place).mkdir(parents=True, exist_ok=True)
        self.reader = Reader({**reader.env, **private})
        self.display = Display(dict(self.reader.env))
        self.programs: list[Program] = []
        self.fanlight: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> None:
        log = (self.folder / "said").open("wb")
        self.fanlight = subprocess.Popen([FANLIGHT, *words], env=self.display.env, stdout=log, stderr=log)
        log.close()
        wait_for(lambda: bool(self.windows("Fanlight$")), 120)
        wait_for(lambda: self.command("show").returncode == 0, 60)

    def command(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([FANLIGHT, *words], env=self.display.env, capture_output=True, timeout=120)

    def other(self, kind: str, x: int = 120, y: int = 140) -> Program:
        """Another program, with the focus."""
        program = Program(self.display, "other_program.py", kind, x, y)
        self.programs.append(program)
        while program.line() != "ready":
            pass
        self.do("windowactivate", "--sync", self.display.window(f"other {kind}"))
        time.sleep(0.5)
        while not program.silent(0.3):
            pass
        return program

    def do(self, *words: object) -> str:
        return self.display.run("xdotool", *map(str, words))

    def windows(self, title: str) -> list[str]:
        return self.display.run("xdotool", "search", "--onlyvisible", "--name", f"^{title}", check=False).split()

    def disturbed(self) -> list[dict[str, Any]]:
        """What the other program has seen of it, but for what any grab of the keyboard makes: two modifiers, and not
        active until it is let go."""
        (other,) = self.programs
        seen: list[dict[str, Any]] = []
        while not other.silent_for(0.3, seen):
            pass
        quiet = ({"what": "key", "key": ""}, {"what": "inactive"}, {"what": "active"})
        assert not seen or seen[-1] != {"what": "inactive"}
        return [one for one in seen if one not in quiet]

    def focus(self) -> str:
        return self.do("getwindowfocus", "getwindowname")

    def drag(self, x: int, y: int, to_x: int, to_y: int) -> None:
        wait_for(lambda: bool(self.windows(OVERLAY)))
        self.do("mousemove", x, y, "mousedown", 1, "mousemove", (x + to_x) // 2, (y + to_y) // 2)
        self.do("mousemove", to_x, to_y, "mouseup", 1)
        wait_for(lambda: bool(self.windows(PANEL)))

    def answer(self) -> str:
        """What the panel says once it is done, as a screen reader finds it."""
        found: list[str] = []

        def is_there() -> bool:
            nodes = self.reader.nodes(READ)
            words = [name.removeprefix("Fanlight: ") for _, name, _ in nodes if name.startswith("Fanlight: ")]
            over = any(name.startswith(("Ask again", "Try again")) for _, name, _ in nodes)
            found[:] = words[-1:]
            return over and bool(words)

        wait_for(is_there, 120)
        return found[0]

    def quit(self) -> None:
        self.command("quit")
        if self.fanlight is not None:
            self.fanlight.wait(60)

    def end(self) -> None:
        """Whatever is still there."""
        if self.fanlight is not None and self.fanlight.poll() is None:
            self.fanlight.kill()
            self.fanlight.wait(10)
        for program in self.programs:
            program.end()

    def holding(self, *needles: bytes) -> list[str]:
        """Files in which any of these bytes are: names and the bytes."""
        return [
            f"{path}: {needle[:40]!r}"
            for path in self.folder.rglob("*")
            if path.is_file()
            for needle in needles
            if needle in path.read_bytes()
        ]


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
    """Pixels of the capture as they would lie in a file: the edge of the circle is nowhere else. BGRX and RGB."""
    blue, white = (30, 80, 220), (255, 255, 255)
    edge = [white] * 20 + [blue] * 60
    return (
        b"".join(bytes((b, g, r, 255)) for r, g, b in edge),
        b"".join(bytes(pixel) for pixel in edge),
    )


def begin_by_key(desktop: Desktop) -> None:
    desktop.do("key", KEY)


def begin_by_command(desktop: Desktop) -> None:
    assert desktop.command("shot").returncode == 0


@pytest.mark.parametrize("begin", [begin_by_key, begin_by_command])
def test_another_program_keeps_its_focus_while_the_panel_answers_and_forgets(
    desktop: Desktop, begin: Callable[[Desktop], None]
) -> None:
    desktop.start()
    desktop.other("shapes")
    focus = desktop.focus()
    assert focus == "other shapes"
    begin(desktop)
    desktop.drag(130, 190, 530, 470)
    answer = desktop.answer()
    assert len(answer.split()) > 3
    assert desktop.focus() == focus
    desktop.do("key", "Escape")
    wait_for(lambda: not desktop.windows(PANEL))
    assert desktop.focus() == focus
    assert desktop.disturbed() == []
    desktop.do("key", "e")  # the keys are its own again
    assert {"what": "key", "key": "e"} in desktop.disturbed()
    desktop.quit()
    assert desktop.holding(answer.encode(), answer.encode("utf-16-le"), *rows(), *PICTURES) == []


def test_what_goes_on_in_the_window_is_found_by_the_same_search(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    desktop.command("shot", "--region", "130,190,400,280")
    answer = desktop.answer()
    desktop.do("mousemove", 1200, 850)
    desktop.reader.press(READ, "Continue in the window")
    wait_for(lambda: not desktop.windows(PANEL))
    desktop.quit()
    assert desktop.holding(answer.encode())
    assert desktop.holding(*PICTURES)


def test_when_the_user_goes_elsewhere_the_panel_stays_and_the_keys_are_his(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    desktop.command("shot", "--region", "130,190,400,280", "--action", "none")
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
    assert lines[0].strip() == "The file could not be saved."
    assert "no space left on drive" in lines[1]


def test_a_region_by_command_answers_without_an_overlay(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    assert desktop.command("shot", "--region", "130,190,400,280").returncode == 0
    wait_for(lambda: bool(desktop.windows(PANEL)))
    assert not desktop.windows(OVERLAY)
    assert desktop.answer()
    assert desktop.disturbed() == []


def test_typing_in_the_panel_takes_the_focus_and_escape_gives_it_back(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    assert desktop.command("shot", "--region", "130,190,400,280").returncode == 0
    wait_for(lambda: bool(desktop.windows(PANEL)))
    time.sleep(1)
    desktop.do("key", "a")
    wait_for(lambda: desktop.focus() == PANEL)
    desktop.do("type", "--delay", "20", "How many shapes?")
    desktop.do("key", "Return")

    def asked_and_answered() -> bool:
        said = [name for _, name, _ in desktop.reader.nodes(READ) if name.startswith(("You: ", "Fanlight: "))]
        return "You: How many shapes?" in said and said[-1].startswith("Fanlight: ") and "Reading" not in said[-1]

    wait_for(asked_and_answered)
    desktop.do("key", "Escape")
    wait_for(lambda: not desktop.windows(PANEL))
    wait_for(lambda: desktop.focus() == "other shapes")
    desktop.disturbed()
    desktop.do("key", "e")
    assert {"what": "key", "key": "e"} in desktop.disturbed()


def test_a_click_on_an_action_leaves_the_focus_where_it_is(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    desktop.command("shot", "--region", "130,190,400,280", "--action", "none")
    wait_for(lambda: bool(desktop.windows(PANEL)))
    place = dict(
        line.split("=") for line in desktop.do("getwindowgeometry", "--shell", desktop.windows(PANEL)[0]).splitlines()
    )
    desktop.do("mousemove", int(place["X"]) + 60, int(place["Y"]) + 94, "click", 1)
    assert desktop.answer()
    assert desktop.focus() == "other shapes"
    assert desktop.disturbed() == []


def test_where_the_panel_can_be_reached_every_control_has_a_name(desktop: Desktop) -> None:
    desktop.start()
    desktop.other("shapes")
    desktop.command("shot", "--region", "130,190,400,280", "--action", "none")
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
            desktop.do("key", chance.choice(["Return", "r", "d", "2", "s", "Up"]))
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
    desktop.drag(130, 190, 530, 470)
    assert desktop.answer()
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
