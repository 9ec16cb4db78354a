"""Which prefills an answer can build on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import PrefillJob
from fanlight.core.chat.prefetch import Prefetch
from fanlight.core.chat.turns import prompt
from fanlight.domain.messages import Image, Message
from fanlight.domain.slots import Slot
from support.rooms import Open

RED, BLUE = Image.of(1, 1, b"\xff\0\0"), Image.of(1, 1, b"\0\0\xff")


def end(job: PrefillJob) -> None:
    """As the worker does."""
    job.over = True
    job.done.emit(None)


def test_prefills_may_end_in_any_order(qtbot: Any) -> None:
    """A worker that closes ends those that wait before the one that runs."""
    submitted: list[PrefillJob] = []
    host = SimpleNamespace(condition="ready", chosen=True, submit=submitted.append)
    prefetch = Prefetch(cast(ModelHost, host), Slot.WINDOW)
    both = [Message.of("user", "", [RED, BLUE])]
    prefetch.request([Message.of("user", "", [RED])])
    prefetch.request(both)
    running, waiting = submitted
    end(waiting)
    assert prefetch.helpers(both) == (running,)
    end(running)
    prefetch.request(both)
    assert prefetch.helpers(both) == (submitted[-1],)


def test_a_conversation_that_leaves_the_screen_makes_no_prompt(
    qtbot: Any, enter: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = enter()
    made: list[bool] = []

    def counted(*turns: Any, **options: Any) -> tuple[Message, ...]:
        made.append(True)
        return prompt(*turns, **options)

    monkeypatch.setattr("fanlight.core.chat.prefetch.prompt", counted)
    room.session.show(True)
    assert made == [True]
    room.session.show(False)
    assert made == [True]
