"""Builds the objects and hands each what it needs: the one place that knows the concrete classes.

Everything heavy (model library, Qt) is imported inside the functions: `fanlight ask` pays for no window, the window
is painted before any model library is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fanlight import paths
from fanlight.domain.models import Loading, ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.stop import StopFlag
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.catalog.catalog import Catalog

SETTINGS_FILE = "settings.json"


def settings() -> Settings:
    return Settings.load(paths.home() / SETTINGS_FILE)


def catalog() -> Catalog:
    from fanlight.catalog.catalog import Catalog

    return Catalog(paths.shipped_models(), paths.home())


def load_engine(
    spec: ModelSpec,
    settings: Settings,
    progress: Callable[[float], None] | None = None,
    stop: StopFlag | None = None,
) -> Engine:
    """The model, loaded on the calling thread, which owns it from now on. Raises ModelError."""
    from fanlight.engine.llama import LlamaEngine

    loading = Loading(settings.context_tokens, settings.threads, settings.gpu_layers)
    return LlamaEngine.load(spec, loading, progress, stop)
