"""CTranslate2 and faster-whisper, set up to decode quickly on few cores: the one place that imports them.

Measured with two cores, Whisper base int8, 12 s of audio, the libraries' defaults against the settings here: the
encoder 155 and 97 ms, a token 12 and 8.5 ms, a token with a beam of 5 19 and 10 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import threadpool_limits

from fanlight import openmp

openmp.wait_shortly()

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

__all__ = ["Tokenizer", "WhisperModel", "ctranslate2", "load_on_ended_thread"]

Result = TypeVar("Result")


def load_on_ended_thread(load: Callable[[], Result]) -> Result:
    """Run `load` on a thread of its own that ends; return or raise what it does. Limits numpy's linear algebra to one
    thread from now on, for the whole process: it only computes the mel filters, and its idle thread would spin on a
    core that the encoder needs.

    OpenMP keeps a pool for every living thread that ever ran a parallel loop, and as soon as all of them together have
    more threads than there are cores, none spins while it waits (libgomp's team.c and wait.h). CTranslate2 converts
    weights on the thread that loads them and decodes on another, so the first thread must end.
    """
    threadpool_limits(limits=1, user_api="blas")
    with ThreadPoolExecutor(1, thread_name_prefix="fanlight-load") as loader:
        return loader.submit(load).result()
