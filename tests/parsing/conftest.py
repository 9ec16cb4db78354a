from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fanlight.parsing.launching import ParserKind
from fanlight.parsing.pool import ParserPool

TESTS = Path(__file__).parents[1]
MEMORY = 2 * 2**30

NewPool = Callable[..., ParserPool]


@pytest.fixture
def new_pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[NewPool]:
    """Makes pools whose processes know `support.parser_tasks`; all end with the test."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    made: list[ParserPool] = []

    def make(processes: int = 1, idle_seconds: float = 60.0, memory_bytes: int = MEMORY) -> ParserPool:
        made.append(ParserPool(ParserKind("test", ("support.parser_tasks",), processes, memory_bytes, idle_seconds)))
        return made[-1]

    yield make
    for pool in made:
        with suppress(Exception):
            pool.end_all()


@pytest.fixture
def pool(new_pool: NewPool) -> ParserPool:
    return new_pool()
