"""How a processor is used: with how many threads, and how many tokens at once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fanlight.domain.errors import PictureError
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine.backend import llama
from fanlight.engine.context import Context
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.mtmd import MediaChunk, VisionEncoder
from fanlight.engine.threads import Threads
from fanlight.gguf import memory
from fanlight.gguf.check import check
from fanlight.gguf.kv_cache import BATCH, STEP
from support import random_models


def _cores(monkeypatch: pytest.MonkeyPatch, count: int | None) -> None:
    monkeypatch.setattr("fanlight.engine.threads.psutil.cpu_count", lambda logical: count)


@pytest.mark.parametrize(("cores", "reading", "writing"), [(8, 8, 7), (2, 2, 1), (1, 1, 1), (None, 1, 1)])
def test_a_prompt_is_read_by_all_cores_and_an_answer_leaves_one(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, reading: int, writing: int
) -> None:
    _cores(monkeypatch, cores)
    assert Threads.of(0) == Threads(reading, writing)
    assert Threads.of(5) == Threads(5, 5)  # as the user has chosen


@pytest.mark.model
def test_llama_cpp_and_the_encoder_get_these_threads(spec: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    _cores(monkeypatch, 3)
    asked: list[int] = []
    opened = VisionEncoder.open

    def open_encoder(*args: Any, threads: int, **more: Any) -> VisionEncoder:
        asked.append(threads)
        return opened(*args, threads=threads, **more)

    monkeypatch.setattr(VisionEncoder, "open", open_encoder)
    with closing(LlamaEngine.load(spec, LoadOptions(512))) as engine:
        handle = engine._loaded.context.handle
        assert llama.llama_n_threads_batch(handle) == 3
        assert llama.llama_n_threads(handle) == 2
    assert asked == [3]


@pytest.mark.model
@pytest.mark.parametrize("kind", random_models.KINDS)
def test_a_processor_evaluates_small_steps_of_a_batch_as_planned(tmp_path: Path, kind: str) -> None:
    spec = random_models.KINDS[kind](tmp_path)
    with closing(LlamaEngine.load(spec, LoadOptions(1024, gpu_layers=0))) as engine:
        handle = engine._loaded.context.handle
        assert llama.llama_n_batch(handle) == BATCH
        assert llama.llama_n_ubatch(handle) == STEP == memory.plan(check(spec), 1024).batch_tokens
    assert memory.plan(check(spec), 1024, on_card=True).batch_tokens == BATCH


@pytest.mark.model
def test_a_picture_that_must_be_evaluated_at_once_is_refused_where_a_step_does_not_hold_it(tmp_path: Path) -> None:
    with closing(LlamaEngine.load(random_models.window(tmp_path), LoadOptions(1024, gpu_layers=0))) as engine:
        context: Context = engine._loaded.context
        large = MediaChunk("x", 0, STEP + 1, STEP + 1, None)  # type: ignore[arg-type]  # refused before it is used
        with pytest.raises(PictureError):
            context.add_media(large, np.zeros((STEP + 1, 64), np.float32))
