"""Somebody who sits at Fanlight's window with a real (virtual) microphone, and holds real keys."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from support.display import Display
from support.screens import Program, wait_for
from support.sound_server import SoundServer

OVER = ("done", "nothing", "error", "closed")
"""How a hold ends."""


class Sitter:
    """Somebody at the computer, where the program `CHILD` of this folder runs and tells its states as lines of JSON."""

    CHILD: ClassVar[str]
    TIMEOUT_SECONDS: ClassVar[float] = 180.0

    def __init__(self, display: Display, server: SoundServer, home: Path, model: Path, *options: str) -> None:
        self.display, self.server = display, server
        self.program = Program(display, self.CHILD, home, model, *options, env=server.needs)
        self.said: dict[str, Any] = {}
        self.until("ready")
        display.run("xdotool", "windowactivate", "--sync", display.window("Fanlight$"))
        time.sleep(0.5)

    def until(self, *states: str) -> dict[str, Any]:
        """The line that says the first of these states."""
        others: list[dict[str, Any]] = []
        while True:
            line = self.program.next(self.TIMEOUT_SECONDS)
            assert line is not None, f"none of {states} within {self.TIMEOUT_SECONDS:g} s, but {others}"
            self.said = json.loads(line)
            if self.said["what"] in states:
                return self.said
            others.append(self.said)

    def key(self, name: str) -> None:
        self.display.run("xdotool", "key", name)

    def play(self, recording: Path) -> None:
        """Into the microphone, to its end."""
        assert self.server.say(recording).wait(60) == 0

    def closed(self) -> None:
        """The microphone."""
        wait_for(lambda: not self.server.listeners(), 20)

    def leave(self) -> None:
        self.program.end()


class Speaker(Sitter):
    """Who holds a key to speak."""

    CHILD = "voice_child.py"

    def down(self) -> None:
        self.display.run("xdotool", "keydown", "F9")

    def up(self) -> None:
        self.display.run("xdotool", "keyup", "F9")

    def hold_and_play(self, recording: Path) -> None:
        self.down()
        self.until("listening")
        assert self.server.listeners()
        self.play(recording)
        self.up()

    def leave(self) -> None:
        self.up()
        super().leave()


Sit = Callable[..., Speaker]
Who = TypeVar("Who", bound=Sitter)


@contextmanager
def slots(
    who: type[Who], display: Display, server: SoundServer, home: Path, model: Path
) -> Iterator[Callable[..., Who]]:
    """Each gets a window; in the end nothing is held, and nobody listens."""
    sitting: list[Who] = []

    def made(*options: str) -> Who:
        sitting.append(who(display, server, home, model, *options))
        return sitting[-1]

    yield made
    for one in sitting:
        one.leave()
    wait_for(lambda: not server.listeners(), 20)
