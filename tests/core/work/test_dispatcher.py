"""Calls from any thread run on the thread of the window, in order."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

from fanlight.core.work.dispatcher import MainThreadDispatcher


def test_posted_calls_run_here_in_order_however_many_threads_post(qtbot: Any) -> None:
    ran: list[tuple[int, int, int]] = []
    dispatcher = MainThreadDispatcher()

    def note(name: int, i: int) -> None:
        ran.append((name, i, threading.get_ident()))

    def flood(name: int) -> None:
        for i in range(500):
            dispatcher(partial(note, name, i))

    threads = [threading.Thread(target=flood, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(ran) == 2000)
    for name in range(4):
        assert [i for who, i, _ in ran if who == name] == list(range(500))
    assert {where for _, _, where in ran} == {threading.get_ident()}


def test_a_posted_call_that_fails_does_not_hold_up_the_next(qtbot: Any) -> None:
    dispatcher, ran = MainThreadDispatcher(), []
    with qtbot.captureExceptions() as caught:
        dispatcher(lambda: 1 / 0)
        dispatcher(lambda: ran.append("next"))
        qtbot.waitUntil(lambda: ran == ["next"])
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]
