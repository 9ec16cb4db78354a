"""Which models of the catalog suit this computer: a few that are worth showing first."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.catalog.known_models import KnownModel, KnownModels

MOST = 3
_SOLD_AS = 1.1
"""A computer with "8 GB" has 7.4 to 8 of them left for programs."""
_WORKING_BYTES, _DESKTOP_BYTES = 1_000_000_000, 2_000_000_000
"""What a model takes beside its files (a cache of 8k tokens, computing), and what other programs keep."""


def choices_for(known: KnownModels, memory_bytes: int) -> Sequence[KnownModel]:
    """At most three for pictures, all of which fit: first the one that is recommended, then lighter and faster ones.
    `memory_bytes`: of the whole computer, or of the graphics card that is to be used. Empty where none fits."""
    rated = [model for model in known.of_kind("model") if model.tier_gb > 0 and not model.prompts]
    fitting = [model for model in rated if suits(model, memory_bytes)]
    best = sorted(fitting, key=lambda model: (-model.tier_gb, not model.recommended))
    if not best:
        return []
    first = best[0]
    lighter = [model for model in best if model.tier_gb < first.tier_gb and model.recommended]
    more = [model for model in best[1:] if model not in lighter]
    return [first, *lighter, *more][:MOST]

def suits(model: KnownModel, memory_bytes: int) -> bool:
    """Whether it is for a computer with so much memory; also where that is not known."""
    if model.tier_gb:
        return model.tier_gb <= memory_bytes / 1e9 * _SOLD_AS
    return (needed_bytes(model) or 0) + _DESKTOP_BYTES <= memory_bytes * _SOLD_AS


def needed_bytes(model: KnownModel) -> int | None:
    """Of memory, roughly, by the size of its files; None where that is not known."""
    return None if model.size_bytes is None else model.size_bytes + _WORKING_BYTES
