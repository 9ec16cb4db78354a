"""The lock of a home: one holder, and none left behind by a process that is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fanlight.ipc.instance_lock import FileLock

HOLD = "import sys, time; from pathlib import Path; from fanlight.ipc.instance_lock import FileLock; \
lock = FileLock(Path(sys.argv[1])); print(lock.acquire(), flush=True); time.sleep(60)"


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    first.release()
    assert second.acquire()
    second.release()


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of POSIX")
def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    lock = FileLock(path)
    assert not lock.acquire()
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=30)
    assert lock.acquire()
    lock.release()


def test_where_nothing_can_be_locked_the_window_opens_all_the_same(tmp_path: Path) -> None:
    assert FileLock(tmp_path / "missing" / "lock").acquire()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_the_file_is_for_this_user_alone(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    lock.acquire()
    assert (tmp_path / "lock").stat().st_mode & 0o077 == 0
    lock.release()
