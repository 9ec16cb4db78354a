"""X servers with as many monitors as a test wants, and programs on them that talk in lines."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import pytest

import fanlight
from support.display import Display

SUPPORT = Path(__file__).parent
_PATIENCE_SECONDS = 60.0

Monitor = tuple[str, int, int, int, int]
"""Name, left, top, width, height: device pixels."""
P = TypeVar("P", bound="Program")


@contextmanager
def x_server(
    width: int, height: int, manager: bool | str = True, compositor: bool | str = False, depth: int = 24
) -> Iterator[Display]:
    """A fresh server; openbox on it, and xcompmgr, or other commands in their place. Skips the test where a program is
    missing."""
    programs = [
        (default if asked is True else str(asked)).split()
        for asked, default in ((manager, "openbox"), (compositor, "xcompmgr"))
        if asked
    ]
    wanted = ["Xvfb", "xdotool", "xrandr", "xset", "xprop", *(program[0] for program in programs)]
    if missing := [program for program in wanted if not shutil.which(program)]:
        pytest.skip(f"not installed: {', '.join(missing)} (packaging/system-libraries.sh test)")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x{depth}", "-nolisten", "tcp"]
    processes = [subprocess.Popen([*command, "-noreset"], pass_fds=(writer,), stderr=subprocess.DEVNULL)]
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            number = said.readline().strip()
        assert number, "Xvfb did not start"
        env = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS"):
            env.pop(name, None)
        display = Display(env)
        quiet: dict[str, Any] = {"env": env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        processes += [subprocess.Popen(program, **quiet) for program in programs]
        if manager:
            wait_for(lambda: "window id" in display.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK", check=False))
        if compositor:
            time.sleep(1)  # it says nothing
        yield display
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(10)


def add_monitor(display: Display, monitor: Monitor, output: str = "none") -> None:
    """One of RandR's own monitors; the first takes the output that Xvfb has, "screen"."""
    name, left, top, width, height = monitor
    display.run("xrandr", "--setmonitor", name, f"{width}/300x{height}/200+{left}+{top}", output)


def remove_monitor(display: Display, monitor: Monitor) -> None:
    display.run("xrandr", "--delmonitor", monitor[0])


class Program:
    """`script` of this folder, on a display. What it says is in `lines`; `line` and its like take the next one each."""

    def __init__(
        self,
        display: Display,
        script: str,
        *arguments: object,
        env: Mapping[str, str] | None = None,
        python: str = sys.executable,
    ) -> None:
        path = os.pathsep.join([str(Path(fanlight.__file__).parents[1]), str(SUPPORT.parent)])
        command = [python, str(SUPPORT / script), *map(str, arguments)]
        self.process = subprocess.Popen(
            command, env={**display.env, "PYTHONPATH": path, **(env or {})},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdin
        assert self.process.stdout
        self._input: IO[str] = self.process.stdin
        self._output: IO[str] = self.process.stdout
        self.lines: list[str] = []
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def tell(self, words: str) -> None:
        self._input.write(words + "\n")
        self._input.flush()

    def says(self, line: str, seconds: float, times: int = 1) -> bool:
        """Whether it has said `line` so often by then; no longer waited for where it has ended."""
        until = time.monotonic() + seconds
        while self.lines.count(line) < times:
            if time.monotonic() > until or not self._reader.is_alive():
                return self.lines.count(line) >= times
            time.sleep(0.01)
        return True

    def until(self, line: str, times: int = 1, seconds: float = _PATIENCE_SECONDS) -> None:
        """Fails where it is not said so often."""
        assert self.says(line, seconds, times), f"not {line!r}, but: {self.lines[-20:]}"

    def line(self, seconds: float = _PATIENCE_SECONDS) -> str:
        """The next one. Fails where it ends instead."""
        said = self.next(seconds)
        assert said is not None, f"it said nothing for {seconds:g} s"
        return said

    def hears(self, *what: str) -> dict[str, Any]:
        """The next line, JSON, which must be about one of `what`."""
        said: dict[str, Any] = json.loads(self.line())
        assert said["what"] in what, said
        return said

    def next(self, seconds: float) -> str | None:
        """The next line; None where it says nothing for so long. Fails where it has ended."""
        try:
            said = self._said.get(timeout=seconds)
        except queue.Empty:
            return None
        assert said is not None, "it has ended"
        return said

    def silent(self, seconds: float = 0.3) -> bool:
        return self.next(seconds) is None

    def silent_for(self, seconds: float, seen: list[dict[str, Any]]) -> bool:
        """Whether it says nothing for so long; else the next line, JSON, is added to `seen`."""
        said = self.next(seconds)
        if said is not None:
            seen.append(json.loads(said))
        return said is None

    def ends(self, seconds: float) -> int:
        """Its exit status, as soon as it has ended by itself."""
        return self.process.wait(seconds)

    def end(self) -> None:
        """May be done again."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        self._input.close()
        self._output.close()

    def _read(self) -> None:
        for line in self._output:
            self.lines.append(line.strip())
            self._said.put(line.strip())
        self._said.put(None)


@contextmanager
def programs(display: Display, kind: type[P]) -> Iterator[Callable[..., P]]:
    """Starts scripts, with their arguments, and ends them all."""
    started: list[P] = []

    def start(script: str, *arguments: object) -> P:
        started.append(kind(display, script, *arguments))
        return started[-1]

    try:
        yield start
    finally:
        for program in started:
            program.end()


def wait_for(is_so: Any, seconds: float = _PATIENCE_SECONDS, saw: Callable[[], object] = lambda: "") -> None:
    """Where it does not happen, the test says what it `saw`."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"it did not happen {saw()}"
        time.sleep(0.02)
