"""Fanlight as processes: windows, and commands that reach them."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fanlight.ipc import client
from support.command_line import Ran

FANLIGHT = Path(sys.executable).with_name("fanlight")
CHILD = Path(__file__).with_name("instance_child.py")
PYTHONPATH = os.pathsep.join([str(CHILD.parents[2] / "app"), str(CHILD.parents[1])])
LONG_SECONDS = 100.0
"""On a busy computer a window takes its time."""


def command(*words: str | Path, env: dict[str, str] | None = None, **more: Any) -> subprocess.Popen[str]:
    """`fanlight` with these words, started."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **more}
    return subprocess.Popen([FANLIGHT, *words], env={**os.environ, **(env or {})}, **pipes)


def run(*words: str | Path, env: dict[str, str] | None = None) -> Ran:
    process = command(*words, env=env)
    out, err = process.communicate(timeout=LONG_SECONDS)
    return Ran(process.returncode, out, err)


def holds(claim: Callable[[], bool], what: str) -> None:
    """Sooner or later."""
    until = time.monotonic() + LONG_SECONDS
    while not claim():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def reachable() -> None:
    """Waits until a window of this home answers."""

    def answers() -> bool:
        connection = client.connect()
        return connection is not None and client.send_command(connection, {"do": "hello"}) == 0

    holds(answers, "no window can be reached")


class Window:
    """A Fanlight whose model is a script: see `instance_child`."""

    def __init__(self, words: tuple[str, ...], script: dict[str, Any], env: dict[str, str] | None) -> None:
        more = {"PYTHONPATH": PYTHONPATH, "FANLIGHT_SCRIPT": json.dumps(script)}
        self.process = subprocess.Popen(
            [sys.executable, CHILD, *words], stdout=subprocess.PIPE, env={**os.environ, **(env or {}), **more}
        )
        self._rest = b""

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def ends(self) -> int:
        """Its exit status, once it has ended."""
        return self.process.wait(LONG_SECONDS)

    def says(self, what: str) -> dict[str, Any]:
        """The next line about that; others before it are passed over."""
        assert self.process.stdout is not None
        until = time.monotonic() + LONG_SECONDS
        while time.monotonic() < until:
            line, newline, rest = self._rest.partition(b"\n")
            if newline:
                self._rest = rest
                if what in (said := json.loads(line)):
                    return dict(said)
                continue
            if select.select([self.process.stdout], [], [], 0.1)[0]:
                data = os.read(self.process.stdout.fileno(), 2**16)
                assert data, "the window has ended"
                self._rest += data
        raise AssertionError(f"nothing about {what!r}")

    def forget(self) -> None:
        """What it has said until now."""
        assert self.process.stdout is not None
        while select.select([self.process.stdout], [], [], 0)[0] and os.read(self.process.stdout.fileno(), 2**16):
            pass
        self._rest = b""

    def kill(self) -> None:
        if self.process.stdout is not None and not self.process.stdout.closed:
            self.process.kill()
            self.process.communicate()


@contextmanager
def opened(*words: str, env: dict[str, str] | None = None, **script: Any) -> Iterator[Window]:
    """Reachable; killed in the end if it still runs."""
    window = Window(words, script, env)
    try:
        reachable()
        yield window
    finally:
        window.kill()
