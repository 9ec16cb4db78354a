"""On whatever graphics device is here, a software one included (`make test-gpu`). Each case that could end its process
runs in one of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fanlight.domain.events import Event, Finished, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions
from fanlight.engine.graphics import GraphicsFound, find_graphics
from fanlight.engine.separate import SeparateEngine
from support.greedy_tokens import GREEDY, SEEN, first_difference, gap, noise, practice
from support.language_model import smollm2

pytestmark = [pytest.mark.gpu, pytest.mark.model, pytest.mark.timeout(900)]

QUESTIONS = SEEN
MOST_ROUNDING = 3.0
"""Between logits; eight-bit activations on the one side and half precision on the other."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def found(folder: Path) -> GraphicsFound:
    """What is here, each device tried."""
    graphics = find_graphics(folder)
    if not graphics.tried:
        pytest.skip("llama.cpp finds no graphics device")
    return graphics


@pytest.fixture(scope="module")
def on_card(folder: Path, found: GraphicsFound) -> Iterator[SeparateEngine]:
    if not found.usable:
        pytest.skip("no graphics device that llama.cpp can use")
    with closing(SeparateEngine(practice(), LoadOptions(gpu_layers=1000, folder=folder))) as engine:
        yield engine


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_a_device_works_or_is_named_with_its_reason(found: GraphicsFound) -> None:
    for tried in found.tried:
        assert not tried.reason or "exit" in tried.reason or "answer" in tried.reason


def test_what_is_here_never_ends_this_process(folder: Path, found: GraphicsFound) -> None:
    """With devices that cannot be used alone, the processor answers."""
    with closing(SeparateEngine(practice(), LoadOptions(folder=folder))) as engine:
        assert text_of(list(engine.generate(QUESTIONS[0], GREEDY)))
        assert engine.info.device


def test_the_card_answers(on_card: SeparateEngine, found: GraphicsFound) -> None:
    assert on_card.info.device == found.usable[0].description
    assert on_card.info.notices == ()
    assert all(text_of(list(on_card.generate(question, GREEDY))) for question in QUESTIONS)


@pytest.mark.parametrize("model", ["practice", "smollm2"])
def test_the_card_chooses_the_tokens_that_the_processor_chooses(
    folder: Path, found: GraphicsFound, tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or others only where its two best ones are nearer than the rounding."""
    if not found.usable:
        pytest.skip("no graphics device that llama.cpp can use")
    if model == "smollm2":
        smollm2()
    ours, theirs = (_chosen(tmp_path / f"{layers}.npz", layers, folder, model) for layers in (1000, 0))
    assert str(ours.pop("device")) == found.usable[0].description
    theirs.pop("device")
    rounding = max(noise(ours[name], theirs[name]) for name in theirs)
    for name in theirs:
        at = first_difference(ours[name], theirs[name])
        with capsys.disabled():
            end = "all equal" if at is None else f"token {at} differs, gap {gap(theirs[name][at]):.4f}"
            print(f"\n{model} {name}: {len(theirs[name])} tokens, {end}; rounding up to {rounding:.4f}", end="")
        assert at is None or gap(theirs[name][at]) < 2 * rounding
    assert rounding < MOST_ROUNDING


def _chosen(out: Path, layers: int, folder: Path, model: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "support.greedy_tokens", str(out), str(layers), str(folder), model]
    subprocess.run(command, check=True, timeout=800)
    return dict(np.load(out))


def test_the_prompts_time_is_the_prompts(on_card: SeparateEngine) -> None:
    end = list(on_card.generate([Message.of("user", "Another question. " * 60)], GREEDY))[-1]
    assert isinstance(end, Finished)
    assert end.timings.prefill_seconds > 0
    assert end.timings.device == on_card.info.device


@pytest.mark.parametrize("layers", [1, 2])
def test_a_part_of_the_layers_answers_too(folder: Path, found: GraphicsFound, layers: int) -> None:
    if not found.usable:
        pytest.skip("no graphics device that llama.cpp can use")
    with closing(SeparateEngine(practice(), LoadOptions(gpu_layers=layers, folder=folder))) as engine:
        assert text_of(list(engine.generate(QUESTIONS[0], GREEDY)))
        assert engine.info.device == found.usable[0].description
