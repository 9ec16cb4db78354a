"""A parsing process that dies, hangs, or talks nonsense costs one file; the next one is decoded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from fanlight import i18n
from fanlight.domain.stop import StopFlag
from fanlight.parsing import channel, launching
from fanlight.parsing import process as process_module
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import (
    InputRefused,
    ParserCrashed,
    ParserOutOfMemory,
    ParserOverdue,
    ParserUnavailable,
    ParsingFailure,
    ParsingStopped,
)
from fanlight.parsing.pool import ParserPool
from support import parser_tasks as tasks

from .conftest import TESTS, NewPool

SECONDS = 30.0


def asked(pool: ParserPool, task: Any, seconds: float = SECONDS, stop: StopFlag | None = None, **values: Any) -> Packet:
    return pool.call(task, values, check=lambda packet: packet, seconds=seconds, stop=stop)


def pid_of(pool: ParserPool) -> int:
    return int(asked(pool, tasks.echo).values["pid"])


def open_descriptors() -> int:
    return psutil.Process().num_fds() if hasattr(psutil.Process, "num_fds") else 0


def test_values_bytes_and_files_go_there_and_come_back(pool: ParserPool, tmp_path: Path) -> None:
    blobs = [b"", b"x", os.urandom(3_000_000)]
    said = pool.call(
        tasks.echo, {"n": 1, "name": "é\udcff図", "none": None}, blobs, check=lambda packet: packet, seconds=SECONDS
    )
    assert (said.values["n"], said.values["name"], said.values["none"]) == (1, "é\udcff図", None)
    assert said.blobs == blobs
    assert said.values["pid"] != os.getpid()
    (tmp_path / "one").write_bytes(b"first")
    (tmp_path / "two").write_bytes(b"second")
    with (tmp_path / "one").open("rb") as one, (tmp_path / "two").open("rb") as two:
        passed = pool.call(
            tasks.read_passed, {}, files=[one.fileno(), two.fileno()], check=lambda packet: packet, seconds=SECONDS
        )
    assert passed.blobs == [b"first", b"second"]


def test_what_is_made_piece_by_piece_arrives_whole(pool: ParserPool) -> None:
    said = asked(pool, tasks.in_pieces, count=3, size=3000)
    assert said.blobs == [b"\0" * 1000 + b"\1" * 1000 + b"\2" * 1000, b"last"]
    for wrong in (2999, 3001):
        with pytest.raises(ParsingFailure):
            asked(pool, tasks.in_pieces, count=3, size=wrong)
    assert asked(pool, tasks.in_pieces, count=0, size=0).blobs == [b"", b"last"]


def test_something_else_is_done_while_the_process_works(pool: ParserPool) -> None:
    done: list[str] = []
    run = pool.run(tasks.echo, {}, seconds=SECONDS, meanwhile=lambda: done.append("meanwhile"))
    done += (str(answer.values["task"]).partition(":")[2] for answer in run)
    assert done == ["meanwhile", "echo"]
    before = pid_of(pool)

    def broken() -> None:
        raise OSError("unreadable")

    with pytest.raises(OSError, match="unreadable"):
        list(pool.run(tasks.echo, {}, seconds=SECONDS, meanwhile=broken))
    assert pid_of(pool) != before


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory in use")
def test_memory_that_is_kept_for_the_next_picture_is_given_back_after_a_while(pool: ParserPool) -> None:
    pid_of(pool)
    small = psutil.Process(pool.pids[0]).memory_info().rss
    asked(pool, tasks.compute_pixels)
    kept = psutil.Process(pool.pids[0]).memory_info().rss
    assert kept - small > 40 * 2**20
    until = time.monotonic() + 20
    while psutil.Process(pool.pids[0]).memory_info().rss - small > 25 * 2**20 and time.monotonic() < until:
        time.sleep(0.1)
    assert psutil.Process(pool.pids[0]).memory_info().rss - small < 25 * 2**20


def test_where_descriptors_cannot_be_passed_everything_goes_through_pipes(
    pool: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "passes_descriptors", lambda: False)
    blobs = [b"", b"x", os.urandom(3_000_000)]
    said = pool.call(tasks.echo, {"n": 1}, blobs, check=lambda packet: packet, seconds=SECONDS)
    assert (said.values["n"], said.blobs) == (1, blobs)
    with closing(pool.run(tasks.count, {"to": 10**9}, seconds=SECONDS)) as answers:
        assert next(answers).blobs == [bytes(1000)]
    with pytest.raises(ParserCrashed):
        asked(pool, tasks.leave)
    with pytest.raises(ParserOverdue):
        asked(pool, tasks.sleep, seconds=0.1)


def test_one_process_serves_request_after_request(pool: ParserPool) -> None:
    assert len({pid_of(pool) for _ in range(5)}) == 1
    descriptors = open_descriptors()
    for size in (100_000, 5, 3_000_000, 20_000_000, 0, 70_000):
        blobs = [bytes([number]) * size for number in range(3)]
        said = pool.call(tasks.echo, {}, blobs, check=lambda packet: packet, seconds=SECONDS)
        assert said.blobs == blobs
    assert open_descriptors() <= descriptors + channel.SPARE_MEMORIES


@pytest.mark.parametrize("task", [tasks.crash, tasks.leave])
def test_a_process_that_dies_is_a_failure_and_the_next_request_is_served(pool: ParserPool, task: Any) -> None:
    before = pid_of(pool)
    with pytest.raises(ParserCrashed) as caught:
        list(pool.run(task, {}, seconds=SECONDS))
    sentence, hint = caught.value.explained("“a.png”")
    assert sentence.startswith("“a.png” ")
    assert sentence.endswith(".")
    assert hint
    assert pid_of(pool) != before


@pytest.mark.skipif(sys.platform != "linux", reason="reads the processor's time")
def test_an_endless_computation_is_ended_in_time(pool: ParserPool) -> None:
    pid_of(pool)
    start = time.monotonic()
    with pytest.raises(ParserOverdue) as caught:
        asked(pool, tasks.compute, seconds=0.5)
    assert 0.5 <= time.monotonic() - start < 5
    assert "0.5 s." in caught.value.explained("x")[0]
    pid_of(pool)


@pytest.mark.parametrize("task", [tasks.sleep, tasks.sleep_in_c])
def test_a_process_that_does_nothing_is_ended_later(pool: ParserPool, task: Any) -> None:
    """It may be waiting for a processor."""
    pid_of(pool)
    start = time.monotonic()
    with pytest.raises(ParserOverdue):
        asked(pool, task, seconds=0.2)
    assert time.monotonic() - start >= process_module.PATIENCE * 0.2


def test_more_memory_than_allowed_is_a_sentence_and_costs_nothing_else(new_pool: NewPool) -> None:
    pool = new_pool(memory_bytes=2**30)
    before = pid_of(pool)
    if sys.platform == "linux":
        with pytest.raises(ParserOutOfMemory):
            asked(pool, tasks.allocate, bytes=2**31)
        assert pid_of(pool) == before
    assert asked(pool, tasks.allocate, bytes=2**27).values["bytes"] == 2**27


def test_what_the_function_refuses_keeps_its_words_and_the_process(pool: ParserPool) -> None:
    before = pid_of(pool)
    with pytest.raises(InputRefused) as caught:
        asked(pool, tasks.refuse)
    assert caught.value.explained("y") == ("“x” is a folder.", "Choose another.")
    assert caught.value.error == "PictureError"
    assert pid_of(pool) == before


def test_its_words_are_in_the_language_in_use(pool: ParserPool, catalogs: Path) -> None:
    before = pid_of(pool)
    i18n.use("de", catalogs)
    with pytest.raises(InputRefused) as caught:
        asked(pool, tasks.refuse)
    assert caught.value.explained("")[0] == i18n._("{subject} is a folder.").format(subject="“x”")
    assert pid_of(pool) != before


def test_a_bug_is_logged_and_a_sentence(pool: ParserPool, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ParsingFailure) as caught:
        asked(pool, tasks.fail)
    assert caught.value.explained("“a”")[0] == "“a” cannot be read."
    assert "KeyError: 'a bug'" in caplog.text


@pytest.mark.parametrize("task", [tasks.answer_twice, tasks.answer_never])
def test_another_number_of_answers_than_one_is_not_believed(pool: ParserPool, task: Any) -> None:
    with pytest.raises(ParserCrashed):
        asked(pool, task)


def test_an_answer_that_cannot_be_right_ends_the_process(pool: ParserPool) -> None:
    before = pid_of(pool)

    def check(_packet: Packet) -> None:
        raise ParserCrashed("impossible")

    with pytest.raises(ParserCrashed):
        pool.call(tasks.echo, {}, check=check, seconds=SECONDS)
    assert pid_of(pool) != before


def test_answers_come_one_by_one_and_may_be_left(pool: ParserPool) -> None:
    numbers = [packet.values["number"] for packet in pool.run(tasks.count, {"to": 300}, seconds=SECONDS)]
    assert numbers == list(range(300))
    before = pid_of(pool)
    with closing(pool.run(tasks.count, {"to": 10**9}, seconds=SECONDS)) as answers:
        assert next(answers).blobs == [bytes(1000)]
    assert pid_of(pool) != before


def test_a_stream_that_nobody_takes_waits(pool: ParserPool) -> None:
    with closing(pool.run(tasks.count, {"to": 10**9}, seconds=SECONDS)) as answers:
        next(answers)
        (pid,) = pool.pids
        child = psutil.Process(pid)
        until = time.monotonic() + 10
        while child.status() == psutil.STATUS_RUNNING and time.monotonic() < until:
            time.sleep(0.01)
        assert child.status() in (psutil.STATUS_SLEEPING, psutil.STATUS_IDLE)
        assert child.memory_info().rss < 200_000_000


def test_a_flag_ends_what_runs_at_once(pool: ParserPool) -> None:
    pid_of(pool)
    stop = StopFlag()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    start = time.monotonic()
    with pytest.raises(ParsingStopped):
        asked(pool, tasks.sleep_in_c, stop=stop)
    assert time.monotonic() - start < 5
    timer.join()


def test_the_end_of_the_program_ends_what_runs_and_what_waits(pool: ParserPool) -> None:
    pid_of(pool)
    raised: list[BaseException] = []

    def ask() -> None:
        try:
            asked(pool, tasks.sleep_in_c)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    (pid,) = pool.pids
    while psutil.Process(pid).status() == psutil.STATUS_RUNNING:
        time.sleep(0.01)
    time.sleep(0.05)
    pool.end_all()
    for thread in threads:
        thread.join(5)
    assert [type(error) for error in raised] == [ParsingStopped] * 3
    assert not psutil.pid_exists(pid)
    pid_of(pool)  # and a window that is opened later decodes again


@pytest.mark.parametrize("processes", [1, 2])
def test_many_threads_at_once_are_served_by_few_processes(new_pool: NewPool, processes: int) -> None:
    pool = new_pool(processes)
    said: dict[int, Packet] = {}

    def ask(number: int) -> None:
        blob = bytes([number]) * 70_000
        said[number] = pool.call(tasks.echo, {"n": number}, [blob], check=lambda packet: packet, seconds=SECONDS)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == list(range(40))
    assert all(packet.values["n"] == n and packet.blobs == [bytes([n]) * 70_000] for n, packet in said.items())
    assert len({packet.values["pid"] for packet in said.values()}) <= processes


def test_a_thread_that_ends_takes_no_process_with_it(pool: ParserPool) -> None:
    """Linux's signal at a parent's death is one at the death of a thread."""
    pids: list[int] = []
    thread = threading.Thread(target=lambda: pids.append(pid_of(pool)))
    thread.start()
    thread.join()
    assert pid_of(pool) == pids[0]


def test_a_process_without_work_ends_and_is_replaced(new_pool: NewPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "_MARGIN_SECONDS", 0.0)
    pool = new_pool(idle_seconds=0.2)
    pool.prepare()
    (pid,) = pool.pids
    psutil.Process(pid).wait(30)
    assert pid_of(pool) != pid


def test_one_is_prepared_and_not_a_second(pool: ParserPool) -> None:
    pool.prepare()
    pool.prepare()
    (pid,) = pool.pids
    assert pid_of(pool) == pid


def test_a_process_that_was_killed_while_it_waited_is_replaced(pool: ParserPool) -> None:
    before = pid_of(pool)
    os.kill(before, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(before)] if psutil.pid_exists(before) else [], 10)
    assert pid_of(pool) != before


def test_a_process_that_cannot_be_started_is_a_sentence(pool: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ParserUnavailable) as caught:
        asked(pool, tasks.echo)
    assert "cannot be started (" in caught.value.explained("“a”")[0]


def test_a_process_that_ends_before_it_is_ready_is_a_sentence(
    pool: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true")
    with pytest.raises(ParserUnavailable, match="it ended at once"):
        asked(pool, tasks.echo)
    assert pool.pids == []


_PARENT = """
import sys, threading
from fanlight.parsing.pool import ParserPool
from fanlight.parsing.launching import ParserKind
from support import parser_tasks
pool = ParserPool(ParserKind("test", ("support.parser_tasks",), 1, 1 << 31))
print(pool.call(parser_tasks.echo, {}, check=lambda packet: packet.values["pid"], seconds=30), flush=True)
list(pool.run(getattr(parser_tasks, sys.argv[1]), {}, seconds=600)) if sys.argv[1:] else sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends the children of a process that was killed")
@pytest.mark.parametrize("busy_with", ["compute", "sleep_in_c", ""])
def test_it_ends_with_its_parent_whatever_it_does(busy_with: str) -> None:
    path = os.pathsep.join([str(TESTS.parent / "app"), str(TESTS)])
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, *filter(None, [busy_with])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    psutil.wait_procs([child], 10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
