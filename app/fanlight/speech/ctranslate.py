"""CTranslate2 and faster-whisper, set up to decode quickly on few cores: who needs them takes them from here.

Between a token's many small loops their threads wait for each other, and how they wait is most of the time. Measured
with two cores, Whisper base int8, 12 s of audio, all as it comes against as it is here: the encoder 155 and 97 ms, a
token 12 and 8.5 ms, with a beam of 2 16 and 9 ms; beside another program that fills a core, 178 and 175, 13 and 14, 15
and 18 ms.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from threadpoolctl import threadpool_limits

Result = TypeVar("Result")
_TURNS = 500
"""How often a thread of GNU OpenMP looks for work before it sleeps. Its own 300,000 are quickest where both cores are
free (a token 7 ms) and bad where they are not (30); 0, which suits the vision model's long loops, has every small one
here wait for a thread to wake up (16)."""


@contextmanager
def _turns() -> Iterator[None]:
    """CTranslate2's wheel holds an OpenMP of its own, which looks into the environment once, when it is loaded."""
    before = os.environ.get("GOMP_SPINCOUNT")
    os.environ.setdefault("GOMP_SPINCOUNT", str(_TURNS))
    try:
        yield
    finally:
        if before is None:
            del os.environ["GOMP_SPINCOUNT"]


with _turns():
    import ctranslate2 as ctranslate2
    from faster_whisper import WhisperModel as WhisperModel
    from faster_whisper.tokenizer import Tokenizer as Tokenizer


def loaded(load: Callable[[], Result]) -> Result:
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
