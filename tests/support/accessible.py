"""A session bus of a test's own with the accessibility bus on it, and what a screen reader finds there."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
PYTHON = Path("/usr/bin/python3")
READER = Path(__file__).with_name("read_accessible.py")


@dataclass(frozen=True)
class Reader:
    """`env` is what a program needs to be found there."""

    env: Mapping[str, str]

    def nodes(self, window: str) -> list[tuple[str, str, str]]:
        """Role, name and text of all that is in windows of that name."""
        return self._run(window)

    def press(self, window: str, button: str) -> None:
        self._run(window, "press", button)

    def _run(self, *words: str) -> list[tuple[str, str, str]]:
        ran = subprocess.run(
            [str(PYTHON), str(READER), *words], env=dict(self.env), capture_output=True, text=True, timeout=60
        )
        assert ran.returncode == 0, ran.stderr
        return [(role, name, text) for role, name, text in map(json.loads, ran.stdout.splitlines())]


@contextmanager
def screen_reader(env: Mapping[str, str], folder: Path) -> Iterator[Reader]:
    """Skips the test where a program is missing."""
    has_reader = PYTHON.exists() and subprocess.run([str(PYTHON), "-c", "import pyatspi"], capture_output=True)
    if not (shutil.which("dbus-daemon") and LAUNCHER.exists() and has_reader and has_reader.returncode == 0):
        pytest.skip("not installed: dbus-daemon, at-spi, pyatspi (packaging/system-libraries.sh test)")
    folder.mkdir(mode=0o700, exist_ok=True)
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address=unix:dir={folder}"],
        env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert bus.stdout is not None
    address = bus.stdout.readline().strip()
    more = {
        **env, "DBUS_SESSION_BUS_ADDRESS": address, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "XDG_RUNTIME_DIR": str(folder), "NO_AT_BRIDGE": "0",
    }  # fmt: skip
    launcher = subprocess.Popen(
        [str(LAUNCHER), "--launch-immediately"], env=more, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(0.5)
    try:
        yield Reader(more)
    finally:
        for process in (launcher, bus):
            process.terminate()
            process.wait(10)
        bus.stdout.close()
