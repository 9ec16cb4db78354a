"""The model's jobs on a worker: events in order, priorities by slot, and exactly one `done`, always last."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar

import pytest

from fanlight.core.chat.model_jobs import AnswerJob, PrefillJob, TokenCountJob
from fanlight.core.work.job import Job, JobControl
from fanlight.core.work.worker import Worker
from fanlight.domain.errors import ModelBroken, ModelError
from fanlight.domain.events import Finished, TextDelta, TokensCounted
from fanlight.domain.messages import Image, ImagePart, Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.engine.scripted import ScriptedEngine

QUESTION = (Message.of("user", "What is this?"),)
RED = Image.of(1, 1, b"\xff\x00\x00")
LOOK = (Message.of("user", "", (RED,)),)


AnyJob = TypeVar("AnyJob", bound=Job[Engine])


class JobLog:
    """All that jobs said and how they ended, in one list."""

    def __init__(self) -> None:
        self.log: list[tuple[str, object]] = []

    def of(self, name: str, job: AnyJob) -> AnyJob:
        job.event_arrived.connect(lambda event: self.log.append((name, event)))
        job.done.connect(lambda error: self.log.append((name, ("done", error))))
        return job

    def ended(self, *names: str) -> bool:
        return all(any(who == name and isinstance(what, tuple) for who, what in self.log) for name in names)

    def endings(self) -> list[str]:
        return [who for who, what in self.log if isinstance(what, tuple)]

    def text(self, name: str) -> str:
        return "".join(what.text for who, what in self.log if who == name and isinstance(what, TextDelta))


Start = Callable[..., Worker[Engine]]


@pytest.fixture
def start(qtbot: Any) -> Iterator[Start]:
    workers: list[Worker[Engine]] = []

    def started(engine: Any = None, load: Any = None) -> Worker[Engine]:
        worker: Worker[Engine] = Worker("model", keep_failure=True)
        worker.configure(load or (lambda *_: engine))
        worker.prepare()
        workers.append(worker)
        return worker

    yield started
    for worker in workers:
        worker.close()
        assert worker.join(5)


def test_an_answer_arrives_in_order_and_done_is_last(qtbot: Any, start: Start) -> None:
    heard, worker = JobLog(), start(ScriptedEngine(["a", "b", "c"]))
    worker.submit(heard.of("answer", AnswerJob(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("answer"))
    assert heard.text("answer") == "abc"
    assert isinstance(heard.log[-2][1], Finished)
    assert heard.log[-1] == ("answer", ("done", None))


def test_the_engine_is_loaded_used_and_closed_on_one_thread_that_is_not_the_windows(qtbot: Any, start: Start) -> None:
    seen: set[int] = set()

    class Watched(ScriptedEngine):
        def generate(self, *args: Any) -> Any:
            seen.add(threading.get_ident())
            yield from super().generate(*args)

        def close(self) -> None:
            seen.add(threading.get_ident())

    def load(progress: object, stop: object) -> Engine:
        seen.add(threading.get_ident())
        return Watched(["x"])

    heard, worker = JobLog(), start(load=load)
    worker.submit(heard.of("answer", AnswerJob(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("answer"))
    worker.close()
    assert worker.join(5)
    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_slots_run_on_the_windows_thread(qtbot: Any, start: Start) -> None:
    worker, where = start(ScriptedEngine(["x"])), []
    job = AnswerJob(QUESTION, Sampling())
    job.event_arrived.connect(lambda _: where.append(threading.get_ident()))
    job.done.connect(lambda _: where.append(threading.get_ident()))
    worker.submit(job)
    qtbot.waitUntil(lambda: job.over)
    assert set(where) == {threading.get_ident()}


def test_a_prefill_gives_way_to_an_answer_at_once(qtbot: Any, start: Start) -> None:
    heard, worker = JobLog(), start(ScriptedEngine(["x"], seconds_per_image=30))
    worker.submit(heard.of("prefill", PrefillJob(LOOK)))
    qtbot.waitUntil(lambda: worker.serving != ())
    began = time.monotonic()
    worker.submit(heard.of("answer", AnswerJob(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("prefill", "answer"))
    assert time.monotonic() - began < 5
    assert heard.endings() == ["prefill", "answer"]


def test_a_prefill_the_answer_builds_on_is_let_finish(qtbot: Any, start: Start) -> None:
    heard, worker = JobLog(), start(engine := ScriptedEngine(["x"], seconds_per_image=0.2))
    prefill = heard.of("prefill", PrefillJob(LOOK))
    worker.submit(prefill)
    qtbot.waitUntil(lambda: worker.serving != ())
    worker.submit(heard.of("answer", AnswerJob(LOOK, Sampling(), builds_on=[prefill])))
    qtbot.waitUntil(lambda: heard.ended("prefill", "answer"))
    finished = [what for _, what in heard.log if isinstance(what, Finished)]
    assert [what.timings.images_encoded for what in finished] == [1, 0]
    assert engine.prefilled


def test_a_prefill_that_still_waits_is_not_done_when_its_answer_is_asked(qtbot: Any, start: Start) -> None:
    heard, worker = JobLog(), start(engine := ScriptedEngine(["x"] * 20, 0.01))
    worker.submit(heard.of("first", AnswerJob(QUESTION, Sampling())))
    prefill = heard.of("prefill", PrefillJob(LOOK))
    worker.submit(prefill)
    worker.submit(heard.of("second", AnswerJob(LOOK, Sampling(), builds_on=[prefill])))
    qtbot.waitUntil(lambda: heard.ended("first", "prefill", "second"))
    assert not engine.prefilled


def test_answers_come_before_prefills_that_wait(qtbot: Any, start: Start) -> None:
    heard, worker = JobLog(), start(ScriptedEngine(["x"] * 20, 0.01))
    worker.submit(heard.of("first", AnswerJob(QUESTION, Sampling())))
    worker.submit(heard.of("prefill", PrefillJob(QUESTION)))
    worker.submit(heard.of("second", AnswerJob(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("first", "prefill", "second"))
    assert heard.endings() == ["first", "second", "prefill"]


def test_the_panel_comes_before_the_window_the_window_before_a_command_and_all_before_prefills(
    qtbot: Any, start: Start
) -> None:
    heard, worker = JobLog(), start(engine := ScriptedEngine(["x"] * 20, 0.01))
    worker.submit(heard.of("first", AnswerJob(QUESTION, Sampling(), slot=Slot.COMMAND)))
    qtbot.waitUntil(lambda: bool(heard.text("first")))
    worker.submit(heard.of("prefill", PrefillJob(QUESTION, Slot.PANEL)))
    for slot in (Slot.COMMAND, Slot.WINDOW, Slot.PANEL):
        worker.submit(heard.of(slot, AnswerJob(QUESTION, Sampling(max_tokens=1), slot=slot)))
    worker.submit(heard.of("count", TokenCountJob([])))
    qtbot.waitUntil(lambda: heard.ended("prefill"))
    assert heard.endings() == ["first", "count", "panel", "window", "command", "prefill"]
    assert engine.slots == ["command", "panel", "window", "command"]
    assert len(heard.text("first")) == 20, "an answer is not interrupted, whoever else asks"


@pytest.mark.parametrize("slot", list(Slot))
@pytest.mark.parametrize("ahead", [Slot.PANEL, Slot.WINDOW])
def test_a_question_from_any_slot_interrupts_a_prefill_for_any_slot(
    qtbot: Any, start: Start, slot: Slot, ahead: Slot
) -> None:
    heard, worker = JobLog(), start(ScriptedEngine(["x"], seconds_per_image=30))
    worker.submit(heard.of("prefill", PrefillJob(LOOK, ahead)))
    qtbot.waitUntil(lambda: worker.serving != ())
    worker.submit(heard.of("answer", AnswerJob(QUESTION, Sampling(), slot=slot)))
    qtbot.waitUntil(lambda: heard.ended("prefill", "answer"))
    assert heard.endings() == ["prefill", "answer"]


def test_counting_interrupts_nothing(qtbot: Any, start: Start) -> None:
    heard, worker = JobLog(), start(ScriptedEngine(["x"], seconds_per_image=0.2))
    worker.submit(heard.of("prefill", PrefillJob(LOOK)))
    qtbot.waitUntil(lambda: worker.serving != ())
    worker.submit(heard.of("count", TokenCountJob([ImagePart(RED)])))
    qtbot.waitUntil(lambda: heard.ended("prefill", "count"))
    assert [what.reason for _, what in heard.log if isinstance(what, Finished)] == ["end"]


def test_stopping_frees_the_thread_for_the_next_question(qtbot: Any, start: Start) -> None:
    heard, worker = JobLog(), start(ScriptedEngine(["x"] * 10_000, 0.001))
    job = heard.of("long", AnswerJob(QUESTION, Sampling()))
    worker.submit(job)
    qtbot.waitUntil(lambda: len(heard.log) > 5)
    job.stop()
    qtbot.waitUntil(lambda: heard.ended("long"))
    finished = heard.log[-2][1]
    assert isinstance(finished, Finished)
    assert finished.reason == "stopped"
    following = heard.of("next", AnswerJob(QUESTION, Sampling(max_tokens=3)))
    worker.submit(following)
    qtbot.waitUntil(lambda: heard.ended("next"))
    assert heard.text("next") == "xxx"


def test_an_error_ends_its_job_and_no_other(qtbot: Any, start: Start) -> None:
    failure = ModelError("It broke.", "Ask again.")
    heard, worker = JobLog(), start(ScriptedEngine(["x"] * 5, fails_after=2, failure=failure))
    worker.submit(heard.of("broken", AnswerJob(QUESTION, Sampling())))
    worker.submit(heard.of("next", PrefillJob(QUESTION)))
    qtbot.waitUntil(lambda: heard.ended("broken", "next"))
    assert ("broken", ("done", failure)) in heard.log
    assert ("next", ("done", None)) in heard.log


def test_a_bug_is_logged_and_said_and_the_thread_lives(
    qtbot: Any, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def buggy(engine: Engine, control: JobControl) -> Generator[object, None, None]:
        yield TextDelta("half")
        raise ZeroDivisionError("a bug")

    heard, worker = JobLog(), start(ScriptedEngine(["x"]))
    with caplog.at_level(logging.ERROR):
        worker.submit(heard.of("bug", Job(buggy)))
        worker.submit(heard.of("next", AnswerJob(QUESTION, Sampling())))
        qtbot.waitUntil(lambda: heard.ended("bug", "next"))
    assert heard.text("next") == "x"
    assert "ZeroDivisionError" in caplog.text


def test_a_model_that_cannot_be_loaded_says_so_and_ends_every_job_with_it(qtbot: Any, start: Start) -> None:
    why = ModelBroken("This is not a GGUF file.")

    def load(progress: object, stop: object) -> Engine:
        assert submitted.wait(30)
        raise why

    submitted, said = threading.Event(), list[object]()
    heard, worker = JobLog(), start(load=load)
    worker.load_failed.connect(said.append)
    worker.submit(heard.of("early", AnswerJob(QUESTION, Sampling())))
    submitted.set()
    qtbot.waitUntil(lambda: bool(said))
    worker.submit(heard.of("late", AnswerJob(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("early", "late"))
    assert said == [why]
    assert heard.log == [("early", ("done", why)), ("late", ("done", why))]


def test_jobs_wait_for_the_model_to_be_loaded_and_loading_says_how_far_it_is(qtbot: Any, start: Start) -> None:
    def load(progress: Callable[[float], None], stop: object) -> Engine:
        assert submitted.wait(30)
        for share in (0.25, 0.5, 1.0):
            progress(share)
        return ScriptedEngine(["x"])

    submitted, shares = threading.Event(), list[float]()
    heard, worker = JobLog(), start(load=load)
    worker.progress.connect(shares.append)
    worker.submit(heard.of("answer", AnswerJob(QUESTION, Sampling())))
    submitted.set()
    qtbot.waitUntil(lambda: heard.ended("answer"))
    assert shares == [0.25, 0.5, 1.0]


def test_closing_stops_what_runs_ends_what_waits_and_closes_the_engine(qtbot: Any, start: Start) -> None:
    engine = ScriptedEngine(["x"] * 10_000, 0.01)
    heard, worker = JobLog(), start(engine)
    worker.submit(heard.of("running", AnswerJob(QUESTION, Sampling())))
    worker.submit(heard.of("waiting", AnswerJob(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: bool(heard.text("running")))
    began = time.monotonic()
    worker.close()
    worker.submit(heard.of("too late", AnswerJob(QUESTION, Sampling())))
    assert worker.join(5)
    assert time.monotonic() - began < 2
    qtbot.waitUntil(lambda: heard.ended("running", "waiting", "too late"))
    assert engine.closed
    assert len(engine.asked) == 1


def test_a_model_is_loaded_only_after_the_one_before_it_is_closed(qtbot: Any, start: Start) -> None:
    old = ScriptedEngine(["x"] * 10_000, 0.01)
    heard, worker = JobLog(), start(old)
    worker.submit(heard.of("running", AnswerJob(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: bool(heard.text("running")))
    closed_first: list[bool] = []

    def load(progress: object, stop: object) -> Engine:
        closed_first.append(old.closed)
        return ScriptedEngine(["y"])

    worker.stop_all()
    worker.configure(load, key="another")
    worker.submit(heard.of("answer", AnswerJob(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("answer"))
    assert closed_first == [True]
    assert heard.text("answer") == "y"


def test_counting_says_tokens_for_each_picture(qtbot: Any, start: Start) -> None:
    heard, worker = JobLog(), start(ScriptedEngine(["x"], tokens_per_image=36))
    worker.submit(heard.of("count", TokenCountJob([ImagePart(RED)])))
    qtbot.waitUntil(lambda: heard.ended("count"))
    assert ("count", TokensCounted(RED.id, 36)) in heard.log


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        AnswerJob(QUESTION, Sampling(), slot="nowhere")  # type: ignore[arg-type]
