"""The idle control: a Qt loop with nothing to do, in a process of its own, at the same time as the window.

What makes it late makes everybody late: other programs, the computer's host. `python -m bench.control` is that process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QSocketNotifier

from bench import places
from bench.heartbeat import Heartbeat
from bench.readings import percentile


class Control:
    """A context manager around the process."""

    def __enter__(self) -> Control:
        command = [sys.executable, "-m", "bench.control"]
        environment = os.environ | {"PYTHONPATH": places.PYTHONPATH}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._ask("begin")  # answered once it runs
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate("")

    def begin(self) -> None:
        self._ask("begin")

    def late_ms(self, percent: float) -> float:
        """That percentile since `begin`."""
        return float(self._ask(f"{percent}"))

    def _ask(self, words: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


def main() -> None:
    application = QCoreApplication([])
    heart = Heartbeat()

    def asked() -> None:
        words = os.read(sys.stdin.fileno(), 64).decode().split()
        for word in words:
            if word == "begin":
                heart.restart()
                print("0", flush=True)
            else:
                print(percentile(heart.late_ms, float(word)), flush=True)
        if not words:
            application.quit()

    listener = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    listener.activated.connect(asked)
    application.exec()


if __name__ == "__main__":
    main()
