from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from fanlight.domain.errors import StoreError
from fanlight.store.database import Database

Opened = Callable[..., Database]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """`Database(...)`, closed when the test ends."""
    all_of_them: list[Database] = []

    def open_one(*arguments: Any) -> Database:
        all_of_them.append(Database(*arguments))
        return all_of_them[-1]

    yield open_one
    for database in all_of_them:
        with suppress(StoreError):
            database.close()
