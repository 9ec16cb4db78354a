"""A flag that C can look at."""

from __future__ import annotations

import ctypes
import threading

from fanlight.domain.stop import StopFlag

strlen = ctypes.CDLL(None).strlen
strlen.argtypes, strlen.restype = [ctypes.c_void_p], ctypes.c_size_t


def test_a_flag_is_down_until_it_is_set_and_then_stays_up() -> None:
    flag = StopFlag()
    assert not flag.is_set()
    flag.set()
    flag.set()
    assert flag.is_set()


def test_c_sees_what_python_set() -> None:
    flag = StopFlag()
    assert strlen(flag.address) == 0
    flag.set()
    assert strlen(flag.address) == 1


def test_stopping_one_job_leaves_the_others() -> None:
    flags = [StopFlag() for _ in range(50)]
    flags[7].set()
    assert [flag.is_set() for flag in flags].index(True) == 7
    assert len({flag.address for flag in flags}) == 50


def test_another_thread_sees_it() -> None:
    flag, seen = StopFlag(), threading.Event()

    def wait() -> None:
        while not flag.is_set():
            pass
        seen.set()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    flag.set()
    assert seen.wait(10)
    thread.join()
