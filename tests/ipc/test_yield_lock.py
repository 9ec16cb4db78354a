"""While somebody speaks in the window, other processes' transcriptions wait, and not for ever."""

from __future__ import annotations

from pathlib import Path

from fanlight.ipc.yield_lock import FILE, POLL_SECONDS, YieldLock, YieldWaiter


def courtesy(home: Path, slept: list[float] | None = None, most: float = 10 * POLL_SECONDS) -> YieldWaiter:
    return YieldWaiter(home, most, (slept if slept is not None else []).append)


def test_nobody_waits_where_nobody_speaks_and_no_file_is_made_for_it(tmp_path: Path) -> None:
    assert list(courtesy(tmp_path).wait_until_free()) == []
    assert not (tmp_path / FILE).exists()


def test_whoever_looks_waits_until_the_key_is_up(tmp_path: Path) -> None:
    lock, slept = YieldLock(tmp_path), list[float]()
    assert lock.acquire()
    waiting = courtesy(tmp_path, slept).wait_until_free()
    next(waiting), next(waiting)
    lock.release()
    assert list(waiting) == []
    assert slept == [POLL_SECONDS] * 2


def test_a_window_that_hangs_with_the_floor_stops_nobody_for_ever(tmp_path: Path) -> None:
    lock, polite = YieldLock(tmp_path), courtesy(tmp_path)
    lock.acquire()
    assert len(list(polite.wait_until_free())) == 10
    assert list(polite.wait_until_free()) == []  # the next part begins at once
    lock.release()
    assert list(polite.wait_until_free()) == []
    lock.acquire()
    assert len(list(polite.wait_until_free())) == 10  # it was free: this is another hold


def test_looking_takes_the_floor_from_nobody(tmp_path: Path) -> None:
    lock = YieldLock(tmp_path)
    lock.acquire()
    lock.release()
    assert list(courtesy(tmp_path).wait_until_free()) == []
    assert lock.acquire()
    assert lock.acquire()
