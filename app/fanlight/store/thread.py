"""The thread that owns the database, so that no other thread waits for a disk."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from fanlight.domain.errors import (
    DatabaseDamaged,
    DatabaseDisplaced,
    StoreError,
    StoreRepaired,
    StoreUnavailable,
    error_text,
)
from fanlight.domain.stored import State
from fanlight.i18n import _
from fanlight.store.backups import Interrupted
from fanlight.store.database import Database
from fanlight.store.queued_work import QueuedWork, WaitingAnswer, is_to_be_opened_anew

log = logging.getLogger(__name__)
T = TypeVar("T")

SECONDS_BETWEEN_WRITES = 0.5
"""Between two writes of a growing answer: together with the write itself, what is on disk is less than a second behind
what was shown."""

SECONDS_BETWEEN_RETRIES = 2.0
SECONDS_BETWEEN_REPAIRS = 60.0
"""A database that is found damaged sooner than that after a repair is not repaired again: repairing does not help."""

PAUSES_BEFORE_OPENING = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds from one failure to open the database to the next attempt; the last one for all that follow."""

SECONDS_BEFORE_CHORES, SECONDS_BETWEEN_CHORES, SECONDS_AFTER_INTERRUPTION = 15.0, 86_400.0, 60.0
"""Since the database was opened, and so on; only while there is nothing else to do."""

SECONDS_BEFORE_INDEXING = 1.0
"""After the last work, until what is new is read into the search index."""


