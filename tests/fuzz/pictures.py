"""Broken pictures: each is read, or refused in one sentence; the process lives, and is quick.

They are read in child processes, so that a crash or a hang is one failure and not the end. In a child, memory is
bounded: what asks for more must say so in a sentence, too.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from fuzz.picture_changes import broken

SECONDS = 10.0
MEMORY = 4 * 2**30
CHILDREN = 2


def run(count: int, seed: int = 0) -> int:
    """Read `count` broken pictures; how many did not end as they must. Each of those is told on stderr."""
    numbers, lock = iter(range(count)), threading.Lock()
    failures: list[str] = []

    def work() -> None:
        with Reader(seed) as reader:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                if trouble := reader.read(number):
                    failures.append(trouble)
                    print(f"picture {number} of seed {seed} ({broken(number, seed)[0]}): {trouble}", file=sys.stderr)

    threads = [threading.Thread(target=work) for _ in range(CHILDREN)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(failures)


class Reader:
    """A child that reads pictures, and another one when it dies."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._pipe: Connection | None = None
        self._child: multiprocessing.process.BaseProcess | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, number: int) -> str:
        """What went wrong, or nothing."""
        if self._pipe is None:
            self._start()
        assert self._pipe is not None
        assert self._child is not None
        self._pipe.send(number)
        if not self._answers_in_time():
            self._end()
            return f"hung for {SECONDS:g} seconds"
        try:
            return str(self._pipe.recv())
        except EOFError:
            self._child.join()
            code = self._child.exitcode
            self._end()
            return f"the process died with {code}"

    def _answers_in_time(self) -> bool:
        """A busy computer is no hang: a child that waits for a processor gets six times as long."""
        assert self._pipe is not None
        assert self._child is not None
        began, used = time.monotonic(), _processor_seconds(self._child.pid)
        while not self._pipe.poll(SECONDS):
            too_much = _processor_seconds(self._child.pid) - used >= SECONDS / 2
            if too_much or time.monotonic() - began >= 6 * SECONDS:
                return False
        return True

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs, self._seed), daemon=True)
        self._child.start()
        theirs.close()
        self._pipe.recv()  # it is up: its imports are not part of a picture's time

    def _end(self) -> None:
        if self._child:
            self._child.kill()
            self._child.join()
        if self._pipe:
            self._pipe.close()
        self._pipe = self._child = None


def _processor_seconds(pid: int | None) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _serve(pipe: Connection, seed: int) -> None:
    _bound_memory()

    broken(0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # as in a parsing process: libtiff writes there
    pipe.send("up")
    for number in _received(pipe):
        pipe.send(attempt(broken(number, seed)[1]))


def misbehave(pipe: Connection, seed: int) -> None:
    """In place of `_serve`, to test what becomes of readers that die (picture 1) or hang (picture 2)."""
    pipe.send("up")
    for number in _received(pipe):
        if number == 1:
            os._exit(7)
        if number == 2:
            time.sleep(60)
        pipe.send("")


def _received(pipe: Connection) -> Iterator[int]:
    while True:
        try:
            yield int(pipe.recv())
        except EOFError:
            return


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def attempt(data: bytes) -> str:
    """Read `data` as the program would; what went wrong, or nothing. What is kept must read as the same pixels."""
    from fanlight.domain.errors import PictureError
    from fanlight.pictures.decode import read_bytes

    try:
        picture = read_bytes(data, "broken.png", longest_side=200)
    except PictureError as error:
        said = error.message
        fine = said.endswith(".") and "\n" not in said and len(said) < 200 and error.hint
        return "" if fine else f"a sentence nobody can use: {said!r}"
    except BaseException:
        return traceback.format_exc()
    try:
        again = read_bytes(picture.data, longest_side=200)
    except PictureError as error:
        return f"what is kept cannot be read: {error.message} {error.__cause__!r}"
    if again.image != picture.image:
        return f"what is kept reads as {again.image}, not as {picture.image}"
    return ""


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(1 if run(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int((sys.argv[2:] or ["0"])[0])) else 0)
