"""A disk that is full when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from fanlight.domain.errors import DiskFull, StoreError
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread

T = TypeVar("T")
WORDS = "There is no room left on the disk."


class Disk:
    """`open` is an `OpenStore` whose store is real, but for the room there is."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.full = False

    def open(self, on_error: Callable[[StoreError], None], on_recovered: Callable[[], None]) -> StoreThread:
        return _Tight(self, on_error, on_recovered)


class _Tight(StoreThread):
    def __init__(self, disk: Disk, on_error: Callable[[StoreError], None], on_recovered: Callable[[], None]) -> None:
        super().__init__(disk.home, on_error, on_recovered)
        self._disk = disk

    def submit(self, work: Callable[[Database], T]) -> Future[T]:
        def tried(database: Database) -> T:
            if self._disk.full:
                raise DiskFull(WORDS)
            return work(database)

        return super().submit(tried)