class StoreThread:
    """Work is done in the order it was submitted. `on_error` and `on_recovered` are called on the store's thread: emit
    a signal there, nothing else.

    A database that cannot be opened is reported once as StoreUnavailable and tried again and again; `on_recovered` is
    called once it is open. An answer that cannot be written (a full disk) stays here, is reported once, and is tried
    again every two seconds; `on_recovered` is called once it is saved. So an answer's final text also goes through
    `answer`, with its `state` and `footer`, rather than through `submit`.

    A database that is found damaged while it is open is closed, recovered as at the start, and opened again: meanwhile
    it is reported as StoreUnavailable, and the work that found it is done once more. `on_error` also reports, as
    StoreRepaired, what had to be brought back; rows may be missing then.
    """

    def __init__(
        self,
        folder: Path,
        on_error: Callable[[StoreError], None] | None = None,
        on_recovered: Callable[[], None] | None = None,
    ) -> None:
        self._folder = folder
        self._on_error = on_error
        self._on_recovered = on_recovered
        self._changed = threading.Condition()  # guards the next seven
        self._work: deque[QueuedWork] = deque()
        self._answers: dict[int, WaitingAnswer] = {}
        self._due = 0.0
        self._closing = False
        self._refused: StoreError | None = None  # why work fails at once
        self._wanted_now = False
        self._failing = False
        self._chores_due = self._indexing_due = 0.0
        self._repaired_at = -SECONDS_BETWEEN_REPAIRS
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Database], T]) -> Future[T]:
        """`work` runs on the store's thread, after all answers handed in before it are written; what it returns, or
        raises, is in the future. After `close`, or while the database cannot be opened, the future fails at once."""
        future: Future[T] = Future()
        with self._changed:
            if self._refused or self._closing:
                future.set_exception(self._refused or StoreError(_("The conversations are closed.")))
            else:
                self._work.append(QueuedWork(work, future))
                self._changed.notify()
        return future

    def answer(self, message_id: int, text: str, thinking: str, state: State = "open", footer: str = "") -> None:
        """The answer so far. Only the newest is kept; an open one is written every half second, a finished one at once.
        Never waits."""
        with self._changed:
            self._answers[message_id] = WaitingAnswer(text, thinking, state, footer)
            if state != "open":
                self._due = 0.0
            self._changed.notify()

    def open_now(self) -> None:
        """Try to open the database at once if it is not open; what is submitted from now on waits for that."""
        with self._changed:
            if isinstance(self._refused, StoreUnavailable):
                self._refused, self._wanted_now = None, True
                self._changed.notify()

    def flush(self) -> bool:
        """Wait until everything handed in so far was tried; whether all answers among it are on disk."""
        try:
            return self.submit(lambda _: not self._failing).result()
        except StoreError:
            return False

    def close(self) -> bool:
        """Do what is left, close the database, end the thread; whether every answer is on disk."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        return not self._answers

    # on the store's own thread

    def _run(self) -> None:
        reason = StoreError(_("The conversations are closed."))
        try:
            database = self._open()
            while database is not None:
                database = self._serve(database)
        except StoreError as error:
            reason = error
            self._report_error(error)
        except Exception as error:  # a bug: without this thread nothing is kept any more, which must be said
            log.exception("the store has ended")
            reason = StoreError(error_text(error), _("Nothing is kept until Fanlight is started again."))
            self._report_error(reason)
        finally:
            self._refuse(reason)

    def _serve(self, database: Database) -> Database | None:
        """Until there is nothing more to do, or until it is found damaged: then the repaired one is returned."""
        try:
            if database.notice:
                self._report_error(StoreRepaired(database.notice))
            while self._step(database):
                pass
        except DatabaseDamaged as error:
            return self._repair(database, error)
        except BaseException:
            database.close()
            raise
        database.close()
        return None

    def _repair(self, database: Database, damage: DatabaseDamaged) -> Database | None:
        """Close it, and open what can be brought back of it."""
        log.error("found damaged while it was in use: %s", damage)
        try:
            database.close()
        except StoreError as error:
            log.warning("it could not be closed: %s", error)
        unavailable = StoreUnavailable(StoreError(damage.message))
        self._report_error(unavailable)
        repaired = self._open(said=unavailable.message, check_indexes=True)
        if repaired and isinstance(damage, DatabaseDisplaced):
            self._report_error(StoreRepaired(damage.message))
        else:
            self._repaired_at = time.monotonic()
        return repaired

    @property
    def _may_repair(self) -> bool:
        return time.monotonic() >= self._repaired_at + SECONDS_BETWEEN_REPAIRS

    def _open(self, *, said: str = "", check_indexes: bool = False) -> Database | None:
        """As soon as it can be opened; None when this is closed before. `said`: why it is not open, as it was
        reported."""
        for pause in itertools.chain(PAUSES_BEFORE_OPENING, itertools.repeat(PAUSES_BEFORE_OPENING[-1])):
            try:
                database = Database(self._folder, check_indexes=check_indexes)
            except StoreError as error:
                unavailable = StoreUnavailable(error)
                if unavailable.message != said:
                    self._report_error(unavailable)
                    said = unavailable.message
                self._refuse(unavailable)
            else:
                self._chores_due = time.monotonic() + SECONDS_BEFORE_CHORES
                if said:
                    self._report_error(None)
                return database
            if not self._wait_to_open(pause):
                return None
        return None

    def _wait_to_open(self, seconds: float) -> bool:
        """Whether to try again; no once this is closed, unless `open_now` was called before."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted_now or self._closing, seconds)
            again = self._wanted_now or not self._closing
            self._wanted_now = False
            if again:
                self._refused = None
            return again

    def _refuse(self, reason: StoreError) -> None:
        """Fail what waits, and what will be submitted."""
        with self._changed:
            self._refused = reason
            left = list(self._work)
            self._work.clear()
        for work in left:
            work.fail(reason)

    def _step(self, database: Database) -> bool:
        """Wait for something to do and do it; False when there will be nothing more. Raises DatabaseDamaged where that
        is to be repaired; nothing of what was to be done is lost then."""
        with self._changed:
            while not (self._busy() or time.monotonic() >= min(self._chores_due, self._indexing_due)):
                next_time = min(self._chores_due, self._indexing_due, *([self._due] if self._answers else []))
                self._changed.wait(next_time - time.monotonic())
            idle = not self._busy()
            work = self._work.popleft() if self._work else None
            last = self._closing and work is None
        try:
            self._write_answers(database)
            if work:
                work.run(database, may_repair=self._may_repair)
            if not idle:
                self._indexing_due = time.monotonic() + SECONDS_BEFORE_INDEXING
            elif time.monotonic() >= self._chores_due:
                self._do_chores(database)
            else:
                self._indexing_due = time.monotonic() + database.searching.index_while_idle()
        except DatabaseDamaged:
            if work:
                with self._changed:
                    self._work.appendleft(work)
            raise
        return not last

    def _busy(self) -> bool:
        return bool(self._work or self._closing or (self._answers and time.monotonic() >= self._due))

    def _do_chores(self, database: Database) -> None:
        """Once a day: remove what was deleted long ago, and make a backup. A full disk costs no more than these."""
        pause = SECONDS_BETWEEN_CHORES
        try:
            if not database.notice:
                database.keep_house()
            database.back_up(lambda: not self._busy())
        except Interrupted:
            pause = SECONDS_AFTER_INTERRUPTION
        except StoreError as error:
            log.warning("no backup today: %s", error)
            if is_to_be_opened_anew(error, may_repair=self._may_repair):
                raise
            if isinstance(error, DatabaseDamaged):
                self._report_error(error)
        self._chores_due = time.monotonic() + pause

    def _write_answers(self, database: Database) -> None:
        with self._changed:
            answers = dict(self._answers)
            self._due = time.monotonic() + SECONDS_BETWEEN_WRITES
        if not answers:
            return
        try:
            for message_id, answer in answers.items():
                database.update_answer(message_id, answer.text, answer.thinking, answer.state, answer.footer)
                with self._changed:
                    if self._answers.get(message_id) is answer:
                        del self._answers[message_id]
        except StoreError as error:
            if is_to_be_opened_anew(error, may_repair=self._may_repair):
                raise
            with self._changed:
                self._due = time.monotonic() + SECONDS_BETWEEN_RETRIES
            if not self._failing:
                self._failing = True
                self._report_error(error)
            return
        if self._failing:
            self._failing = False
            self._report_error(None)

    def _report_error(self, error: StoreError | None) -> None:
        """An exception in a callback must not end the thread that saves the conversation."""
        try:
            if error is None:
                log.info("what could not be saved is saved after all, or will be")
                if self._on_recovered:
                    self._on_recovered()
            else:
                log.warning("%s", error)
                if self._on_error:
                    self._on_error(error)
        except Exception:
            log.exception("the listener failed")
