"""A thread loads one thing, uses it and frees it. Its users' own tests (test_reading, test_talk) hold it to more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.resource_thread import ResourceThread, Ticket
from fanlight.domain.errors import SpeechModelError

pytestmark = pytest.mark.gui


class Bell:
    """A resource that notes what happens to it, and where."""

    def __init__(self, way: str, diary: list[str]) -> None:
        self.way, self.diary = way, diary
        self.thread = threading.get_ident()
        diary.append(f"loaded {way}")

    def close(self) -> None:
        assert threading.get_ident() == self.thread
        self.diary.append(f"closed {self.way}")


class Ringer:
    """Orders rings, and keeps what is told of them."""

    def __init__(self, idle_seconds: float) -> None:
        self.owner = QObject()
        self.diary: list[str] = []
        self.told: list[object] = []
        self.loaded: list[bool] = []
        self.gate = threading.Event()
        self.thread: ResourceThread[Bell] = ResourceThread(
            "bell", MainThreadDispatcher(self.owner), idle_seconds, self.loaded.append
        )

    def ring(self, *words: str, way: str = "", waits: bool = False) -> Ticket:
        diary, gate = self.diary, self.gate

        def work(bell: Bell, say: Callable[[str], None]) -> None:
            assert threading.get_ident() == bell.thread
            assert not waits or gate.wait(30)
            diary.append("rang")
            for word in words:
                say(word)

        return self.thread.submit(lambda: Bell(way, diary), work, self.told.append, self.told.append, gate.set, way)


@pytest.fixture
def ringer(qtbot: Any) -> Iterator[Callable[..., Ringer]]:
    made: list[Ringer] = []

    def make(idle_seconds: float = 60.0) -> Ringer:
        made.append(Ringer(idle_seconds))
        return made[-1]

    yield make
    for one in made:
        assert one.thread.close(30)


def test_all_that_is_said_is_told_in_order_and_the_end_comes_once_and_last(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    r.ring("one", "two")
    r.ring("three")
    assert r.told == []
    qtbot.waitUntil(lambda: len(r.told) == 5)
    assert r.told == ["one", "two", None, "three", None]
    assert r.loaded == [True]


def test_another_way_frees_what_was_loaded_before_it_loads_anew(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    for way in ("brass", "brass", "glass"):
        r.ring(way=way)
    qtbot.waitUntil(lambda: len(r.told) == 3)
    assert r.diary == ["loaded brass", "rang", "rang", "closed brass", "loaded glass", "rang"]
    assert r.loaded == [True, False, True]


def test_an_order_that_was_stopped_while_it_waited_is_never_served(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    r.ring("first", waits=True)
    r.ring("never", way="glass").stop()
    qtbot.waitUntil(lambda: len(r.told) == 2)
    r.ring("last")
    qtbot.waitUntil(lambda: len(r.told) == 4)
    assert r.told == ["first", None, "last", None]
    assert "loaded glass" not in r.diary


def test_a_load_that_fails_ends_its_order_alone(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    error = SpeechModelError("It is cracked.")

    def crack() -> Bell:
        raise error

    r.thread.submit(crack, lambda bell, say: say(bell.way), r.told.append, r.told.append, r.gate.set)
    r.ring("whole", way="brass")
    qtbot.waitUntil(lambda: len(r.told) == 3)
    assert r.told == [error, "whole", None]


def test_it_is_freed_when_nobody_wants_it_for_a_while_and_loaded_again(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer(idle_seconds=0.05)
    r.ring()
    qtbot.waitUntil(lambda: r.loaded == [True, False], timeout=20_000)
    r.ring()
    qtbot.waitUntil(lambda: len(r.told) == 2)
    assert r.diary[:4] == ["loaded ", "rang", "closed ", "loaded "]


def test_closing_ends_what_runs_and_forgets_what_waits(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    r.ring("running", waits=True)
    r.ring("waiting")
    qtbot.waitUntil(lambda: r.diary == ["loaded "], timeout=20_000)
    assert r.thread.close(30)
    qtbot.wait(20)
    assert r.told == []
    assert r.diary == ["loaded ", "rang", "closed "]
    r.ring("too late")
    qtbot.wait(20)
    assert r.told == []
