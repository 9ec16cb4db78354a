"""Finds out how a model is computed the fastest on this computer, in processes of their own, and keeps it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from time import monotonic

from fanlight.domain.errors import ModelDied, ModelError, OutOfMemory
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.stop import StopFlag
from fanlight.domain.tuning import TUNING_SECONDS, USUAL, WORTH, MeasuredWays, TuningProgress, TuningResult
from fanlight.engine.child_values import decode_ways, encode_load
from fanlight.engine.deaths import avoided_placements
from fanlight.engine.driver_key import loadable_libraries
from fanlight.engine.engine_process import EngineProcess
from fanlight.engine.tuning_store import keep_tuning

Tuned = Generator[TuningProgress | TuningResult, None, None]
_Found = Generator[TuningProgress, None, MeasuredWays | None]


def tune_model(
    spec: ModelSpec,
    loading: LoadOptions,
    stop: StopFlag | None = None,
    seconds: float = TUNING_SECONDS,
    start: Callable[[], EngineProcess] | None = None,
) -> Tuned:
    """Ends with a TuningResult, which the next load uses, or without one where it was stopped. No other model should
    be in memory. Raises ModelError."""
    run = _Run(spec, replace(loading, tuning=USUAL), stop or StopFlag(), seconds, start)
    found = yield from run.all_ways()
    if found is None:
        return
    best = min(found, key=lambda ways: ways.best.turn_seconds)
    usual = found[0]
    if best.best.turn_seconds > usual.best.turn_seconds * (1 - WORTH):
        best = usual
    if loading.folder is not None:
        keep_tuning(loading.folder, spec, best.tuning)
    yield TuningProgress(1.0)
    yield TuningResult(best.tuning, best.device, usual.usual, best.best)


@dataclass(slots=True)
class _Run:
    spec: ModelSpec
    loading: LoadOptions
    stop: StopFlag
    seconds: float
    start: Callable[[], EngineProcess] | None

    def all_ways(self) -> Generator[TuningProgress, None, list[MeasuredWays] | None]:
        """The usual placement first; then what else could be better than a graphics card. None: it was stopped."""
        until = monotonic() + self.seconds
        try:
            share = 0.5 if self.loading.gpu_layers < 0 and loadable_libraries() else 1.0
            first = yield from self._measured(self.loading, share * self.seconds, 0.0, share)
        except (ModelDied, OutOfMemory):
            if self.loading.gpu_layers >= 0:
                raise
            alone = yield from self._measured(self._on_processor(), until - monotonic(), 0.5, 1.0)
            return [alone] if alone is not None else None
        if first is None:
            return None
        found, others = [first], list(self._others(first))
        for number, loading in enumerate(others):
            left = max(1.0, until - monotonic()) / (len(others) - number)
            low, high = (0.5 + 0.5 * (number + step) / len(others) for step in (0, 1))
            try:
                ways = yield from self._measured(loading, left, low, high)
            except (ModelDied, OutOfMemory):
                continue
            if ways is None:
                return None
            found.append(ways)
        return found

    def _others(self, first: MeasuredWays) -> Iterator[LoadOptions]:
        if not first.on_card:
            return
        if not first.whole:
            yield replace(self.loading, tuning=replace(USUAL, small_cache=True))
        if self.loading.gpu_layers < 0:
            yield self._on_processor()

    def _on_processor(self) -> LoadOptions:
        return replace(self.loading, tuning=replace(USUAL, processor_alone=True))

    def _measured(self, loading: LoadOptions, seconds: float, low: float, high: float) -> _Found:
        """Raises ModelDied, ModelError."""
        if loading.folder is not None:
            loading = replace(loading, died_with=avoided_placements(loading.folder, self.spec))
        process = self.start() if self.start is not None else EngineProcess.start(loading.folder)
        request = {"do": "tune", "seconds": seconds, **encode_load(self.spec, loading)}
        try:
            with closing(process):
                for values in process.request(request, (), self.stop):
                    if "ways" in values:
                        return decode_ways(values["ways"])
                    yield TuningProgress(low + (high - low) * values["share"])
        except ModelError:
            if not self.stop.is_set():
                raise
        return None
