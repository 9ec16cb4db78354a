"""One thread owns one engine; a job says what it has to say and ends with one `done`, always last."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import Any

import pytest

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.worker import Job, ModelThread
from fanlight.domain.errors import ModelBroken, ModelError
from fanlight.domain.events import Finished, TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine

QUESTION = (Message.of("user", "What is this?"),)
RED = Image.of(1, 1, b"\xff\x00\x00")
LOOK = (Message.of("user", "", (RED,)),)


class Heard:
    """All that jobs said and how they ended, in one list."""

    def __init__(self) -> None:
        self.log: list[tuple[str, object]] = []

    def of(self, name: str, job: Job) -> Job:
        job.said.connect(lambda event: self.log.append((name, event)))
        job.done.connect(lambda error: self.log.append((name, ("done", error))))
        return job

    def ended(self, *names: str) -> bool:
        return all(any(who == name and isinstance(what, tuple) for who, what in self.log) for name in names)

    def endings(self) -> list[str]:
        return [who for who, what in self.log if isinstance(what, tuple)]

    def text(self, name: str) -> str:
        return "".join(what.text for who, what in self.log if who == name and isinstance(what, TextDelta))


Start = Callable[..., ModelThread]


@pytest.fixture
def start(qtbot: Any) -> Iterator[Start]:
    threads: list[ModelThread] = []

    def started(engine: Any = None, load: Any = None, after: ModelThread | None = None) -> ModelThread:
        thread = ModelThread(load or (lambda *_: engine), after)
        threads.append(thread)
        thread.start()
        return thread

    yield started
    for thread in threads:
        thread.close()
        assert thread.join(5)


def test_an_answer_arrives_in_order_and_done_is_last(qtbot: Any, start: Start) -> None:
    heard, thread = Heard(), start(ScriptedEngine(["a", "b", "c"]))
    thread.submit(heard.of("answer", Job.generate(QUESTION, Sampling())))
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

    heard, thread = Heard(), start(load=load)
    thread.submit(heard.of("answer", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("answer"))
    thread.close()
    assert thread.join(5)
    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_slots_run_on_the_windows_thread(qtbot: Any, start: Start) -> None:
    thread, where = start(ScriptedEngine(["x"])), []
    job = Job.generate(QUESTION, Sampling())
    job.said.connect(lambda _: where.append(threading.get_ident()))
    job.done.connect(lambda _: where.append(threading.get_ident()))
    thread.submit(job)
    qtbot.waitUntil(lambda: job.over)
    assert set(where) == {threading.get_ident()}


def test_a_prefill_gives_way_to_an_answer_at_once(qtbot: Any, start: Start) -> None:
    heard, thread = Heard(), start(ScriptedEngine(["x"], seconds_per_image=30))
    thread.submit(heard.of("prefill", Job.prefill(LOOK)))
    qtbot.wait(50)
    began = time.monotonic()
    thread.submit(heard.of("answer", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("prefill", "answer"))
    assert time.monotonic() - began < 5
    assert heard.endings() == ["prefill", "answer"]


def test_a_prefill_the_answer_builds_on_is_let_finish(qtbot: Any, start: Start) -> None:
    heard, thread = Heard(), start(engine := ScriptedEngine(["x"], seconds_per_image=0.2))
    prefill = heard.of("prefill", Job.prefill(LOOK))
    thread.submit(prefill)
    qtbot.wait(50)
    thread.submit(heard.of("answer", Job.generate(LOOK, Sampling(), [prefill])))
    qtbot.waitUntil(lambda: heard.ended("prefill", "answer"))
    finished = [what for _, what in heard.log if isinstance(what, Finished)]
    assert [what.timings.images_encoded for what in finished] == [1, 0]
    assert engine.prefilled


def test_a_prefill_that_still_waits_is_not_done_when_its_answer_is_asked(qtbot: Any, start: Start) -> None:
    heard, thread = Heard(), start(engine := ScriptedEngine(["x"] * 20, 0.01))
    thread.submit(heard.of("first", Job.generate(QUESTION, Sampling())))
    prefill = heard.of("prefill", Job.prefill(LOOK))
    thread.submit(prefill)
    thread.submit(heard.of("second", Job.generate(LOOK, Sampling(), [prefill])))
    qtbot.waitUntil(lambda: heard.ended("first", "prefill", "second"))
    assert not engine.prefilled


def test_answers_come_before_prefills_that_wait(qtbot: Any, start: Start) -> None:
    heard, thread = Heard(), start(ScriptedEngine(["x"] * 20, 0.01))
    thread.submit(heard.of("first", Job.generate(QUESTION, Sampling())))
    thread.submit(heard.of("prefill", Job.prefill(QUESTION)))
    thread.submit(heard.of("second", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("first", "prefill", "second"))
    assert heard.endings() == ["first", "second", "prefill"]


def test_the_panel_comes_before_the_window_the_window_before_a_command_and_all_before_prefills(
    qtbot: Any, start: Start
) -> None:
    heard, thread = Heard(), start(engine := ScriptedEngine(["x"] * 20, 0.01))
    thread.submit(heard.of("first", Job.generate(QUESTION, Sampling(), slot=Slot.COMMAND)))
    qtbot.waitUntil(lambda: bool(heard.text("first")))
    thread.submit(heard.of("prefill", Job.prefill(QUESTION, Slot.PANEL)))
    for slot in (Slot.COMMAND, Slot.WINDOW, Slot.PANEL):
        thread.submit(heard.of(slot, Job.generate(QUESTION, Sampling(max_tokens=1), slot=slot)))
    thread.submit(heard.of("count", Job.count([])))
    qtbot.waitUntil(lambda: heard.ended("prefill"))
    assert heard.endings() == ["first", "count", "panel", "window", "command", "prefill"]
    assert engine.slots == ["command", "panel", "window", "command"]
    assert len(heard.text("first")) == 20, "an answer is not interrupted, whoever else asks"


@pytest.mark.parametrize("slot", list(Slot))
@pytest.mark.parametrize("ahead", [Slot.PANEL, Slot.WINDOW])
def test_any_seats_question_interrupts_what_is_done_ahead_for_any_seat(
    qtbot: Any, start: Start, slot: Slot, ahead: Slot
) -> None:
    heard, thread = Heard(), start(ScriptedEngine(["x"], seconds_per_image=30))
    thread.submit(heard.of("prefill", Job.prefill(LOOK, ahead)))
    qtbot.wait(50)
    thread.submit(heard.of("answer", Job.generate(QUESTION, Sampling(), slot=slot)))
    qtbot.waitUntil(lambda: heard.ended("prefill", "answer"))
    assert heard.endings() == ["prefill", "answer"]


def test_counting_interrupts_nothing(qtbot: Any, start: Start) -> None:
    heard, thread = Heard(), start(ScriptedEngine(["x"], seconds_per_image=0.2))
    thread.submit(heard.of("prefill", Job.prefill(LOOK)))
    qtbot.wait(50)
    thread.submit(heard.of("count", Job.count([RED])))
    qtbot.waitUntil(lambda: heard.ended("prefill", "count"))
    assert [what.reason for _, what in heard.log if isinstance(what, Finished)] == ["end"]


def test_stopping_frees_the_thread_for_the_next_question(qtbot: Any, start: Start) -> None:
    heard, thread = Heard(), start(ScriptedEngine(["x"] * 10_000, 0.001))
    job = heard.of("long", Job.generate(QUESTION, Sampling()))
    thread.submit(job)
    qtbot.waitUntil(lambda: len(heard.log) > 5)
    job.stop()
    qtbot.waitUntil(lambda: heard.ended("long"))
    finished = heard.log[-2][1]
    assert isinstance(finished, Finished)
    assert finished.reason == "stopped"
    following = heard.of("next", Job.generate(QUESTION, Sampling(max_tokens=3)))
    thread.submit(following)
    qtbot.waitUntil(lambda: heard.ended("next"))
    assert heard.text("next") == "xxx"


def test_an_error_ends_its_job_and_no_other(qtbot: Any, start: Start) -> None:
    failure = ModelError("It broke.", "Ask again.")
    heard, thread = Heard(), start(ScriptedEngine(["x"] * 5, fails_after=2, failure=failure))
    thread.submit(heard.of("broken", Job.generate(QUESTION, Sampling())))
    thread.submit(heard.of("next", Job.prefill(QUESTION)))
    qtbot.waitUntil(lambda: heard.ended("broken", "next"))
    assert ("broken", ("done", failure)) in heard.log
    assert ("next", ("done", None)) in heard.log


def test_a_bug_is_logged_and_said_and_the_thread_lives(
    qtbot: Any, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def buggy(engine: Engine, flag: StopFlag) -> Generator[object, None, None]:
        yield TextDelta("half")
        raise ZeroDivisionError("a bug")

    heard, thread = Heard(), start(ScriptedEngine(["x"]))
    with caplog.at_level(logging.ERROR):
        thread.submit(heard.of("bug", Job(buggy)))
        thread.submit(heard.of("next", Job.generate(QUESTION, Sampling())))
        qtbot.waitUntil(lambda: heard.ended("bug", "next"))
    assert heard.text("next") == "x"
    assert "ZeroDivisionError" in caplog.text


def test_a_model_that_can_not_be_loaded_says_so_and_ends_every_job_with_it(qtbot: Any, start: Start) -> None:
    why = ModelBroken("This is not a GGUF file.")

    def load(progress: object, stop: object) -> Engine:
        time.sleep(0.05)
        raise why

    said: list[object] = []
    heard, thread = Heard(), start(load=load)
    thread.failed.connect(said.append)
    thread.submit(heard.of("early", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: bool(said))
    thread.submit(heard.of("late", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("early", "late"))
    assert said == [why]
    assert heard.log == [("early", ("done", why)), ("late", ("done", why))]


def test_jobs_wait_for_the_model_to_be_loaded_and_loading_says_how_far_it_is(qtbot: Any, start: Start) -> None:
    def load(progress: Callable[[float], None], stop: object) -> Engine:
        for share in (0.25, 0.5, 1.0):
            progress(share)
            time.sleep(0.02)
        return ScriptedEngine(["x"])

    shares: list[float] = []
    heard, thread = Heard(), start(load=load)
    thread.progress.connect(shares.append)
    thread.submit(heard.of("answer", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("answer"))
    assert shares == [0.25, 0.5, 1.0]


def test_closing_stops_what_runs_ends_what_waits_and_closes_the_engine(qtbot: Any, start: Start) -> None:
    engine = ScriptedEngine(["x"] * 10_000, 0.01)
    heard, thread = Heard(), start(engine)
    thread.submit(heard.of("running", Job.generate(QUESTION, Sampling())))
    thread.submit(heard.of("waiting", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: bool(heard.text("running")))
    began = time.monotonic()
    thread.close()
    thread.submit(heard.of("too late", Job.generate(QUESTION, Sampling())))
    assert thread.join(5)
    assert time.monotonic() - began < 2
    qtbot.waitUntil(lambda: heard.ended("running", "waiting", "too late"))
    assert engine.closed
    assert len(engine.asked) == 1


def test_a_model_is_loaded_only_after_the_one_before_it_is_closed(qtbot: Any, start: Start) -> None:
    old = ScriptedEngine(["x"] * 10_000, 0.01)
    heard, first = Heard(), start(old)
    first.submit(heard.of("running", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: bool(heard.text("running")))
    closed_first: list[bool] = []

    def load(progress: object, stop: object) -> Engine:
        closed_first.append(old.closed)
        return ScriptedEngine(["y"])

    first.close()
    second = start(load=load, after=first)
    second.submit(heard.of("answer", Job.generate(QUESTION, Sampling())))
    qtbot.waitUntil(lambda: heard.ended("answer"))
    assert closed_first == [True]
    assert heard.text("answer") == "y"


def test_counting_says_tokens_for_each_picture(qtbot: Any, start: Start) -> None:
    heard, thread = Heard(), start(ScriptedEngine(["x"], tokens_per_image=36))
    thread.submit(heard.of("count", Job.count([RED])))
    qtbot.waitUntil(lambda: heard.ended("count"))
    assert ("count", (RED.id, 36)) in heard.log


def test_posted_calls_run_here_in_order_however_many_threads_post(qtbot: Any) -> None:
    ran: list[tuple[int, int, int]] = []
    dispatcher = MainThreadDispatcher()

    def note(name: int, i: int) -> None:
        ran.append((name, i, threading.get_ident()))

    def flood(name: int) -> None:
        for i in range(500):
            dispatcher(partial(note, name, i))

    threads = [threading.Thread(target=flood, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(ran) == 2000)
    for name in range(4):
        assert [i for who, i, _ in ran if who == name] == list(range(500))
    assert {where for _, _, where in ran} == {threading.get_ident()}


def test_a_posted_call_that_fails_does_not_hold_up_the_next(qtbot: Any) -> None:
    dispatcher, ran = MainThreadDispatcher(), []
    with qtbot.captureExceptions() as caught:
        dispatcher(lambda: 1 / 0)
        dispatcher(lambda: ran.append("next"))
        qtbot.waitUntil(lambda: ran == ["next"])
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Job.generate(QUESTION, Sampling(), slot="nowhere")  # type: ignore[arg-type]
