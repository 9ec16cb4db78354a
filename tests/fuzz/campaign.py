"""Many cases of one kind: a few at a time, until all are done or the time is over; what is done is kept for the next
run."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.child import GOOD, Outcome

PROGRESS = Path(__file__).parent / ".work" / "progress.json"
_SECONDS_BETWEEN_NOTES = 5.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """`what` was done to the file of that number, and what came of it."""

    number: int
    what: str
    outcome: Outcome
    said: str
    seconds: float

    @property
    def failed(self) -> bool:
        return self.outcome not in GOOD


Attempts = Callable[[Iterable[int], int], Iterator[Attempt]]
"""Tries the cases of these numbers, one after the other, in a child of its own; the second argument is the seed."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`count`: of a whole campaign. `workers`: how many are tried at a time."""

    name: str
    count: int
    attempts: Attempts
    workers: int = 2


@dataclass(slots=True)
class Done:
    """Of one kind, over all runs. `upto`: the number of the next case."""

    upto: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0

    def add(self, attempt: Attempt) -> None:
        self.upto = attempt.number + 1
        self.outcomes[attempt.outcome] = self.outcomes.get(attempt.outcome, 0) + 1
        self.slowest = max(self.slowest, attempt.seconds)
        if attempt.failed:
            self.failures.append(f"{attempt.number} {attempt.outcome}: {attempt.what}: {attempt.said[:300]}")

    def row(self, name: str, count: int) -> str:
        told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(self.outcomes.items()))
        tried = f"{self.upto} of {count}"
        return f"{name:<12}{tried:>15}{len(self.failures):>10}{self.slowest:>10.1f}{self.seconds:>9.0f}  {told}"


HEAD = f"{'broken':<12}{'tried':>15}{'failures':>10}{'slowest s':>10}{'seconds':>9}"


class Progress:
    """On disk, for one seed."""

    def __init__(self, path: Path, seed: int, *, restart: bool = False) -> None:
        self._path, self._seed = path, seed
        self._kinds: dict[str, Done] = {}
        if not restart and path.exists():
            kept = json.loads(path.read_text("utf-8"))
            if kept["seed"] == seed:
                self._kinds = {name: Done(**values) for name, values in kept["kinds"].items()}

    def of(self, name: str) -> Done:
        return self._kinds.setdefault(name, Done())

    def forget(self, names: Iterable[str]) -> None:
        """These came to their end: the next run tries them anew."""
        for name in names:
            self._kinds.pop(name, None)
        self.write()

    def write(self) -> None:
        values = {name: {key: getattr(done, key) for key in Done.__slots__} for name, done in self._kinds.items()}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps({"seed": self._seed, "kinds": values}, indent=1), "utf-8")
        draft.replace(self._path)


class _Numbers:
    """Handed out to several threads, none after `until`."""

    def __init__(self, start: int, end: int, until: float) -> None:
        self._next, self._end, self._until = start, end, until
        self._lock = threading.Lock()

    def __iter__(self) -> _Numbers:
        return self

    def __next__(self) -> int:
        with self._lock:
            if self._next >= self._end or time.monotonic() >= self._until:
                raise StopIteration
            self._next += 1
            return self._next - 1


def run(kind: Kind, progress: Progress, seed: int, until: float) -> Done:
    """Go on where the last run ended. A failure is told at once."""
    done, began = progress.of(kind.name), time.monotonic()
    before, noted = done.seconds, began
    waiting: dict[int, Attempt] = {}
    broken: list[BaseException] = []
    lock = threading.Lock()
    numbers = _Numbers(done.upto, kind.count, until)

    def work() -> None:
        try:
            try_all()
        except BaseException as error:
            broken.append(error)

    def try_all() -> None:
        nonlocal noted
        for attempt in kind.attempts(numbers, seed):
            if attempt.failed:
                print(f"  {kind.name} {attempt.number} {attempt.outcome}: {attempt.what}", file=sys.stderr)
                print(f"    {attempt.said[:500]}", file=sys.stderr, flush=True)
            with lock:
                waiting[attempt.number] = attempt
                while done.upto in waiting:
                    done.add(waiting.pop(done.upto))
                done.seconds = before + time.monotonic() - began
                if time.monotonic() - noted > _SECONDS_BETWEEN_NOTES:
                    noted = time.monotonic()
                    progress.write()

    threads = [
        threading.Thread(target=work, name=f"{kind.name} {number}", daemon=True) for number in range(kind.workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    progress.write()
    if broken:
        raise broken[0]
    return done


def tried(numbers: Iterable[int], attempts: Attempts, seed: int) -> Counter[str]:
    """The outcomes, for a test; fails at the first that is wrong."""
    found: Counter[str] = Counter()
    for attempt in attempts(numbers, seed):
        assert not attempt.failed, f"{attempt.number} {attempt.outcome}: {attempt.what}: {attempt.said}"
        found[attempt.outcome] += 1
    return found
