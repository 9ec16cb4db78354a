"""What the settings say of a model: when it must be loaded again, and how it answers."""

from __future__ import annotations

from dataclasses import fields

from fanlight.domain.models import Sampling
from fanlight.settings import Settings

_RECOMMENDED = ("temperature", "top_k", "top_p", "min_p")
"""What the files of models recommend."""


def needs_reload(loaded: Settings, now: Settings) -> bool:
    """Whether a model that was loaded with `loaded` must be loaded again before all of `now` applies."""
    return any(
        getattr(loaded, item.name) != getattr(now, item.name)
        for item in fields(Settings)
        if item.metadata["applies_after_reload"]
    )


def sampling_of(settings: Settings, *, practice: bool = False) -> Sampling:
    """What stands at its default is left to the model's own recommendation. The practice model is always greedy: its
    questions have one right answer."""
    sampled = [item for item in fields(settings) if item.name in _RECOMMENDED]
    unset = [item.name for item in sampled if getattr(settings, item.name) == item.default]
    return Sampling(
        temperature=0.0 if practice else settings.temperature,
        top_k=settings.top_k,
        top_p=settings.top_p,
        min_p=settings.min_p,
        max_tokens=settings.max_tokens,
        unset=() if practice else (*unset, "repeat_penalty", "repeat_tokens"),
        thinking=settings.thinking,  # type: ignore[arg-type]  # one of its choices
        thinking_tokens=settings.thinking_tokens,
    )
