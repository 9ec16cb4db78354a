"""The parsing processes that there are: reused, replaced, at most a few of a kind."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from fanlight.i18n import language_in_use
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import ParserCrashed, ParsingStopped
from fanlight.parsing.launching import ParserKind
from fanlight.parsing.process import LOOK_SECONDS, ParserProcess

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag
    from fanlight.parsing.child import ParsingTask

T = TypeVar("T")


class ParserPool:
    """The processes of one kind. Any thread."""

    def __init__(self, kind: ParserKind) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(kind.processes)
        self._idle: list[ParserProcess] = []
        self._busy: list[ParserProcess] = []
        self._ends = 0  # calls of `end_all`

    def prepare(self) -> None:
        """Have a process started ahead of the first request; returns before it is ready. Raises ParsingFailure."""
        with self._lock:
            if not self._busy and not any(process.fresh for process in self._idle):
                self._idle.append(ParserProcess(self._kind))

    def run(
        self, task: ParsingTask, values: Mapping[str, Any], blobs: Sequence[bytes] = (), files: Sequence[int] = (),
        *, seconds: float, stop: StopFlag | None = None, meanwhile: Callable[[], object] | None = None,
    ) -> Generator[Packet, None, None]:  # fmt: skip
        """What `task` yields in a process; each packet may take `seconds`. `files` stay the caller's. `stop` ends the
        process at once. `meanwhile` is called while the process works. Raises ParsingFailure."""
        named = {**values, "task": f"{task.__module__}:{task.__qualname__}"}
        request = Packet(named, blobs, files)
        with self._leased(stop) as process:
            yield from process.run(request, seconds, stop, meanwhile)

    def call(
        self, task: ParsingTask, values: Mapping[str, Any], blobs: Sequence[bytes] = (), files: Sequence[int] = (),
        *, check: Callable[[Packet], T], seconds: float, stop: StopFlag | None = None,
    ) -> T:  # fmt: skip
        """As `run`, for a task that yields once: what `check` makes of it. Where that raises, the process is ended: a
        file has taken it over."""
        results: list[T] = []
        with closing(self.run(task, values, blobs, files, seconds=seconds, stop=stop)) as replies:
            for reply in replies:
                if results:
                    raise ParserCrashed("a second answer")
                results.append(check(reply))
        if not results:
            raise ParserCrashed("no answer")
        return results[0]

    def protections(self) -> tuple[str, ...]:
        """What the system enforces on such a process. Raises ParsingFailure."""
        with self._leased(None) as process:
            return process.protections or ()

    def end_all(self) -> None:
        """Kill every process. Requests that run or wait raise ParsingStopped; later ones find a new process."""
        with self._lock:
            self._ends += 1
            idle, self._idle = self._idle, []
            for process in self._busy:
                process.kill(stopped=True)
        for process in idle:
            process.close()

    @property
    def busy(self) -> bool:
        with self._lock:
            return bool(self._busy)

    @property
    def pids(self) -> list[int]:
        with self._lock:
            return [process.pid for process in (*self._busy, *self._idle)]

    @contextmanager
    def _leased(self, stop: StopFlag | None) -> Iterator[ParserProcess]:
        ends = self._ends
        has_place = self._found_place(stop)
        try:
            if ends != self._ends:
                raise ParsingStopped
            process = self._ready(stop)
            try:
                yield process
            finally:
                self._give_back(process)
        finally:
            if has_place:
                self._places.release()

    def _found_place(self, stop: StopFlag | None) -> bool:
        """False: there was none for so long that a further process is started."""
        waited = 0.0
        while not self._places.acquire(timeout=LOOK_SECONDS):
            if stop is not None and stop.is_set():
                raise ParsingStopped
            waited += LOOK_SECONDS
            if waited >= self._kind.wait_seconds:
                return False
        return True

    def _ready(self, stop: StopFlag | None) -> ParserProcess:
        """One that waits and is alive, or a new one."""
        process = self._taken()
        try:
            process.await_ready(stop)
        except BaseException:
            self._give_back(process)
            raise
        return process

    def _taken(self) -> ParserProcess:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.fresh and process.language == language_in_use():
                    break
                process.close()
            else:
                process = ParserProcess(self._kind)
            self._busy.append(process)
            return process

    def _give_back(self, process: ParserProcess) -> None:
        with self._lock:
            self._busy.remove(process)
            if process.alive:
                self._idle.append(process)
            else:
                process.close()


_pools: dict[str, ParserPool] = {}
_pools_lock = threading.Lock()


def pool_of(kind: ParserKind) -> ParserPool:
    with _pools_lock:
        return _pools.setdefault(kind.name, ParserPool(kind))


def end_all() -> None:
    """Kill every parsing process: what they do is not wanted any more."""
    with _pools_lock:
        pools = tuple(_pools.values())
    for pool in pools:
        pool.end_all()


atexit.register(end_all)
