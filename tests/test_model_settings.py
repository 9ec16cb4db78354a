"""What the settings say of a model."""

from __future__ import annotations

from dataclasses import fields

from fanlight.model_settings import needs_reload, sampling_of
from fanlight.settings import Settings


def test_the_practice_model_is_never_warm() -> None:
    assert sampling_of(Settings(temperature=1.5), practice=True).temperature == 0
    assert sampling_of(Settings(temperature=1.5)).temperature == 1.5


def test_what_the_model_uses_only_once_it_is_loaded_again() -> None:
    waiting = {item.name for item in fields(Settings) if item.metadata["applies_after_reload"]}
    assert waiting == {"context_tokens", "threads", "gpu_layers", "model_process"}
    assert needs_reload(Settings(), Settings(threads=2))
    assert not needs_reload(Settings(), Settings(temperature=0.1, picture_side=896))
