"""An X server with a window manager, for tests that need real windows: see the fixture `display`."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Display:
    """`env` is what a program needs to show itself there."""

    env: dict[str, str]

    def run(self, *command: str, check: bool = True) -> str:
        """What xdotool, xclip and their like print."""
        ran = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, check=check)
        return ran.stdout.strip()

    def type(self, text: str, delay: int = 15) -> None:
        """Each letter once, also where the machine is so busy that a key stays down until it repeats. `delay`: ms."""
        self.run("xset", "r", "off", check=False)
        try:
            self.run("xdotool", "type", "--delay", str(delay), text, check=False)
        finally:
            self.run("xset", "r", "on", check=False)

    def window(self, title: str, seconds: float = 60.0) -> str:
        """The id of the visible window whose title holds `title`, as soon as there is one."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := self.run("xdotool", "search", "--onlyvisible", "--name", title, check=False):
                return found.splitlines()[0]
            time.sleep(0.1)
        raise AssertionError(f"no window called {title!r} after {seconds:g} s")
