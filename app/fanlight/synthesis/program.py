"""Programs that speak, run as processes of their own: text goes in by a pipe, sound comes out, `stop` ends them.

Fanlight starts foreign programs in few places, and this is one: speech synthesis comes as programs (Piper is GPL, which
keeps it out of this process), and one that crashes or hangs must not take the window with it.
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

SECONDS = 30.0
"""For one sentence, or for a list of voices."""
LOOK_SECONDS = 0.05
_HIDDEN = 0x0800_0000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW: no console flashes up."""


class SpeechProgram:
    """One run. It is started at once; `talk` gives it its text."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Raises SpeakerError."""
        self._name = Path(command[0]).stem
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                creationflags=_HIDDEN,
            )  # fmt: skip
        except OSError as error:
            raise SpeakerError(f"{self._name} cannot be started: {error.strerror or error}.") from error

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def talk(self, text: str, stop: Event, seconds: float = SECONDS) -> bytes:
        """What it writes until its end; b"" when it was stopped. Raises SpeakerError."""
        until = time.monotonic() + seconds
        given: bytes | None = text.encode("utf-8", "replace")
        try:
            while not stop.is_set():
                try:
                    out, said = self._process.communicate(given, timeout=LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    given = None  # it may be given once; the rest of it goes on to be written
                    if time.monotonic() > until:
                        raise SpeakerError(f"{self._name} did not answer within {seconds:.0f} s.") from None
                    continue
                if self._process.returncode:
                    words = said.decode("utf-8", "replace").strip().splitlines()
                    why = words[-1] if words else f"it ended with {self._process.returncode}"
                    raise SpeakerError(f"{self._name} could not speak: {why.rstrip('.')}.")
                return out
            return b""
        finally:
            self.end()

    def end(self) -> None:
        """May be called again."""
        if self.running:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                try:
                    pipe.close()
                except OSError:  # what was still to be written to it has nobody to read it
                    continue


class SpeechServer:
    """A program that stays: a line of text goes in, and a line with `mark` in it says that this one is done."""

    def __init__(self, command: Sequence[str], mark: str) -> None:
        """Raises SpeakerError."""
        self._name, self._mark = Path(command[0]).stem, mark
        self._said: SimpleQueue[str | None] = SimpleQueue()
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, creationflags=_HIDDEN
            )
        except OSError as error:
            raise SpeakerError(f"{self._name} cannot be started: {error.strerror or error}.") from error
        self._reader = Thread(target=self._read, name="voice program", daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def ask(self, text: str, stop: Event, seconds: float = SECONDS) -> str:
        """The line that says it is done; "" when it was stopped. Raises SpeakerError."""
        assert self._process.stdin
        until, last = time.monotonic() + seconds, "it ended"
        try:
            self._process.stdin.write(" ".join(text.split()).encode("utf-8", "replace") + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise SpeakerError(f"{self._name} does not run any more.") from error
        while not stop.is_set() and time.monotonic() < until:
            try:
                line = self._said.get(timeout=LOOK_SECONDS)
            except Empty:
                continue
            if line is None:
                raise SpeakerError(f"{self._name} could not speak: {last.rstrip('.')}.")
            if self._mark in line:
                return line
            last = line or last
        if stop.is_set():
            return ""
        raise SpeakerError(f"{self._name} did not answer within {seconds:.0f} s.")

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

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._said.put(line.decode("utf-8", "replace").strip())
        self._said.put(None)


def run(
    command: Sequence[str], text: str = "", stop: Event | None = None, env: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> bytes:  # fmt: skip
    """What it writes. Raises SpeakerError."""
    return SpeechProgram(command, env).talk(text, stop or Event(), seconds)
