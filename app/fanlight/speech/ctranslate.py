"""CTranslate2 and faster-whisper, set up to decode quickly on few cores: the one place that imports them.

Measured with two cores, Whisper base int8, 12 s of audio, all as it comes against as it is here: the encoder 155 and 97
ms, a token 12 and 8.5 ms, with a beam of 5 19 and 10 ms.
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
    """What `load` returns or raises, from a thread of its own that has ended; and numpy's linear algebra on one thread
    from now on, for the whole process: the mel filters are its only work, and its idle thread keeps turning while the
    encoder wants the core.

    OpenMP keeps a pool for every living thread that ever ran a parallel loop, and as soon as all of them together have
    more threads than there are cores, none turns any more (libgomp's team.c and wait.h). CTranslate2 converts weights
    on the thread that loads them and decodes on another, so that the first must not live on.
    """
    threadpool_limits(limits=1, user_api="blas")
    with ThreadPoolExecutor(1, thread_name_prefix="fanlight-load") as loader:
        return loader.submit(load).result()
