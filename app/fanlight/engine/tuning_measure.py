"""Measures one placement of a model: its usual way of computing, and others on the same weights, one after the other,
each kept where it is better. Runs in a process of its own: a driver may not survive each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import psutil

from fanlight.domain.errors import OutOfMemory, PictureError
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.placement import ALL_LAYERS, Placement
from fanlight.domain.stop import StopFlag
from fanlight.domain.tuning import WORTH, MeasuredSpeed, MeasuredWays, Tuning
from fanlight.engine.backend import llama
from fanlight.engine.context import ComputationStopped, Context
from fanlight.engine.loading import LoadedModel, OnAttempt, load
from fanlight.engine.threads import Threads
from fanlight.engine.weights import open_model_context
from fanlight.i18n import _

_SIDE, _PICTURE_SECONDS = 512, 5.0
_FIRST_TOKENS, _MOST_TOKENS = 64, 512
_READ_SECONDS, _WRITE_SECONDS = 1.0, 1.0
_FEWEST_WRITTEN, _MOST_WRITTEN = 6, 32
_PRIME = 7919

_clock = time.perf_counter


class WaysBench:
    """Measures contexts of one loaded model, whose own one is closed."""

    def __init__(self, loaded: LoadedModel, loading: LoadOptions, flag: StopFlag) -> None:
        self._loaded, self._loading, self._flag = loaded, loading, flag
        self._model = int(llama.llama_get_model(loaded.context.handle))
        loaded.context.close()
        self._picture_seconds = self._measured_picture()

    def measure(self, tuning: Tuning) -> MeasuredSpeed | None:
        """None where it does not fit, or llama.cpp has no such way. Raises ComputationStopped."""
        loaded = self._loaded
        threads = Threads.of(self._loading.threads, tuning)
        try:
            context = open_model_context(self._model, loaded.vision, loaded.placement, threads, tuning)
            with closing(context):
                context.use_stop_flag(self._flag)
                return replace(speed_of(context, loaded.vocab.size), picture_seconds=self._picture_seconds)
        except OutOfMemory:
            return None

    def _measured_picture(self) -> float:
        """The same for all ways; at most some seconds of a slow encoder."""
        vision = self._loaded.vision
        if vision is None:
            return 0.0
        began = _clock()
        with suppress(PictureError):
            vision.warm_up(_PICTURE_SECONDS, _SIDE)
        return _clock() - began


def measure_ways(
    spec: ModelSpec, loading: LoadOptions, seconds: float, flag: StopFlag, on_attempt: OnAttempt | None = None
) -> Generator[float, None, MeasuredWays | None]:
    """The model in the placement that `loading` leads to; yields which share of it is done. None where it was stopped.
    Raises ModelError."""
    until = _clock() + seconds
    with closing(load(spec, loading, None, flag, on_attempt)) as loaded:
        placement = loaded.placement
        try:
            bench = WaysBench(loaded, loading, flag)
            usual = bench.measure(loading.tuning)
            if usual is None:
                raise OutOfMemory(_("There is not enough memory to compute the answer."))
            changes = list(changes_for(placement, loading))
            found = yield from best_way(bench.measure, loading.tuning, usual, changes, until)
        except ComputationStopped:
            return None
        tuning, usual, best = found
        whole = placement.layers == ALL_LAYERS and placement.cache_on_card
        return MeasuredWays(tuning, usual, best, loaded.info.device, placement.on_card, whole)


def changes_for(placement: Placement, loading: LoadOptions) -> Iterator[dict[str, Any]]:
    """What is tried, one after the other. On a processor flash attention is slower for short texts, and larger steps
    take memory that the plan does not count."""
    if placement.on_card:
        if not loading.tuning.small_cache:
            yield {"flash_attention": False}
        yield {"step_tokens": 256}
    else:
        yield {"step_tokens": 64}
    if not loading.threads and placement.layers != ALL_LAYERS:
        cores, logical = psutil.cpu_count(logical=False) or 1, psutil.cpu_count() or 1
        usual = Threads.of(0)
        for count in dict.fromkeys((cores, cores * 3 // 4, cores // 2)):
            if count and count != usual.writing:
                yield {"writing_threads": count}
        for count in dict.fromkeys((cores * 3 // 4, logical)):
            if count and count != usual.reading:
                yield {"reading_threads": count}


def best_way(
    measure: Callable[[Tuning], MeasuredSpeed | None],
    start: Tuning,
    usual: MeasuredSpeed,
    changes: list[dict[str, Any]],
    until: float,
) -> Generator[float, None, tuple[Tuning, MeasuredSpeed, MeasuredSpeed]]:
    """The best way, and how fast the usual and that one are. What looks better is measured once more at the end, after
    the usual way: it may have been another program that slowed that one down."""
    best, speed = start, usual
    for number, change in enumerate(changes):
        yield (number + 1) / (len(changes) + 2)
        if _clock() > until:
            break
        tried = replace(best, **change)
        found = measure(tried)
        if found is not None and found.turn_seconds < speed.turn_seconds * (1 - WORTH):
            best, speed = tried, found
    if best != start:
        usual = (measure(start) or usual).best(usual)
        speed = (measure(best) or speed).best(speed)
        if speed.turn_seconds > usual.turn_seconds * (1 - WORTH):
            return start, usual, usual
    return best, usual, speed if best != start else usual


def speed_of(context: Context, vocabulary: int) -> MeasuredSpeed:
    """Different tokens, since they choose the experts of a mixture. Raises ComputationStopped."""
    tokens = [number * _PRIME % vocabulary for number in range(_MOST_TOKENS)]
    room = min(context.room, context.batch_tokens)
    first = min(_FIRST_TOKENS, room // 2)
    _timed_reading(context, tokens[:first])
    seconds = _timed_reading(context, tokens[:first])
    count = min(_MOST_TOKENS, room - _MOST_WRITTEN, max(first, int(first * _READ_SECONDS / max(seconds, 1e-6))))
    reading = count / max(_timed_reading(context, tokens[:count], keep=True), 1e-6)
    written, began = 0, _clock()
    while written < _MOST_WRITTEN and (written < _FEWEST_WRITTEN or _clock() - began < _WRITE_SECONDS):
        if not context.add_token(tokens[written]):
            raise ComputationStopped
        context.wait()
        written += 1
    writing = written / max(_clock() - began, 1e-6)
    context.clear()
    return MeasuredSpeed(reading, writing)


def _timed_reading(context: Context, tokens: list[int], *, keep: bool = False) -> float:
    began = _clock()
    context.add_text(tokens, logits=True)
    context.wait()
    seconds = _clock() - began
    if not keep:
        context.clear()
    return seconds
