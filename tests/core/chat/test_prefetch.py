"""Which prefills an answer can build on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import PrefillJob
from fanlight.core.chat.prefetch import Prefetch
from fanlight.domain.messages import Image, Message
from fanlight.domain.slots import Slot

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
