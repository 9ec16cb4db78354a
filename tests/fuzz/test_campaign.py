"""The fuzzer itself: what becomes of children that die or hang, and of a run that is interrupted."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fuzz.campaign import Attempt, Kind, Progress, run
from fuzz.child import Child, Told, Try
from fuzz.picture_changes import broken
from fuzz.sound_changes import broken_sound


def misbehaving() -> Try:
    def attempt(case: Any) -> Told:
        if case == 1:
            os._exit(7)
        if case == 2:
            time.sleep(60)
        return "answered", ""

    return attempt


def test_a_child_that_dies_or_hangs_is_a_failure_and_another_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fuzz.child._BUSY", 1)
    child = Child(tmp_path / "log", misbehaving, 0.5)
    try:
        assert child.ask(0) == ("answered", "")
        assert child.ask(1)[0] == "died"
        assert child.ask(1)[1].startswith("exit 7")
        assert child.ask(2)[0] == "hung"
        assert child.ask(0) == ("answered", "")
    finally:
        child.close()


def test_the_same_number_is_the_same_file() -> None:
    assert broken(7, 3) == broken(7, 3)
    assert broken(7, 3) != broken(8, 3)
    assert broken_sound(7, 3) == broken_sound(7, 3)
    assert broken_sound(7, 3) != broken_sound(8, 3)


def test_a_run_goes_on_where_the_last_one_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tried: list[int] = []

    def attempts(numbers: Iterable[int], seed: int) -> Iterator[Attempt]:
        for number in numbers:
            tried.append(number)
            yield Attempt(number, "flip_bytes", "wrong" if number == 3 else "answered", "oh", 0.1)

    path = tmp_path / "progress.json"
    run(Kind("pictures", 5, attempts), Progress(path, 0), 0, float("inf"))
    assert sorted(tried) == [0, 1, 2, 3, 4]
    assert "pictures 3 wrong: flip_bytes" in capsys.readouterr().err
    run(Kind("pictures", 8, attempts), Progress(path, 0), 0, float("inf"))
    assert sorted(tried) == list(range(8))
    done = run(Kind("pictures", 8, attempts), Progress(path, 0), 0, float("inf"))
    assert (done.upto, done.outcomes, len(done.failures)) == (8, {"answered": 7, "wrong": 1}, 1)
    assert "8 of 8" in done.row("pictures", 8)
    Progress(path, 0).forget(["pictures"])  # all of them are done
    run(Kind("pictures", 2, attempts), Progress(path, 0), 0, float("inf"))
    assert sorted(tried)[:4] == [0, 0, 1, 1]
    run(Kind("pictures", 2, attempts), Progress(path, 1), 1, float("inf"))  # another seed begins anew
    assert sorted(tried)[:6] == [0, 0, 0, 1, 1, 1]
    tried.clear()
    assert run(Kind("pictures", 8, attempts), Progress(path, 2), 2, time.monotonic()).upto == 0  # its time is over
    assert tried == []
