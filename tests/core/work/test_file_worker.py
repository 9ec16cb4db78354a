"""Files: the result or the reason comes once, on the GUI thread; a slow file delays no other."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError, InputError, PictureError


@pytest.fixture
def files(qtbot: Any) -> Iterator[FileWorker]:
    worker = FileWorker()
    yield worker
    worker.close()
    assert worker.join(30)


def test_results_arrive_on_the_gui_thread_later(files: FileWorker, qtbot: Any) -> None:
    results: list[object] = []
    files.call(threading.get_ident, lambda there: results.extend((there, threading.get_ident())))
    assert results == []
    qtbot.waitUntil(lambda: len(results) == 2)
    assert results[0] != results[1] == threading.get_ident()


def test_none_is_a_result(files: FileWorker, qtbot: Any) -> None:
    results: list[object] = []
    files.call(lambda: None, results.append)
    qtbot.waitUntil(lambda: results == [None])


def test_an_error_arrives_as_it_is_and_a_bug_as_a_sentence(
    files: FileWorker, qtbot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    why, results = PictureError("It is damaged."), list[object]()

    def damaged() -> None:
        raise why

    files.call(damaged, results.append)
    qtbot.waitUntil(lambda: results == [why])
    files.call(lambda: 1 / 0, results.append)
    qtbot.waitUntil(lambda: len(results) == 2)
    assert isinstance(results[1], InputError)
    assert isinstance(results[1], FanlightError)
    assert results[1].hint
    assert "ZeroDivisionError" in caplog.text


def test_a_blocked_file_delays_no_other(files: FileWorker, qtbot: Any) -> None:
    gate, results = threading.Event(), list[object]()

    def blocked() -> str:
        gate.wait(30)
        return "slow"

    try:
        files.call(blocked, results.append)
        files.call(blocked, results.append)
        for number in range(3):
            files.call(partial(int, number), results.append)
        qtbot.waitUntil(lambda: results == [0, 1, 2])
    finally:
        gate.set()
    qtbot.waitUntil(lambda: results == [0, 1, 2, "slow", "slow"])


def test_nothing_arrives_after_a_stop(files: FileWorker, qtbot: Any) -> None:
    gate, results = threading.Event(), list[object]()
    job = files.call(lambda: gate.wait(30), results.append)
    job.stop()
    gate.set()
    qtbot.waitUntil(lambda: job.over)
    assert results == []


def test_nothing_of_a_job_is_kept_once_it_is_over(files: FileWorker, qtbot: Any) -> None:
    """The collector cannot see a reference from a signal's connection: a cycle through one would never be freed."""

    class Pixels(list[int]):
        pass

    pixels, results = Pixels([1] * 8), list[object]()
    known = weakref.ref(pixels)
    job = weakref.ref(files.call(partial(len, pixels), results.append))
    del pixels
    qtbot.waitUntil(lambda: results == [8])
    qtbot.waitUntil(lambda: known() is None and job() is None)
