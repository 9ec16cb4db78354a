"""The models the bench runs on: one of SmolVLM-256M's shape with random weights, and the practice model."""

from __future__ import annotations

import psutil

from bench import places
from bench.child import CanNotMeasure
from fanlight import paths
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine.llama import LlamaEngine

CONTEXT_TOKENS = 4096


def threads() -> int:
    """As Fanlight chooses by itself: one core is left for the rest."""
    return max(1, (psutil.cpu_count(logical=False) or 2) - 1)


def smolvlm() -> ModelSpec:
    """Built once, in seconds."""
    from support.random_models import smolvlm_256m_shape

    return smolvlm_256m_shape(places.work("smolvlm-256m-shape"))


def practice() -> ModelSpec:
    from fanlight.catalog.catalog import Catalog

    found = [spec for spec in Catalog(paths.shipped_models(), paths.home()).models() if spec.practice]
    if not found or not found[0].files.model.is_file():
        raise CanNotMeasure("the practice model is not in models/practice: make practice-model")
    return found[0]


def load(spec: ModelSpec, context_tokens: int = CONTEXT_TOKENS) -> LlamaEngine:
    return LlamaEngine.load(spec, LoadOptions(context_tokens=context_tokens, threads=threads(), gpu_layers=0))
