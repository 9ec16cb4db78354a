"""Work on a thread of its own that is left early."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from fanlight.cli.background import in_background
from fanlight.cli.signals import StoppedBySignal
from fanlight.domain.stop import StopFlag


def test_work_is_waited_for_whose_start_was_interrupted_by_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The executor does not know of its thread then."""
    at_work, ended = threading.Event(), threading.Event()
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        if thread.name.startswith("model"):
            at_work.wait()
            raise StoppedBySignal(2)

    def work(stop: StopFlag) -> Iterator[int]:
        at_work.set()
        while not stop.is_set():
            threading.Event().wait(0.01)
        threading.Event().wait(0.3)  # the current step
        ended.set()
        yield 1

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(StoppedBySignal):
        next(in_background(work))
    assert ended.is_set()


def test_work_that_has_not_begun_when_it_is_left_never_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    done: list[str] = []

    def interrupted(thread: threading.Thread) -> None:
        threads.append(thread)
        raise StoppedBySignal(2)

    def work(_stop: StopFlag) -> Iterator[int]:
        done.append("begun")
        yield 1

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", interrupted)
        with pytest.raises(StoppedBySignal):
            next(in_background(work))
    (thread,) = threads
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert done == []
