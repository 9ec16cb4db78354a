"""What is different while a graphics device computes: it works on after a call has returned, and cannot be aborted."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.errors import ModelError
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.engine import families, loading, prompt_evaluator
from fanlight.engine.card_room import CardRoom
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.loading import beyond_training
from fanlight.gguf.check import check
from support.gguf_drafts import text_model


@pytest.mark.model
@pytest.mark.parametrize(("on_card", "later"), [(True, 76), (False, 512)])
def test_steps_become_short_on_a_slow_card_so_that_stop_is_quick(
    spec: ModelSpec, monkeypatch: pytest.MonkeyPatch, on_card: bool, later: int
) -> None:
    with closing(LlamaEngine.load(spec, LoadOptions(4096, gpu_layers=0))) as engine:
        context, now, steps, waited = engine._loaded.context, 0.0, list[int](), list[float]()
        add_text, wait = context.add_text, context.wait

        def add(tokens: Sequence[int], *, logits: bool) -> None:
            steps.append(len(tokens))
            add_text(tokens, logits=logits)

        def wait_a_second() -> None:
            nonlocal now
            wait()
            now += 1.0
            waited.append(now)

        if on_card:
            context.use_cards(CardRoom(()))
        monkeypatch.setattr(context, "add_text", add)
        monkeypatch.setattr(context, "wait", wait_a_second)
        monkeypatch.setattr(prompt_evaluator, "_clock", lambda: now)
        end: Any = list(engine.generate([Message.of("user", "word " * 500)], Sampling(temperature=0, max_tokens=1)))[-1]
    assert steps[0] == 512
    assert max(steps[1:]) <= later
    assert len(steps) == len(waited) > 3
    assert end.timings.prefill_seconds == len(steps)  # the time that the card took is the prompt's


def test_a_context_beyond_the_training_is_not_taken_silently(tmp_path: Path) -> None:
    draft = text_model()
    draft.set("llama.context_length", 1000)
    model = check(ModelSpec.of_files("x", draft.write(tmp_path / "m.gguf"))).model
    assert beyond_training(model, 1024) == []  # llama.cpp pads it
    (said,) = beyond_training(model, 8192)
    assert "8,192 tokens" in said
    assert "1,000" in said


def test_a_refused_projector_is_known_by_its_vision_key_too(spec: ModelSpec) -> None:
    projector = check(spec).projector
    assert projector is not None
    values = {key: value for key, value in projector.metadata.items() if key != "clip.projector_type"}
    with pytest.raises(ModelError, match="hunyuanvl"):
        families.check_projector(replace(projector, metadata=values | {"clip.vision.projector_type": "hunyuanvl"}))


@pytest.mark.model
@pytest.mark.parametrize(
    ("on_card", "seconds", "counts", "sides"),
    [
        (False, 0.0, [1], [64]),
        (True, 0.1, [512, 512, 64, 16, 8, 1], [64, 512, 1536]),
        (True, 1.0, [512, 512, 64, 16, 8, 1], [64]),  # a slow device
    ],
)
def test_what_a_card_will_ever_allocate_is_allocated_at_load(
    spec: ModelSpec, monkeypatch: pytest.MonkeyPatch, on_card: bool, seconds: float, counts: list[int], sides: list[int]
) -> None:
    with closing(LlamaEngine.load(spec, LoadOptions(1024, gpu_layers=0))) as engine:
        context, vision, now = engine._loaded.context, engine._loaded.vision, 0.0
        seen, drawn, add_text = list[int](), list[int](), context.add_text
        assert vision is not None

        def add(tokens: Sequence[int], *, logits: bool) -> None:
            seen.append(len(tokens))
            add_text(tokens, logits=logits)

        def encode(_seconds: float, side: int) -> None:
            nonlocal now
            now += seconds
            drawn.append(side)

        monkeypatch.setattr(context, "add_text", add)
        monkeypatch.setattr(vision, "warm_up", encode)
        monkeypatch.setattr(loading, "_clock", lambda: now)
        loading.warm_up(context, vision, engine._loaded.vocab, on_card=on_card)
        assert (seen, drawn) == (counts, sides)
        assert not context.items
