"""Random sequences of faults: connections that break in every way, kills at any byte, power cuts, wrong bytes, mirrors.
After each step the file is right or absent, and in the end it is there."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from fanlight.domain.downloads import DownloadDone, DownloadFailed, FailureReason
from fanlight.fetch import part_file
from fanlight.fetch.part_file import PartFile
from fuzz.campaign import Attempt
from fuzz.child import Outcome
from support.fetching import COMMIT, NAME, PATIENCE, REPOSITORY, content_of, fetch_here, order_of, wanted
from support.hub_server import Fault, HubServer

SIZE = 2_000_000
MOST_RUNS = 30
BREAKING = ("cut", "reset", "long", "chunked", "nonsense", "silent")
MORE_EXPECTED = 0.01
"""Of the file: what may come twice where nothing but the connection and the process failed."""


@dataclass(frozen=True)
class FaultRun:
    """What one sequence came to. `arrived`: bytes that were written, over all runs."""

    seed: int
    runs: int
    arrived: int
    is_gentle: bool
    wrong: str

    @property
    def failed(self) -> bool:
        return bool(self.wrong) or (self.is_gentle and self.arrived > SIZE * (1 + MORE_EXPECTED))


class Killed(BaseException):
    """The process is gone: nothing after it runs but what a system does, which closes files."""


def attempts(numbers: Iterable[int], seed: int = 0) -> Iterator[Attempt]:
    for number in numbers:
        began = time.monotonic()
        result = run_sequence(seed * 100_000 + number)
        more = f"{result.arrived} bytes arrived of {SIZE}"
        outcome: Outcome = "wrong" if result.failed else "answered"
        yield Attempt(number, f"{result.runs} runs", outcome, result.wrong or more, time.monotonic() - began)


def run_sequence(seed: int) -> FaultRun:
    chance = random.Random(seed)
    is_gentle = chance.random() < 0.5
    hub, mirror = HubServer(), HubServer()
    mirror.says_size = False
    try:
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"no_proxy": "127.0.0.1"}):
            return _Run(chance, seed, is_gentle, Path(folder) / "model", hub, mirror).through()
    finally:
        hub.stop()
        mirror.stop()


class _Run:
    def __init__(
        self, chance: random.Random, seed: int, is_gentle: bool, folder: Path, hub: HubServer, mirror: HubServer
    ) -> None:
        self._chance, self._seed, self._is_gentle, self._folder = chance, seed, is_gentle, folder
        self._content = content_of(SIZE, seed)
        self._servers = (hub, mirror)
        addresses = [server.put(REPOSITORY, COMMIT, NAME, self._content) for server in self._servers]
        used = addresses[: chance.choice((1, 2))]
        parts = chance.choice((0, 0, 100_000))
        patience = replace(PATIENCE, stall_seconds=0.3)
        self._order = order_of(folder, wanted(self._content, *used, parts=parts), patience=patience)
        self._arrived, self._boot = 0, 0

    def through(self) -> FaultRun:
        for number in range(1, MOST_RUNS + 1):
            self._plan(number)
            kill_at = self._chance.randrange(SIZE) if self._chance.random() < 0.5 and number < 12 else None
            end = self._run(kill_at)
            if (wrong := self._wrong(end)) or isinstance(end, DownloadDone):
                return FaultRun(self._seed, number, self._arrived, self._is_gentle, wrong)
        return FaultRun(self._seed, MOST_RUNS, self._arrived, self._is_gentle, "it never came to its end")

    def _plan(self, number: int) -> None:
        for server in self._servers:
            server.hub.plan.clear()
            server.cdn.plan.clear()
            if number < 12:
                server.hub.plan.extend(self._lead_fault() for _unused in range(self._chance.randrange(4)))
                server.cdn.plan.extend(self._content_fault() for _unused in range(self._chance.randrange(4)))

    def _lead_fault(self) -> Fault | None:
        statuses = (429, 500, 502, 503, 504)
        if self._chance.random() < 0.5:
            return None
        return Fault("status", status=self._chance.choice(statuses), headers={"Retry-After": "1"})

    def _content_fault(self) -> Fault | None:
        at = self._chance.choice((0, 1, SIZE // 2, SIZE - 1, self._chance.randrange(SIZE)))
        kinds = [*BREAKING, "status"] if self._is_gentle else [*BREAKING, "status", "wrong", "no ranges"]
        kind = self._chance.choice(kinds)
        return None if self._chance.random() < 0.2 else Fault(kind, at=at, status=self._chance.choice((403, 500, 503)))

    def _run(self, kill_at: int | None) -> object:
        with _killing(kill_at, self), mock.patch.object(part_file, "_boot_id", return_value=str(self._boot)):
            try:
                return fetch_here(self._order).end
            except Killed:
                if not self._is_gentle and self._chance.random() < 0.5:
                    self._cut_power()
                return None

    def _cut_power(self) -> None:
        """What was written last is lost: cut off, or zeros."""
        self._boot += 1
        draft = self._folder / f"{NAME}.part"
        size = draft.stat().st_size if draft.exists() else 0
        if not size:
            return
        kept = self._chance.randrange(size)
        data = draft.read_bytes()[:kept]
        draft.write_bytes(data + bytes(size - kept) * self._chance.choice((0, 1)))

    def _wrong(self, end: object) -> str:
        target = self._folder / NAME
        if target.exists() and target.read_bytes() != self._content:
            return "the file is there, and wrong"
        if isinstance(end, DownloadDone) and not target.exists():
            return "it is said to be there, and is not"
        if isinstance(end, DownloadFailed) and end.reason in (FailureReason.CRASHED, FailureReason.BUSY):
            return end.message
        return ""

    def count(self, size: int) -> int:
        self._arrived += size
        return self._arrived


@contextmanager
def _killing(kill_at: int | None, counted: _Run) -> Iterator[None]:
    """Counts what is written to parts; the process ends in the middle of the write that would pass `kill_at`."""
    real = PartFile._append
    written = 0

    def append(self: PartFile, view: memoryview) -> None:
        nonlocal written
        if kill_at is not None and written + len(view) > kill_at:
            rest = view[: kill_at - written]
            real(self, rest)
            counted.count(len(rest))
            raise Killed
        real(self, view)
        written += len(view)
        counted.count(len(view))

    with mock.patch.object(PartFile, "_append", append):
        yield
