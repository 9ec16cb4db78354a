"""A worker loads one resource, serves jobs with it and closes it, all on its own thread; a job ends with one `done`."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.core.work.resource import NothingToLoad
from fanlight.core.work.worker import Worker
from fanlight.domain.errors import SpeechModelError

pytestmark = pytest.mark.gui


class Bell:
    """A resource that notes what happens to it, and where."""

    def __init__(self, metal: str, diary: list[str]) -> None:
        self.metal, self.diary = metal, diary
        self.thread = threading.get_ident()
        diary.append(f"loaded {metal}")

    def close(self) -> None:
        assert threading.get_ident() == self.thread
        self.diary.append(f"closed {self.metal}")


class Ringer:
    """Submits jobs, and keeps what they report: words, then None or an error."""

    def __init__(self, **options: Any) -> None:
        self.owner = QObject()
        self.diary: list[str] = []
        self.reports: list[object] = []
        self.in_memory: list[bool] = []
        self.gate = threading.Event()
        self.worker: Worker[Bell] = Worker("bell", self.owner, **options)
        self.worker.memory_changed.connect(self.in_memory.append)

    def job(self, *words: str, waits: bool = False, priority: Priority = Priority.WINDOW) -> Job[Bell]:
        diary, gate = self.diary, self.gate

        def work(bell: Bell, control: JobControl) -> Generator[object, None, None]:
            assert threading.get_ident() == bell.thread
            assert not waits or gate.wait(30)
            diary.append("rang")
            yield from words

        job = Job(work, priority, on_stop=gate.set)
        job.event_arrived.connect(self.reports.append)
        job.done.connect(self.reports.append)
        return job

    def ring(self, *words: str, metal: str = "", waits: bool = False) -> Job[Bell]:
        diary, job = self.diary, self.job(*words, waits=waits)
        self.worker.configure(lambda *_: Bell(metal, diary), metal)
        self.worker.submit(job)
        return job


@pytest.fixture
def ringer(qtbot: Any) -> Iterator[Callable[..., Ringer]]:
    made: list[Ringer] = []

    def make(**options: Any) -> Ringer:
        made.append(Ringer(**options))
        return made[-1]

    yield make
    for one in made:
        one.gate.set()
        one.worker.close()
        assert one.worker.join(30)


def test_events_arrive_in_order_and_the_end_comes_once_and_last(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    r.ring("one", "two")
    r.ring("three")
    assert r.reports == []
    qtbot.waitUntil(lambda: len(r.reports) == 5)
    assert r.reports == ["one", "two", None, "three", None]
    assert r.in_memory == [True]


def test_another_configuration_frees_what_was_loaded_before_it_is_loaded(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    for metal in ("brass", "brass", "glass"):
        r.ring(metal=metal)
    qtbot.waitUntil(lambda: len(r.reports) == 3)
    assert r.diary == ["loaded brass", "rang", "rang", "closed brass", "loaded glass", "rang"]
    assert r.in_memory == [True, False, True]


def test_a_job_that_was_stopped_while_it_waited_is_never_served_and_ends(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    r.ring("first", waits=True)
    r.ring("never", metal="glass").stop()  # which opens the gate
    qtbot.waitUntil(lambda: len(r.reports) == 3)
    r.ring("last")
    qtbot.waitUntil(lambda: len(r.reports) == 5)
    assert r.reports == ["first", None, None, "last", None]
    assert "loaded glass" not in r.diary


def test_a_load_that_fails_ends_its_job_alone(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    error = SpeechModelError("It is cracked.")
    failures: list[object] = []

    def crack(*_: object) -> Bell:
        raise error

    r.worker.load_failed.connect(failures.append)
    r.worker.configure(crack, "cracked")
    r.worker.submit(r.job("never"))
    qtbot.waitUntil(lambda: len(r.reports) == 1)
    r.ring("whole", metal="brass")
    qtbot.waitUntil(lambda: len(r.reports) == 3)
    assert r.reports == [error, "whole", None]
    assert failures == [error]


def test_a_failed_load_is_tried_again_at_the_next_job_unless_it_is_kept(ringer: Any, qtbot: Any) -> None:
    for keep, tries in ((False, 3), (True, 1)):
        r: Ringer = ringer(keep_failure=keep)
        loads: list[int] = []

        def fail(*_: object, loads: list[int] = loads) -> Bell:
            loads.append(1)
            raise SpeechModelError("It is cracked.")

        r.worker.configure(fail)
        r.worker.prepare()
        r.worker.submit(r.job())
        r.worker.submit(r.job())
        qtbot.waitUntil(lambda r=r: len(r.reports) == 2)
        assert [type(error) for error in r.reports] == [SpeechModelError] * 2
        assert len(loads) == tries


def test_it_is_freed_when_idle_for_a_while_and_loaded_again(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer(idle_seconds=0.05)
    r.ring()
    qtbot.waitUntil(lambda: r.in_memory == [True, False], timeout=20_000)
    r.ring()
    qtbot.waitUntil(lambda: len(r.reports) == 2)
    assert r.diary[:4] == ["loaded ", "rang", "closed ", "loaded "]


def test_it_is_unloaded_when_asked_after_the_job_that_runs(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    r.ring("running", waits=True)
    qtbot.waitUntil(lambda: r.worker.serving != ())
    r.worker.unload()
    r.gate.set()
    qtbot.waitUntil(lambda: r.in_memory == [True, False], timeout=20_000)
    assert r.diary == ["loaded ", "rang", "closed "]
    with pytest.raises(RuntimeError):
        r.worker.submit(r.job())
    r.ring("again")
    qtbot.waitUntil(lambda: r.reports[-2:] == ["again", None])


def test_it_is_loaded_ahead(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    r.worker.configure(lambda *_: Bell("", r.diary))
    r.worker.prepare()
    qtbot.waitUntil(lambda: r.in_memory == [True])
    assert r.diary == ["loaded "]
    assert r.reports == []


def test_progress_and_the_description_of_what_is_loaded_belong_to_the_configuration_in_force(
    ringer: Any, qtbot: Any
) -> None:
    r: Ringer = ringer(describe=lambda bell: bell.metal)
    shares: list[float] = []
    loaded: list[object] = []
    r.worker.progress.connect(shares.append)
    r.worker.loaded.connect(loaded.append)
    started = threading.Event()

    def stoppable(progress: Callable[[float], None], stop: Any) -> Bell:
        progress(0.25)
        started.set()
        while not stop.is_set():
            pass
        progress(0.5)
        return Bell("brass", r.diary)

    def load(progress: Callable[[float], None], stop: Any) -> Bell:
        progress(0.75)
        return Bell("glass", r.diary)

    r.worker.configure(stoppable, "brass")
    r.worker.prepare()
    assert started.wait(30)
    r.worker.stop_all()
    r.worker.configure(load, "glass")
    r.worker.prepare()
    qtbot.waitUntil(lambda: loaded == ["glass"])
    assert shares == [0.75]
    assert r.diary == ["loaded brass", "closed brass", "loaded glass"]


def test_work_reports_from_inside_a_call_in_order_with_what_it_yields(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()

    def work(bell: Bell, control: JobControl) -> Generator[object, None, None]:
        control.post("posted")
        yield "yielded"
        control.post("posted again")

    job = Job(work)
    job.event_arrived.connect(r.reports.append)
    job.done.connect(r.reports.append)
    r.worker.configure(lambda *_: Bell("", r.diary))
    r.worker.submit(job)
    qtbot.waitUntil(lambda: len(r.reports) == 4)
    assert r.reports == ["posted", "yielded", "posted again", None]
    assert job.over


def test_the_jobs_that_run_are_known(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    seen: list[tuple[Job[Bell], ...]] = []
    r.worker.serving_changed.connect(lambda: seen.append(r.worker.serving))
    job = r.ring()
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [(job,), ()]


def test_closing_ends_what_runs_and_what_waits(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer()
    r.ring("running", waits=True)
    r.ring("waiting")
    qtbot.waitUntil(lambda: r.diary == ["loaded "], timeout=20_000)
    r.worker.close()
    assert r.worker.join(30)
    r.worker.drain()
    assert r.diary == ["loaded ", "rang", "closed "]
    assert sorted(map(str, r.reports)) == ["None", "None", "running"]
    late = r.ring("too late")
    qtbot.waitUntil(lambda: late.over)
    assert r.reports[3:] == [None]
    assert r.diary == ["loaded ", "rang", "closed "]


def test_closing_a_worker_that_never_had_a_job_ends_at_once(ringer: Any) -> None:
    r: Ringer = ringer()
    r.worker.close()
    assert r.worker.join(0)


def test_several_threads_serve_several_jobs_and_only_as_many_as_are_needed(qtbot: Any) -> None:
    worker, gate = Worker[NothingToLoad]("files", threads=3), threading.Event()
    worker.configure(lambda *_: NothingToLoad())
    where: list[int] = []

    def blocked(_: NothingToLoad, control: JobControl) -> Generator[object, None, None]:
        yield threading.get_ident()
        gate.wait(30)

    jobs = [Job(blocked) for _ in range(4)]
    for job in jobs:
        job.event_arrived.connect(where.append)
    try:
        worker.submit(jobs[0])
        qtbot.waitUntil(lambda: len(where) == 1)
        for job in jobs[1:]:
            worker.submit(job)
        qtbot.waitUntil(lambda: len(where) == 3)
        assert len(set(where)) == 3
        assert len(worker.serving) == 3
        assert not jobs[3].over
        gate.set()
        qtbot.waitUntil(lambda: all(job.over for job in jobs))
        assert len(set(where)) == 3
    finally:
        gate.set()
        worker.close()
        assert worker.join(30)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("threads", [1, 3])
def test_every_job_ends_with_one_done_after_its_events_whatever_happens(qtbot: Any, seed: int, threads: int) -> None:
    """Jobs of all priorities are submitted, stopped, interrupted and fail at random; loads fail; then all is closed."""
    chance, worker = random.Random(seed), Worker[NothingToLoad]("random", threads=threads)
    reports: dict[Job[NothingToLoad], list[object]] = {}

    def load(*_: object) -> NothingToLoad:
        if chance.random() < 0.2:
            raise SpeechModelError("Not now.")
        return NothingToLoad()

    def work(_: NothingToLoad, control: JobControl) -> Generator[object, None, None]:
        for number in range(3):
            if control.flag.is_set():
                return
            yield number
        if chance.random() < 0.2:
            raise SpeechModelError("It broke.")

    for number in range(60):
        job = Job(work, chance.choice(list(Priority)), builds_on=chance.sample(list(reports), min(2, len(reports))))
        reports[job] = []
        job.event_arrived.connect(reports[job].append)
        job.done.connect(lambda error, job=job: reports[job].append(("done", error)))
        if number % 10 == 0:
            worker.configure(load, key=number)
        worker.submit(job)
        if chance.random() < 0.3:
            chance.choice(list(reports)).stop()
        if chance.random() < 0.2:
            qtbot.waitUntil(lambda: any(one.over for one in reports))
    worker.close()
    assert worker.join(30)
    worker.drain()
    for job, reported in reports.items():
        *events, last = reported
        assert isinstance(last, tuple)
        assert events == list(range(len(events)))
        assert job.over
    assert worker.serving == ()


def test_another_description_while_a_job_runs_is_told_once_even_where_the_job_fails(ringer: Any, qtbot: Any) -> None:
    r: Ringer = ringer(describe=lambda bell: bell.metal)
    told: list[object] = []
    r.worker.described.connect(told.append)

    def changing(metal: str, *, fails: bool) -> Job[Bell]:
        def work(bell: Bell, _control: JobControl) -> Generator[object, None, None]:
            bell.metal = metal
            if fails:
                raise SpeechModelError("cracked")
            yield from ("ding", "dong")

        job = Job(work, Priority.WINDOW)
        job.done.connect(r.reports.append)
        return job

    r.worker.configure(lambda *_: Bell("brass", r.diary))
    r.worker.submit(changing("glass", fails=False))
    r.worker.submit(changing("tin", fails=True))
    qtbot.waitUntil(lambda: len(r.reports) == 2)
    assert told == ["glass", "tin"]
