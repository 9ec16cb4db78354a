"""Somebody who sits at Fanlight's window with a real (virtual) microphone, and holds real keys: see `voice_child`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.display import Display
from support.screens import Program, wait_for
from support.sound_server import SoundServer

PATIENCE = 180.0
OVER = ("heard", "nothing", "error", "closed")
"""How a hold ends."""


class Speaker:
    """Somebody at the computer."""

    def __init__(self, display: Display, server: SoundServer, home: Path, model: Path, *settings: str) -> None:
        self.display, self.server = display, server
        self.program = Program(display, "voice_child.py", home, model, *settings, env=server.needs)
        self.said: dict[str, Any] = {}
        self.until("ready")
        window = display.window("Fanlight$")
        display.run("xdotool", "windowactivate", "--sync", window)
        time.sleep(0.5)

    def until(self, *states: str) -> dict[str, Any]:
        """The line that says the first of these states."""
        while True:
            self.said = json.loads(self.program.line(PATIENCE))
            if self.said["what"] in states:
                return self.said

    def down(self) -> None:
        self.display.run("xdotool", "keydown", "F9")

    def up(self) -> None:
        self.display.run("xdotool", "keyup", "F9")

    def key(self, name: str) -> None:
        self.display.run("xdotool", "key", name)

    def hold_and_play(self, recording: Path) -> None:
        self.down()
        self.until("listening")
        assert self.server.listeners()
        assert self.server.say(recording).wait(60) == 0
        self.up()

    def closed(self) -> None:
        wait_for(lambda: not self.server.listeners(), 20)


Sit = Callable[..., Speaker]


@contextmanager
def seats(display: Display, server: SoundServer, home: Path, model: Path) -> Iterator[Sit]:
    """Each gets a window; in the end nothing is held, and nobody listens."""
    speakers: list[Speaker] = []

    def made(*settings: str) -> Speaker:
        speakers.append(Speaker(display, server, home, model, *settings))
        return speakers[-1]

    yield made
    for speaker in speakers:
        speaker.up()
        speaker.program.end()
    wait_for(lambda: not server.listeners(), 20)
