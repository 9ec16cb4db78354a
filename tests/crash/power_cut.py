"""A power cut at a random moment: what a run has written is recorded and played back up to there, and of what was not
synced some is dropped, torn, or out of order (`disk_model`). One record serves for many cuts."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from crash.case import Case
from crash.disk_model import Disk
from crash.syscalls import Call, calls, traced
from crash.tally import Tally

CUTS_IN_A_RECORD = 20
_MOST_RECORDS = 6
SECONDS = 2.0
"""Behind the time in which what was promised may be lost."""


def cut(name: str, case: Case, cuts: int, seed: int) -> Tally:
    """Raises FileNotFoundError without `strace`."""
    tally = Tally(case.name, "power cut")
    chance = random.Random(seed)
    for number in range(0, cuts, CUTS_IN_A_RECORD):
        with tempfile.TemporaryDirectory() as top:
            folder = Path(top) / "recorded"
            for again in range(_MOST_RECORDS):
                shutil.rmtree(folder, ignore_errors=True)
                case.prepare(folder)
                disk = Disk(folder)
                record = _recorded(name, case, folder, seed + number + again)
                if _holds_something(case, record):
                    break
            _replay(case, disk, record, min(CUTS_IN_A_RECORD, cuts - number), chance, Path(top), tally)
    return tally


def _recorded(name: str, case: Case, folder: Path, seed: int) -> list[Call]:
    log = folder.with_name("log")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "FANLIGHT_HOME": str(folder / "home")}
    traced(["-m", "crash.child", name, str(folder), str(seed)], case.lag_seconds + SECONDS, log, env)
    return list(calls(log))


def _holds_something(case: Case, record: Sequence[Call]) -> bool:
    """Whether a promise is old enough at its end: a run may be over, or the computer slow, before that."""
    end = max((call.at for call in record if "write" in call.name or "sync" in call.name), default=0.0)
    return any(at <= end - case.lag_seconds for call in record for at, _line in _promises(case, call))


def _promises(case: Case, call: Call) -> list[tuple[float, str]]:
    if call.name != "write" or call.numbers[0] != 1 or not call.strings:
        return []
    lines = call.strings[0].decode("utf-8", "replace").splitlines()
    return [(call.at, line) for line in lines if line.startswith(case.promises)]


def _replay(
    case: Case, disk: Disk, record: Sequence[Call], cuts: int, chance: random.Random, top: Path, tally: Tally
) -> None:
    writes = [i for i, call in enumerate(record) if "write" in call.name or "sync" in call.name]
    places = sorted([*chance.choices(writes, k=cuts - 1), writes[-1]])
    said: list[tuple[float, str]] = []
    for i, call in enumerate(record):
        while places and places[0] == i:
            places.pop(0)
            target = top / "after"
            shutil.rmtree(target, ignore_errors=True)
            disk.after_cut(target, chance)
            held = [line for at, line in said if at <= call.at - case.lag_seconds or line.startswith(case.standing)]
            tally.add(case.check(target, held), held)
        said += _promises(case, call)
        disk.feed(call)
