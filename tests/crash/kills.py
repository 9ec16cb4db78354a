"""`kill -9` at a random moment, and a disk that fills up at one."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crash.case import Case
from crash.child import Moment, run_until_killed
from crash.tally import Tally

RUNS_IN_A_FOLDER = 20
"""Each goes on where the one before was killed."""
LONGEST_SECONDS = 0.5
DISK_MB = 8


def killed(case: Case, runs: int, seed: int) -> Tally:
    """Random `kill -9`, each fourth also while it starts."""
    tally = Tally(case.name, "kill -9")
    chance = random.Random(seed)
    said: list[str] = []
    with tempfile.TemporaryDirectory() as top:
        for number in range(runs):
            folder, said = _folder(case, Path(top), number, said if number % RUNS_IN_A_FOLDER else [])
            moment = Moment(chance.uniform(0, LONGEST_SECONDS), from_start=number % 4 == 3)
            said += run_until_killed(case, folder, seed + number, moment, _nothing)
            said = _look(case, folder, said, tally, chance, last=_is_last(number, runs))
    return tally


def full(case: Case, runs: int, seed: int) -> Tally:
    """Every other run by a limit on the size of files; where a file system can be mounted, the others on a small one
    that has little room left."""
    tally = Tally(case.name, "full disk")
    chance = random.Random(seed)
    said: list[str] = []
    with tempfile.TemporaryDirectory() as top, _small_disk(Path(top) / "small") as small:
        for number in range(runs):
            on_small = small is not None and number // RUNS_IN_A_FOLDER % 2 == 1
            place = small if on_small and small is not None else Path(top)
            folder, said = _folder(case, place, number, said if number % RUNS_IN_A_FOLDER else [])
            filler = place / "filler"
            before: Callable[[], None] = _nothing
            if on_small:
                _fill(filler, chance.randrange(400_000))
            elif number % RUNS_IN_A_FOLDER:  # the first one has room: there is something to lose then
                most = _largest(folder) + chance.randrange(-20_000, 200_000)
                before = _limit(max(0, most))
            moment = Moment(chance.uniform(0.1, LONGEST_SECONDS))
            said += run_until_killed(case, folder, seed + number, moment, before)
            filler.unlink(missing_ok=True)
            said = _look(case, folder, said, tally, chance, last=_is_last(number, runs))
    return tally


def _look(case: Case, folder: Path, said: list[str], tally: Tally, chance: random.Random, *, last: bool) -> list[str]:
    """The promises that hold from here on."""
    if case.checked_rarely and not last and chance.random() < 0.5:
        tally.skip()
        return said
    return tally.add(case.check(folder, said), said)


def _is_last(number: int, runs: int) -> bool:
    """Of its folder."""
    return number % RUNS_IN_A_FOLDER == RUNS_IN_A_FOLDER - 1 or number == runs - 1


def _folder(case: Case, top: Path, number: int, said: list[str]) -> tuple[Path, list[str]]:
    """A new one for each RUNS_IN_A_FOLDER, and none of the promises made in another."""
    folder = top / f"run {number // RUNS_IN_A_FOLDER}"
    if number % RUNS_IN_A_FOLDER == 0:
        for old in top.glob("run *"):
            shutil.rmtree(old)
        case.prepare(folder)
    return folder, said


def _nothing() -> None:
    pass


def _limit(size: int) -> Callable[[], None]:
    def lower() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return lower


def _largest(folder: Path) -> int:
    return max((path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0)


def _fill(filler: Path, left: int) -> None:
    """Take all the room but so many bytes."""
    disk = os.statvfs(filler.parent)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, disk.f_bavail * disk.f_frsize - left))


@contextmanager
def _small_disk(place: Path) -> Iterator[Path | None]:
    """A file system of its own; None where none can be mounted."""
    place.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(place)], check=False, capture_output=True
        ).returncode
    )
    try:
        yield place if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=False)
