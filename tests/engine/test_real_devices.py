"""On whatever graphics device is here, a software one included (`make test-gpu`). Each case that could end its process
runs in one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fanlight import paths
from fanlight.domain.events import Event, Finished, TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.engine.graphics import GraphicsFound, find_graphics
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.separate import SeparateEngine

pytestmark = [pytest.mark.gpu, pytest.mark.model, pytest.mark.timeout(900)]

GREEDY = Sampling(temperature=0, max_tokens=24)
QUESTIONS = (
    [Message.of("user", "What is it?", [Image.of(160, 120, bytes([200, 30, 30]) * 160 * 120)])],
    [Message.of("user", "What shape is in the picture? " * 20)],
)


def practice() -> ModelSpec:
    folder = paths.shipped_models() / "practice"
    return ModelSpec.of_files("practice", folder / "practice.gguf", folder / "practice-mmproj.gguf", practice=True)


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


def test_the_card_answers_as_the_processor_does(on_card: SeparateEngine, found: GraphicsFound) -> None:
    assert on_card.info.device == found.usable[0].description
    assert on_card.info.notices == ()
    with closing(LlamaEngine.load(practice(), LoadOptions(gpu_layers=0))) as processor:
        for question in QUESTIONS:
            assert text_of(list(on_card.generate(question, GREEDY))) == text_of(
                list(processor.generate(question, GREEDY))
            )


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
