"""Work that waits for the store's thread, with the future that has its result."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from fanlight.domain.errors import DatabaseDamaged, DatabaseDisplaced, StoreError
from fanlight.domain.stored import State
from fanlight.store.database import Database

log = logging.getLogger(__name__)


def is_to_be_opened_anew(error: BaseException, *, may_repair: bool) -> bool:
    """What fails for this reason is done once more on the database as it is then."""
    return isinstance(error, DatabaseDisplaced) or (may_repair and isinstance(error, DatabaseDamaged))


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """An answer as it is to be written."""

    text: str
    thinking: str
    state: State
    footer: str


@dataclass(frozen=True, slots=True)
class QueuedWork:
    work: Callable[[Database], Any]
    future: Future[Any]

    def run(self, database: Database, *, may_repair: bool) -> None:
        """Do it. Where the database turns out to be damaged and `may_repair`, or its files were elsewhere, that is
        raised and the work is still to be done; every other error is in the future."""
        if not self._begin():
            return
        try:
            result = self.work(database)
        except BaseException as error:
            if is_to_be_opened_anew(error, may_repair=may_repair):
                raise
            if not isinstance(error, StoreError):
                log.debug("work on the store failed", exc_info=True)
            self.future.set_exception(error)
        else:
            self.future.set_result(result)

    def fail(self, reason: StoreError) -> None:
        if self._begin():
            self.future.set_exception(reason)

    def _begin(self) -> bool:
        """False where nobody wants the result any more."""
        return self.future.running() or self.future.set_running_or_notify_cancel()
