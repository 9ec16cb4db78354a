"""Programs on an X display that a test talks with line by line, and the keys it presses there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import fanlight
from support.display import Display

SUPPORT = Path(__file__).parent


class Program:
    """A script of tests/support on the display: `lines` is what it said, `tell` writes a line to it."""

    def __init__(self, display: Display, script: str, *arguments: object) -> None:
        path = os.pathsep.join([str(Path(fanlight.__file__).parents[1]), str(SUPPORT.parent)])
        self._process = subprocess.Popen(
            [sys.executable, str(SUPPORT / script), *map(str, arguments)],
            env={**display.env, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def tell(self, line: str) -> None:
        """Do it, and wait until it is done."""
        assert self._process.stdin
        done = f"done {line.split()[0]}"
        before = self.lines.count(done)
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        self.wait(lambda: self.lines.count(done) > before, done)

    def until(self, line: str, times: int = 1, seconds: float = 30) -> None:
        self.wait(lambda: self.lines.count(line) >= times, line, seconds)

    def wait(self, there: Callable[[], bool], what: str, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < until, f"not {what!r}, but: {self.lines[-20:]}"
            assert self._process.poll() is None or there(), f"ended before {what!r}: {self.lines[-20:]}"
            time.sleep(0.01)

    def ends(self, seconds: float) -> int:
        """Its exit status, as soon as it has ended by itself."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        """May be done again."""
        self._process.kill()
        self._process.wait(10)
        self._reader.join(10)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream
            stream.close()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.lines.append(line.strip())
