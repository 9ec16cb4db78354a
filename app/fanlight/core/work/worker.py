"""The seam between threads and Qt: a `Worker` owns one resource on its own threads and serves jobs there."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from time import monotonic
from typing import Generic

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.core.work.job_queue import JobQueue, Order
from fanlight.core.work.resource import Load, R, ResourceHolder, Source, attempt
from fanlight.domain.stop import StopFlag


class Worker(QObject, Generic[R]):
    """Loads a resource on a thread of its own, serves jobs there by priority, and closes it there.

    Its methods and signals belong to the GUI thread. The threads never touch a QObject: they post what happened. Keep
    the worker until `join` has returned True; it has no thread before the first job. `serving`: the jobs that run.
    """

    progress = Signal(float)
    """How much of the configuration in force is loaded, 0 to 1."""
    loaded = Signal(object)
    """The configuration in force is loaded; with what `describe` returned."""
    load_failed = Signal(object)
    """The exception that ended the loading of the configuration in force."""
    described = Signal(object)
    """What `describe` returns of the resource in use is another object now."""
    memory_changed = Signal(bool)
    """Whether a resource, of whatever configuration, is in memory."""
    serving_changed = Signal()

    def __init__(
        self,
        name: str,
        parent: QObject | None = None,
        *,
        threads: int = 1,
        idle_seconds: float | None = None,
        keep_failure: bool = False,
        describe: Callable[[R], object] = lambda _: None,
    ) -> None:
        """After `idle_seconds` without a job the resource is closed; the next job loads it again. A failed load is
        tried again at the next job, unless `keep_failure`: then each job ends with the same error. `describe` is
        called on the worker's thread. With several `threads` each has a resource of its own."""
        super().__init__(parent)
        self._name, self._threads_wanted, self._idle_seconds = name, threads, idle_seconds
        self._keep_failure, self._describe = keep_failure, describe
        self._dispatcher = MainThreadDispatcher(self)
        self._queue = JobQueue()
        self._numbers = itertools.count()
        self._jobs: dict[int, Job[R]] = {}
        self._threads: list[threading.Thread] = []
        self._source: Source[R] | None = None
        self.serving: tuple[Job[R], ...] = ()

    # On the GUI thread.

    def configure(self, load: Load[R], key: object = None) -> None:
        """How jobs submitted from now on find their resource. Another `key` than before: it is closed and loaded anew
        for the next of them."""
        if self._source is None or self._source.key != key or self._source.stop.is_set():
            self._source = Source(load, key)

    def prepare(self) -> None:
        """Load the resource now."""
        self._put_order(Order(Priority.QUICK, next(self._numbers), StopFlag(), self._source))

    def submit(self, job: Job[R]) -> None:
        """Serve `job` when it is its turn. A closed worker ends it with no error."""
        if self._source is None:
            raise RuntimeError(f"{self._name}: submit before configure")
        number = next(self._numbers)
        self._jobs[number] = job
        self._put_order(Order(job.priority, number, job.flag, self._source, job.work), job)

    def unload(self) -> None:
        """Close the resource as soon as the job that runs has ended; `configure` before the next job."""
        self._source = None
        self._put_order(Order(Priority.QUICK, next(self._numbers), StopFlag(), None))

    def stop_all(self) -> None:
        """Stop a load that is under way and every job: each gets its `done`."""
        if self._source is not None:
            self._source.stop.set()
        for order in self._queue.pop_waiting():
            if order.work is not None:
                self._dispatcher(partial(self._end_job, order.number, None))
        for job in tuple(self._jobs.values()):
            job.stop()

    def close(self) -> None:
        """Stop all, close the resource, end the threads. Returns at once; see `join`."""
        self.stop_all()
        self._queue.close()

    def join(self, deadline_seconds: float | None = None) -> bool:
        """Wait; whether all threads have ended."""
        until = None if deadline_seconds is None else monotonic() + deadline_seconds
        for thread in self._threads:
            thread.join(None if until is None else max(0.0, until - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def drain(self) -> None:
        """After `join`, where no event loop will run: deliver all events and endings now."""
        self._dispatcher.drain()

    def _put_order(self, order: Order, job: Job[R] | None = None) -> None:
        unneeded = self._queue.push(order, [other.flag for other in job.builds_on] if job is not None else ())
        if unneeded is None:
            if job is not None:
                self._dispatcher(partial(self._end_job, order.number, None))
            return
        for number in unneeded:
            if number in self._jobs:
                self._jobs[number].stop()
        if len(self._threads) < self._threads_wanted and self._queue.needs_thread:
            number = len(self._threads)
            thread = threading.Thread(
                target=self._serve_all, args=(number,), name=f"{self._name} {number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    # Called through the dispatcher.

    def _begin_job(self, number: int) -> None:
        self.serving = (*self.serving, self._jobs[number])
        self.serving_changed.emit()

    def _report(self, number: int, event: object) -> None:
        self._jobs[number].event_arrived.emit(event)

    def _end_job(self, number: int, error: Exception | None) -> None:
        job = self._jobs.pop(number)
        job.over = True
        if job in self.serving:
            self.serving = tuple(other for other in self.serving if other is not job)
            self.serving_changed.emit()
        job.done.emit(error)

    def _report_memory(self, in_memory: bool) -> None:
        self.memory_changed.emit(in_memory)

    def _report_progress(self, source: Source[R], share: float) -> None:
        if source is self._source:
            self.progress.emit(share)

    def _report_loaded(self, source: Source[R], description: object) -> None:
        if source is self._source:
            self.loaded.emit(description)

    def _report_described(self, source: Source[R], description: object) -> None:
        if source is self._source:
            self.described.emit(description)

    def _report_failed(self, source: Source[R], error: Exception) -> None:
        if source is self._source:
            self.load_failed.emit(error)

    # On the worker's threads.

    def _serve_all(self, thread: int) -> None:
        holder: ResourceHolder[R] = ResourceHolder(
            self._name, lambda in_memory: self._dispatcher(partial(self._report_memory, in_memory))
        )
        while self._serve_next(thread, holder):
            pass
        holder.free()

    def _serve_next(self, thread: int, holder: ResourceHolder[R]) -> bool:
        """False when the worker is closed. A method of its own: a thread that waits holds nothing of its last job."""
        try:
            order = self._queue.pop(thread, self._idle_seconds if holder.loaded else None)
        except TimeoutError:
            holder.free()
            return True
        if order is None:
            return False
        error = self._serve(order, holder)
        if order.work is not None:
            self._dispatcher(partial(self._end_job, order.number, error))
        return True

    def _serve(self, order: Order, holder: ResourceHolder[R]) -> Exception | None:
        source = order.source
        if source is None:
            holder.free()
            return None
        if order.flag.is_set() or source.stop.is_set():
            return source.error
        loaded: list[R] = []
        error = source.error or attempt(self._name, lambda: loaded.append(holder.use(source, self._load_resource)))
        if error is not None and source.error is None:
            self._fail_load(source, error)
        if error is not None or order.work is None:
            return error
        self._dispatcher(partial(self._begin_job, order.number))
        return attempt(self._name, partial(self._work, order, source, loaded[0]))

    def _load_resource(self, source: Source[R]) -> R:
        resource = source.load(partial(self._post_progress, source), source.stop)
        self._dispatcher(partial(self._report_loaded, source, self._describe(resource)))
        return resource

    def _fail_load(self, source: Source[R], error: Exception) -> None:
        if self._keep_failure:
            source.error = error
        self._dispatcher(partial(self._report_failed, source, error))

    def _work(self, order: Order, source: Source[R], resource: R) -> None:
        assert order.work is not None
        post, known = partial(self._post_event, order.number), self._describe(resource)
        try:
            with closing(order.work(resource, JobControl(order.flag, post))) as events:
                for event in events:
                    known = self._post_description(source, resource, known)
                    post(event)
        finally:
            self._post_description(source, resource, known)

    def _post_description(self, source: Source[R], resource: R, known: object) -> object:
        now = self._describe(resource)
        if now is not known:
            self._dispatcher(partial(self._report_described, source, now))
        return now

    def _post_event(self, number: int, event: object) -> None:
        self._dispatcher(partial(self._report, number, event))

    def _post_progress(self, source: Source[R], share: float) -> None:
        self._dispatcher(partial(self._report_progress, source, share))
