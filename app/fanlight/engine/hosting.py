"""Opens an engine for a model's files: in this process, or in one of its own where that is chosen, or the model has
ended this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.stop import StopFlag
from fanlight.domain.tuning import USUAL
from fanlight.engine.deaths import ProcessMode, identity, safe_start
from fanlight.engine.driver_key import driver_key
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.placing import usable_cards
from fanlight.engine.run_marker import RunMarker
from fanlight.engine.separate import SeparateEngine
from fanlight.engine.tuning_store import stored_tuning


def open_engine(
    spec: ModelSpec,
    loading: LoadOptions,
    mode: ProcessMode = "automatic",
    progress: Callable[[float], None] | None = None,
    stop: StopFlag | None = None,
) -> Engine:
    """Raises ModelError."""
    if loading.folder is None:
        return LlamaEngine.load(spec, loading, progress, stop)
    folder = loading.folder
    if loading.tuning == USUAL:
        loading = replace(loading, tuning=stored_tuning(folder, spec))
    start = safe_start(folder, spec, mode, uses_cards=loading.wants_cards)
    loading = replace(loading, died_with=start.died_with)
    if start.separate or (mode == "automatic" and _computes_in_software(loading)):
        return SeparateEngine(spec, loading, progress, stop, notice=start.notice)
    marker = RunMarker(folder, identity(spec), driver_key(), separate=False)
    engine = LlamaEngine.load(spec, loading, progress, stop, marker)
    if start.notice:
        engine.add_notice(start.notice)
    return engine


def _computes_in_software(loading: LoadOptions) -> bool:
    """Whether a driver would compute in the memory of this process, where its faults damage what is Fanlight's."""
    return loading.wants_cards and any(card.is_software for card in usable_cards(loading))
