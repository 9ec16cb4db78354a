"""A screen with the installed Fanlight on it, another program beside it, real keys and a real mouse. What a panel says
is read as a screen reader reads it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from support.accessible import Reader
from support.display import Display
from support.instances import FANLIGHT
from support.screens import Program, wait_for

PANEL, READ = "Capture – Fanlight", "Quick panel"
"""The panel's title, for the window manager, and its name, for a screen reader."""
OVERLAY = "Choose a Part of the Screen – Fanlight"
KEY = "ctrl+alt+space"


class Desktop:
    """A screen with Fanlight on it and another program; everything Fanlight could write to lies under `folder`."""

    def __init__(self, reader: Reader, folder: Path, more: Mapping[str, str] | None = None) -> None:
        """`more` goes into the environment of every program here."""
        self.folder = folder
        private = {name: str(folder / name.lower()) for name in ("FANLIGHT_HOME", "HOME", "XDG_CACHE_HOME", "TMPDIR")}
        for place in private.values():
            Path(place).mkdir(parents=True, exist_ok=True)
        self.reader = Reader({**reader.env, **private, **(more or {})})
        self.display = Display(dict(self.reader.env))
        self.programs: list[Program] = []
        self.fanlight: subprocess.Popen[bytes] | None = None

    def start(self, *words: str, under: Sequence[str] = ()) -> None:
        """`under`: a command that runs it, strace for example."""
        log = (self.folder / "said").open("wb")
        command = [*under, str(FANLIGHT), *words]
        self.fanlight = subprocess.Popen(command, env=self.display.env, stdout=log, stderr=log)
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
        inactive, until = {"what": "inactive"}, time.monotonic() + 60
        while not other.silent_for(0.3, seen) or (seen[-1:] == [inactive] and time.monotonic() < until):
            pass
        assert seen[-1:] != [inactive]
        return [one for one in seen if one not in ({"what": "key", "key": ""}, inactive, {"what": "active"})]

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
