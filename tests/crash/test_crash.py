"""A few crashes of each kind in the suite; `make crash` makes many. The model of the disk itself is tested, too."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crash.case import Found
from crash.disk_model import Disk, File, change
from crash.syscalls import Call, calls
from crash.tally import Tally

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")


@pytest.mark.parametrize(
    ("name", "kills", "full", "cuts"),
    [("batch", 6, 4, 6), ("store", 6, 4, 6), ("index", 4, 2, 2), ("import", 4, 2, 2), ("backup", 4, 2, 2),
     ("restore", 3, 2, 1)],
)  # fmt: skip
def test_nothing_promised_is_lost(name: str, kills: int, full: int, cuts: int) -> None:
    """In a process of its own, which may fork."""
    seed = random.SystemRandom().randrange(10**6)
    counts = ["--kills", str(kills), "--full", str(full), "--cuts", str(cuts)]
    options = ["--only", name, *counts, "--seed", str(seed)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "crash", *options]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, f"seed {seed}\n{done.stdout}\n{done.stderr}"
    assert "kill -9" in done.stdout


def test_where_nothing_was_promised_nothing_was_tried() -> None:
    tally = Tally("a case", "kill -9")
    tally.add(Found(), [])
    assert not tally.good
    tally.add(Found(promised=1), [])
    assert tally.good
    tally.add(Found(promised=1, lost=["a question"]), [])
    assert not tally.good


LOG = r"""
10 1.0 openat(AT_FDCWD, "\x2f\x74\x6f\x70\x2f\x61", O_WRONLY|O_CREAT|O_CLOEXEC, 0600) = 5
10 1.1 write(5, "\x6f\x6e\x65", 3) = 3
11 1.2 pwrite64(5, "\x74\x77\x6f", 3, 3 <unfinished ...>
10 1.3 openat(AT_FDCWD, "\x2f\x6e\x6f", O_RDONLY) = -1 ENOENT (No such file or directory)
11 1.4 <... pwrite64 resumed>) = 3
10 1.5 fsync(5) = 0
10 1.6 rename("\x2f\x74\x6f\x70\x2f\x61", "\x2f\x74\x6f\x70\x2f\x62") = 0
"""


def test_the_record_is_read(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(LOG, "ascii")
    found = list(calls(tmp_path / "log"))
    assert [(call.name, call.strings, call.result) for call in found] == [
        ("openat", (b"/top/a",), 5),
        ("write", (b"one",), 3),
        ("pwrite64", (b"two",), 3),
        ("fsync", (), 0),
        ("rename", (b"/top/a", b"/top/b"), 0),
    ]
    assert found[2].numbers[-1] == 3


def states(disk: Disk, folder: Path) -> set[tuple[tuple[str, bytes], ...]]:
    """All that was met in 200 cuts."""
    met = set()
    for seed in range(200):
        shutil.rmtree(folder, ignore_errors=True)
        disk.after_cut(folder, random.Random(seed))
        met.add(tuple(sorted((path.name, path.read_bytes()) for path in folder.rglob("*") if path.is_file())))
    return met


def call(name: str, *strings: str, numbers: tuple[int, ...] = (), words: str = "", result: int = 0) -> Call:
    return Call(name, 0.0, tuple(one.encode() for one in strings), numbers, words, result)


def test_only_what_was_synced_is_certain(tmp_path: Path) -> None:
    top, after = tmp_path / "top", tmp_path / "after"
    top.mkdir()
    disk = Disk(top)
    disk.feed(call("openat", f"{top}/a", numbers=(0o600,), words="O_CREAT", result=5))
    disk.feed(call("write", "old", numbers=(5, 3), result=3))
    assert states(disk, after) == {(), (("a", b""),), (("a", b"old"),)}
    disk.feed(call("fsync", numbers=(5,)))
    assert states(disk, after) == {(), (("a", b"old"),)}, "its name is not synced"
    disk.feed(call("openat", str(top), words="O_RDONLY|O_DIRECTORY", result=6))
    disk.feed(call("fsync", numbers=(6,)))
    assert states(disk, after) == {(("a", b"old"),)}
    disk.feed(call("pwrite64", "new", numbers=(5, 3, 0), result=3))
    disk.feed(call("rename", f"{top}/a", f"{top}/b"))
    assert states(disk, after) == {((name, content),) for name in "ab" for content in (b"old", b"new")}
    disk.feed(call("fsync", numbers=(5,)))
    disk.feed(call("fsync", numbers=(6,)))
    assert states(disk, after) == {(("b", b"new"),)}


def test_a_write_can_be_torn_and_leave_a_hole() -> None:
    file = File()
    for place, data in ((0, b"a" * 1024), (2048, b"b" * 512)):
        change(file.now, place, data)
        file.pending.append((place, data))
    met = {file.after_cut(random.Random(seed)) for seed in range(300)}
    assert {b"", bytes(2048) + b"b" * 512, b"a" * 512, b"a" * 1024 + bytes(1024) + b"b" * 512} <= met
    assert all(len(content) % 512 == 0 for content in met)
