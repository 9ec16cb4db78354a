"""A process that tries one case after the other, and is replaced when it dies or hangs."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

import psutil

MEMORY_BYTES = 8 << 30
LONGEST_SENTENCE = 400
_BUSY = 6
"""How much longer a case may take that waits for a processor: a busy computer is no hang."""

Outcome = Literal["answered", "refused", "contained", "died", "hung", "wrong"]
"""`contained`: a parsing process of the child's died of it, or was ended, and the child said so."""
Told = tuple[Outcome, str]
Try = Callable[[Any], Told]
GOOD = ("answered", "refused", "contained")


def told_of(error: Exception, known: type[Exception]) -> Told:
    """A sentence with a hint is a refusal, anything else is wrong. `known` is a FanlightError."""
    if not isinstance(error, known):
        return "wrong", f"{type(error).__name__}: {error}"
    message, hint = str(error), getattr(error, "hint", "")
    plain = 10 < len(message) < LONGEST_SENTENCE and "\n" not in message and bool(hint)
    return ("refused" if plain else "wrong"), message


def _serve(pipe: Connection, log: str, prepare: Callable[[], Try], memory_bytes: int) -> None:
    """The child: tries cases until the pipe closes. What libraries write goes to `log`."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    attempt = prepare()
    pipe.send("ready")
    while True:
        try:
            case = pipe.recv()
        except EOFError:
            return
        pipe.send(attempt(case))


class Child:
    """`prepare` is called in the process, and returns what tries a case there."""

    def __init__(self, log: Path, prepare: Callable[[], Try], seconds: float, memory_bytes: int = MEMORY_BYTES) -> None:
        self._log, self._prepare, self._seconds, self._memory_bytes = log, prepare, seconds, memory_bytes
        self._context = multiprocessing.get_context("spawn")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def ask(self, case: Any) -> Told:
        if self._process is None or not self._process.is_alive() or self._pipe is None:
            self._start()
        assert self._pipe is not None
        assert self._process is not None
        mark = self._log.stat().st_size if self._log.exists() else 0
        try:
            self._pipe.send(case)
            if not self._answers_in_time():
                self.close()
                return "hung", f"for {self._seconds:g} s: {self._tail(mark)}"
            outcome, said = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(5)
            code = self._process.exitcode
            self.close()
            return "died", f"exit {code}: {self._tail(mark)}"
        return outcome, said

    def _answers_in_time(self) -> bool:
        assert self._pipe is not None
        assert self._process is not None
        began, used = time.monotonic(), _processor_seconds(self._process.pid)
        while not self._pipe.poll(self._seconds):
            too_much = _processor_seconds(self._process.pid) - used >= self._seconds / 2
            if too_much or time.monotonic() - began >= _BUSY * self._seconds:
                return False
        return True

    def _start(self) -> None:
        self.close()
        ours, theirs = self._context.Pipe()
        how = (theirs, str(self._log), self._prepare, self._memory_bytes)
        self._process = self._context.Process(target=_serve, args=how, daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours
        ours.recv()  # its imports are not part of a case's time

    def _tail(self, mark: int) -> str:
        if not self._log.exists():
            return ""
        with self._log.open("rb") as file:
            file.seek(mark)
            lines = file.read().decode("utf-8", "replace").splitlines()
        told = [
            line for line in lines if "ASSERT" in line or "terminate" in line or "what()" in line or "abort" in line
        ]
        return " | ".join(told[-3:] or lines[-2:])[:500]

    def close(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None


def _processor_seconds(pid: int | None) -> float:
    """Its own, and those of the processes that it has started."""
    try:
        process = psutil.Process(pid)
        times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return 0.0
    return float(sum(each.user + each.system for each in times))
