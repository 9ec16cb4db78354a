"""The sampling parameters that a model's file recommends: llama.cpp's converter takes them from the model's card."""

from __future__ import annotations

import math
from collections.abc import Mapping

from fanlight.domain.models import RecommendedSampling
from fanlight.gguf.header import Header, Value

_PREFIX = "general.sampling."


def recommended_sampling(model: Header) -> RecommendedSampling:
    """Values outside their range are left out."""
    values = model.metadata
    top_k = _number(values, "top_k", -1, 1_000_000)
    last = _number(values, "penalty_last_n", 1, 1024)
    return RecommendedSampling(
        temperature=_number(values, "temp", 0, 2),
        top_k=None if top_k is None else max(0, int(top_k)),
        top_p=_number(values, "top_p", 0.01, 1),
        min_p=_number(values, "min_p", 0, 1),
        repeat_penalty=_number(values, "penalty_repeat", 1, 2),
        repeat_tokens=None if last is None else int(last),
    )


def _number(values: Mapping[str, Value], name: str, low: float, high: float) -> float | None:
    value = values.get(_PREFIX + name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return round(float(value), 6) if low <= value <= high else None
