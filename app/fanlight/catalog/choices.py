"""Which models of the catalog suit this computer: a few that are worth showing first."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.catalog.answer_time import answer_time
from fanlight.catalog.computer import Computer
from fanlight.catalog.known_models import KnownModel, KnownModels

MOST = 3
LONGEST_SECONDS, LEAST_TOKENS_PER_SECOND = 45.0, 10.0
"""What is offered first has said its first sentence about a screenshot in that time, and then writes about as fast as
people read."""
_SOLD_AS = 1.1
"""A computer with "8 GB" has 7.4 to 8 of them left for programs."""
_WORKING_BYTES, _DESKTOP_BYTES = 1_000_000_000, 2_000_000_000
"""What a model takes beside its files (a cache of 8k tokens, computing), and what other programs keep."""


def choices_for(known: KnownModels, computer: Computer) -> Sequence[KnownModel]:
    """At most three for pictures, all of which fit into the memory: first the best recommended one that answers fast
    enough here, the fastest where none does; then a faster one and a larger one. Empty where none fits."""
    rated = [model for model in known.of_kind("model") if model.tier_gb > 0 and not model.prompts]
    fitting = [model for model in rated if suits(model, computer)]
    best = sorted(fitting, key=lambda model: (-model.tier_gb, not model.recommended))
    if not best:
        return []
    fast = sorted((model for model in best if is_fast(model, computer)), key=lambda model: not model.recommended)
    first = fast[0] if fast else min(best, key=lambda model: _seconds(model, computer))
    lighter = [model for model in best if model.tier_gb < first.tier_gb and model.recommended]
    larger = [model for model in reversed(best) if model.tier_gb > first.tier_gb and model.recommended]
    more = [model for model in best if model is not first and model not in (*lighter, *larger)]
    same = [model for model in more if model.tier_gb <= first.tier_gb]
    return [first, *lighter[:1], *larger[:1], *lighter[1:], *same, *larger[1:], *more][:MOST]


def suits(model: KnownModel, computer: Computer) -> bool:
    """Whether it fits into the memory of this computer, or of its graphics card; also where that is not known."""
    needed = (needed_bytes(model) or 0) if model.tier_gb == 0 or computer.card_bytes else 0
    if 0 < needed <= computer.card_bytes:
        return True
    if model.tier_gb:
        return model.tier_gb <= computer.memory_bytes / 1e9 * _SOLD_AS
    return needed + _DESKTOP_BYTES <= computer.memory_bytes * _SOLD_AS


def needed_bytes(model: KnownModel) -> int | None:
    """Of memory, roughly, by the size of its files; None where that is not known."""
    return None if model.size_bytes is None else model.size_bytes + _WORKING_BYTES


def is_fast(model: KnownModel, computer: Computer) -> bool:
    time = answer_time(model, computer)
    if time is None:
        return False
    return time.seconds <= LONGEST_SECONDS and time.tokens_per_second >= LEAST_TOKENS_PER_SECOND


def _seconds(model: KnownModel, computer: Computer) -> float:
    time = answer_time(model, computer)
    return float("inf") if time is None else time.seconds
