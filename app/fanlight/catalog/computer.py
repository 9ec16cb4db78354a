"""How fast this computer is: what an estimate of a model's speed rests on."""

from __future__ import annotations

import ctypes
import functools
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

_COPIED_BYTES = 64 * 2**20
"""More than caches hold, of all threads together."""
_COPIES, _MOST_THREADS = 3, 4
_USUAL_HERTZ = 2.5e9
_OPERATIONS_PER_CYCLE = {"avx512_vnni": 30.0, "avx_vnni": 26.0, "avx2": 20.0, "neon": 14.0, "": 5.0}
"""Of one core, as llama.cpp multiplies quantized weights (two operations each weight), best first: some 60 percent of
what its vector units could do."""


@dataclass(frozen=True, slots=True)
class ComputingSpeed:
    """`bytes_per_second` of memory that can be read, `operations_per_second` of multiplying weights."""

    bytes_per_second: float
    operations_per_second: float


_SHARING_CARD = 1.5e12
"""Operations a second of a graphics unit inside a processor; assumed."""
USUAL_PROCESSOR = ComputingSpeed(30e9, 400e9)
"""A laptop of some years ago: six cores, two channels of memory."""
USUAL_CARD = ComputingSpeed(250e9, 8e12)
"""A graphics card of the middle range; assumed, not measured."""


@dataclass(frozen=True, slots=True)
class Computer:
    """`card_bytes`: memory of the graphics cards that models are computed on; 0 for none."""

    memory_bytes: int
    processor: ComputingSpeed = USUAL_PROCESSOR
    card_bytes: int = 0
    card: ComputingSpeed = USUAL_CARD


def this_computer(card_bytes: int = 0, *, shares_memory: bool = False) -> Computer:
    """Takes a tenth of a second the first time; on any thread. `shares_memory`: the card has none of its own."""
    import psutil  # a window appears without it

    processor = _processor()
    card = ComputingSpeed(processor.bytes_per_second, _SHARING_CARD) if shares_memory else USUAL_CARD
    return Computer(int(psutil.virtual_memory().total), processor, card_bytes, card)


@functools.cache
def _processor() -> ComputingSpeed:
    import psutil

    cores = psutil.cpu_count(logical=False) or 1
    return ComputingSpeed(
        _memory_speed(min(cores, _MOST_THREADS)), cores * _hertz() * operations_per_cycle(_features())
    )


def operations_per_cycle(features: frozenset[str]) -> float:
    """By the names of a processor's instruction sets."""
    return next(count for name, count in _OPERATIONS_PER_CYCLE.items() if not name or name in features)


def _memory_speed(threads: int) -> float:
    """Measured: bytes a second that are read and written while memory is copied, the best of some copies."""
    count = _COPIED_BYTES // threads
    pairs = [(ctypes.create_string_buffer(count), ctypes.create_string_buffer(count)) for _unused in range(threads)]
    for source, target in pairs:  # its pages are there before the clock runs
        ctypes.memset(source, 1, count)
        ctypes.memset(target, 2, count)
    best = 0.0
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        for _unused in range(_COPIES):
            started = perf_counter()
            list(pool.map(lambda pair: ctypes.memmove(pair[1], pair[0], count), pairs))
            best = max(best, 2 * count * threads / max(perf_counter() - started, 1e-6))
    return best


def _hertz() -> float:
    import psutil

    with suppress(Exception):  # some systems do not tell
        if (found := psutil.cpu_freq()) and (fast := found.max or found.current) >= 500:
            return float(fast) * 1e6
    return _USUAL_HERTZ


def _features() -> frozenset[str]:
    if sys.platform == "darwin":
        return frozenset(("neon",))
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            name, _colon, values = line.partition(":")
            if name.strip() in ("flags", "Features"):
                found = frozenset(values.split())
                return found | ({"neon"} if "asimd" in found else frozenset())
    return frozenset(("avx2",))
