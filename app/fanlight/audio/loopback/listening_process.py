"""A process that hears what the computer plays, seen from Fanlight."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess  # noqa: TID251 - a sound library that hangs must not be ours
import sys
import threading

from fanlight.audio.loopback.backend import LoopbackEnded, OnLoopback, OutputHeard, OutputMissing
from fanlight.audio.loopback.frames import BLOCK, FAILED, NO_OUTPUT, OUTPUT, read_frames
from fanlight.domain.own_python import with_own_modules

log = logging.getLogger(__name__)

LONGEST_NAME = 200


class ListeningProcess:
    """A `Loopback`. `module` is run as the program of the process."""

    def __init__(self, module: str, on_loopback: OnLoopback) -> None:
        self._module, self._on_loopback = module, on_loopback
        self._closed = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, name="loopback", daemon=True).start()

    def close(self) -> None:
        with self._lock:
            self._closed.set()
            if self._process is not None:
                self._process.kill()

    # On a thread of its own, from the start of the process to its end.

    def _listen(self) -> None:
        reason = self._start() or self._read()
        if not self._closed.is_set():
            log.info("what is played is not heard any more: %s", reason)
            self._on_loopback(LoopbackEnded(reason))

    def _start(self) -> str:
        """Why it could not be started; "" where it runs, or is not wanted any more."""
        with self._lock:
            if self._closed.is_set():
                return ""
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", self._module],
                    env=with_own_modules(os.environ),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:
                return str(error)
        return ""

    def _read(self) -> str:
        """What came last, or the exit status."""
        process, reason = self._process, ""
        if process is None:
            return ""
        assert process.stdout is not None
        assert process.stdin is not None
        with process.stdout as stdout:
            for kind, data in read_frames(stdout):
                if self._closed.is_set():
                    break
                if kind == BLOCK:
                    self._on_loopback(data)
                elif kind == OUTPUT:
                    self._on_loopback(OutputHeard(_name(data)))
                elif kind == NO_OUTPUT:
                    self._on_loopback(OutputMissing())
                elif kind == FAILED:
                    reason = _name(data)
        process.kill()
        with contextlib.suppress(OSError):
            process.stdin.close()
        status = process.wait()
        return reason or f"exit {status}"


def _name(data: bytes) -> str:
    return "".join(c if c.isprintable() else " " for c in data.decode("utf-8", "replace"))[:LONGEST_NAME].strip()
