"""Without a history on disk, the store behaves as the one with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Message
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.thread import StoreThread

NOWHERE = 99


@pytest.fixture(params=["on disk", "in memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreThread | MemoryStore]:
    made = StoreThread(tmp_path) if request.param == "on disk" else MemoryStore()
    yield made
    made.close()


@pytest.mark.parametrize(
    "work",
    [
        lambda store: store.rename(NOWHERE, "Title"),
        lambda store: store.set_draft(NOWHERE, "Draft"),
        lambda store: store.delete(NOWHERE),
        lambda store: store.restore(NOWHERE),
        lambda store: store.truncate(NOWHERE, 1),
        lambda store: store.messages(NOWHERE) or None,
    ],
)
def test_a_conversation_that_is_gone_is_no_error(
    store: StoreThread | MemoryStore, work: Callable[[Database], Any]
) -> None:
    assert store.submit(work).result() is None
    assert store.submit(lambda database: database.conversations()).result() == []


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (lambda store: store.add_message(NOWHERE, Message.of("user", "Hello")), Exception),
        (lambda store: store.picture("0" * 64), Exception),
        (lambda store: dict[str, str]()["no such key"], KeyError),
    ],
)
def test_what_goes_wrong_is_in_the_future_and_the_store_goes_on(
    store: StoreThread | MemoryStore, work: Callable[[Database], Any], error: type[Exception]
) -> None:
    future = store.submit(work)
    assert isinstance(future.exception(), error)
    assert store.submit(lambda database: database.create("Next")).result() > 0


def test_a_picture_that_is_gone_is_said_in_a_sentence(store: StoreThread | MemoryStore) -> None:
    error = store.submit(lambda database: database.picture("0" * 64)).exception()
    assert isinstance(error, StoreError)
    assert "no longer on this computer" in error.text
