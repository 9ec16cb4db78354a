"""Speech programs as child processes: text goes in through a pipe, sound comes out, `stop` ends them.

This is one of the few places where Fanlight starts other programs: speech synthesis comes as programs (Piper is GPL,
which keeps it out of this process), and one that crashes or hangs must not take the window with it.
"""

from __future__ import annotations

import subprocess  # noqa: TID251 - see above
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from fanlight.domain.errors import SpeakerError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _

SECONDS = 30.0
"""For one sentence, or for a list of voices."""
POLL_SECONDS = 0.05
_HIDDEN = 0x0800_0000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW: no console flashes up."""


class SpeechProgram:
    """One run of a program, started at once; `communicate` passes the text."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Raises SpeakerError."""
        self._name = Path(command[0]).stem
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                creationflags=_HIDDEN,
            )  # fmt: skip
        except OSError as error:
            raise SpeakerError(
                _("{program} cannot be started: {reason}.").format(program=self._name, reason=os_reason(error))
            ) from error

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def communicate(self, text: str, stop: Event, seconds: float = SECONDS) -> bytes:
        """Its whole output; b"" when it was stopped. Raises SpeakerError."""
        until = time.monotonic() + seconds
        given: bytes | None = text.encode("utf-8", "replace")
        try:
            while not stop.is_set():
                try:
                    out, errors = self._process.communicate(given, timeout=POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    given = None  # passed once; communicate() goes on writing the rest
                    if time.monotonic() > until:
                        raise _timed_out(self._name, seconds) from None
                    continue
                if self._process.returncode:
                    words = errors.decode("utf-8", "replace").strip().splitlines()
                    reason = words[-1] if words else _("exit status {code}").format(code=self._process.returncode)
                    raise _failed(self._name, reason)
                return out
            return b""
        finally:
            self.end()

    def end(self) -> None:
        """Kill it if it still runs, and close its pipes. May be called again."""
        if self.running:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                try:
                    pipe.close()
                except OSError:  # its unread input cannot be flushed
                    continue


class SpeechServer:
    """A program that keeps running: for each line of text it prints a line that contains `mark` when it is done."""

    def __init__(self, command: Sequence[str], mark: str) -> None:
        """Raises SpeakerError."""
        self._name, self._mark = Path(command[0]).stem, mark
        self._output: SimpleQueue[str | None] = SimpleQueue()
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, creationflags=_HIDDEN
            )
        except OSError as error:
            raise SpeakerError(
                _("{program} cannot be started: {reason}.").format(program=self._name, reason=os_reason(error))
            ) from error
        self._reader = Thread(target=self._read_output, name="voice program", daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def speak_line(self, text: str, stop: Event, seconds: float = SECONDS) -> str:
        """The line with `mark`; "" when it was stopped. Raises SpeakerError."""
        assert self._process.stdin
        until, last = time.monotonic() + seconds, _("it has ended")
        try:
            self._process.stdin.write(" ".join(text.split()).encode("utf-8", "replace") + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise SpeakerError(_("{program} is no longer running.").format(program=self._name)) from error
        while not stop.is_set() and time.monotonic() < until:
            try:
                line = self._output.get(timeout=POLL_SECONDS)
            except Empty:
                continue
            if line is None:
                raise _failed(self._name, last)
            if self._mark in line:
                return line
            last = line or last
        if stop.is_set():
            return ""
        raise _timed_out(self._name, seconds)

    def end(self) -> None:
        if self.running:
            self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue

    def _read_output(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._output.put(line.decode("utf-8", "replace").strip())
        self._output.put(None)


def _timed_out(program: str, seconds: float) -> SpeakerError:
    return SpeakerError(
        _("{program} did not respond within {seconds} s.").format(program=program, seconds=round(seconds))
    )


def _failed(program: str, reason: str) -> SpeakerError:
    return SpeakerError(_("{program} could not speak: {reason}.").format(program=program, reason=reason.rstrip(".")))


def run(
    command: Sequence[str], text: str = "", stop: Event | None = None, env: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> bytes:  # fmt: skip
    """The output of one run; b"" when it was stopped. Raises SpeakerError."""
    return SpeechProgram(command, env).communicate(text, stop or Event(), seconds)
