"""Models that merge frames take two neighboring ones of a clip as one picture, and nothing else together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from fanlight.catalog.fit import planned_frame_cost
from fanlight.domain.clips import FRAME_SHAPES, Clip, Moment
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import Image, ImagePart, Message, TextPart
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.slots import Slot
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.mtmd import MediaChunk
from fanlight.engine.separate import SeparateEngine
from support import random_models
from support.asking import GREEDY, assistant, hear, noise, user
from support.oracle import Oracle, Pair

pytestmark = pytest.mark.model
Make = Callable[[Path], ModelSpec]
CLIP = Clip("x", "party.mp4", 60.0, 0.0, 60.0)


def frames(count: int, clip: Clip = CLIP, size: tuple[int, int] = (256, 144), seed: int = 0) -> list[ImagePart]:
    return [
        ImagePart(noise(*size, seed + number).in_low_detail(), Moment(clip, 2.0 * number)) for number in range(count)
    ]


def about(parts: Sequence[ImagePart], text: str = "What happens?") -> Message:
    return Message("user", (*parts, TextPart(text)))


def pictures(engine: LlamaEngine) -> list[str]:
    """Those in the cache, in order."""
    return list(dict.fromkeys(item.media_id for item in engine.cached if isinstance(item, MediaChunk)))


@pytest.fixture(scope="module", params=[random_models.mrope, random_models.qwen3])
def spec(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    make: Make = request.param
    return make(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def pair(spec: ModelSpec) -> Iterator[Pair]:
    with closing(LlamaEngine.load(spec)) as engine, closing(Oracle(spec)) as oracle:
        yield Pair(engine, oracle)


def prompt_tokens(engine: LlamaEngine, message: Message) -> int:
    timings = hear(engine.generate([message], replace(GREEDY, max_tokens=1))).end.timings
    return timings.reused_tokens + timings.evaluated_tokens


@pytest.mark.parametrize(
    ("architecture", "projector"), [("qwen2vl", "qwen2.5vl_merger"), ("qwen3vl", "qwen3vl_merger")]
)
def test_pairs_take_about_half_of_the_tokens(architecture: str, projector: str, tmp_path: Path) -> None:
    """All of the prompt, with the times: the letters of these models are tokens each."""
    message = about(frames(4, size=FRAME_SHAPES[-1]))
    text, eye = random_models.TextShape(architecture, context=4096), random_models.EyeShape(projector)
    spec = random_models.write_pair(tmp_path, "qwen", text, eye, random_models.TEMPLATE)
    with closing(LlamaEngine.load(spec)) as engine:
        assert engine.info.frames.merges
        paired = prompt_tokens(engine, message)
        assert len(pictures(engine)) == 2
        engine._loaded.template.merges_frames = False
        alone = prompt_tokens(engine, message)
        assert len(pictures(engine)) == 4
    assert paired <= 0.55 * alone, f"{paired} of {alone}"


def test_an_answer_about_pairs_is_that_of_a_fresh_context(pair: Pair) -> None:
    asked = about(frames(5, seed=20))  # the last is alone
    first = pair.check([asked])
    assert len(pictures(pair.engine)) == 3
    pair.check([asked, assistant(first), user("And then?")])
    swapped = frames(2, seed=20)[::-1]
    pair.check([about(swapped)])  # another order is another picture
    assert len(pictures(pair.engine)) == 1


def test_a_later_question_about_a_clip_encodes_nothing(pair: Pair) -> None:
    engine, vision = pair.engine, pair.engine._loaded.vision
    assert vision is not None
    asked = about(frames(6, seed=40))
    before = vision.encodes
    prefilled = hear(engine.prefill([about(frames(6, seed=40), "What")]))
    assert (vision.encodes - before, prefilled.end.timings.images_encoded) == (3, 6)
    first = hear(engine.generate([asked], GREEDY))
    talk = [asked, assistant(first.text), user("And then?")]
    later = hear(engine.generate(talk, GREEDY))
    assert later.end.timings.reused_tokens > 3 * 144
    hear(engine.generate([user("Something else.")], GREEDY, slot=Slot.PANEL))
    hear(engine.generate([about(frames(6, seed=40), "Edited: who?")], GREEDY))
    for heard in (first, later):
        assert heard.end.timings.images_encoded == 0
    assert vision.encodes - before == 3


def test_each_frame_has_half_of_what_its_pair_takes(pair: Pair) -> None:
    parts = frames(3, seed=60)
    heard = hear(pair.engine.generate([about(parts)], GREEDY))
    told = {ready.image_id: ready.tokens for ready in heard.pictures}
    assert list(told) == [part.image.id for part in parts]
    alone = pair.engine.image_tokens(parts[0].image)
    assert list(told.values()) == [(alone + 1) // 2, alone // 2, alone]


def test_pictures_never_melt_together(pair: Pair) -> None:
    other = replace(CLIP, id="y")
    one, two = frames(2, seed=80)
    for parts in (
        [ImagePart(one.image), ImagePart(two.image)],
        [one, ImagePart(two.image)],
        [one, replace(two, moment=Moment(other, 2.0))],
        [one, frames(1, size=(144, 256), seed=81)[0]],
    ):
        hear(pair.engine.generate([about(parts)], GREEDY))
        assert pictures(pair.engine) == [part.image.id for part in parts]
    hear(pair.engine.generate([about([one, two])], GREEDY))
    assert len(pictures(pair.engine)) == 1


@pytest.mark.parametrize("kind", ["plain", "window", "hybrid"])
def test_other_models_take_each_frame_alone(kind: str, tmp_path: Path) -> None:
    parts = frames(2, size=(64, 64), seed=100)
    with closing(LlamaEngine.load(random_models.KINDS[kind](tmp_path))) as engine:
        assert not engine.info.frames.merges
        hear(engine.generate([about(parts)], GREEDY))
        assert pictures(engine) == [part.image.id for part in parts]


def test_what_frames_take_is_counted_when_a_model_is_loaded(pair: Pair) -> None:
    sizes = [Image.of(width, height, bytes(3 * width * height), low=True) for width, height in FRAME_SHAPES]
    assert pair.engine.info.frames.tokens == tuple(map(pair.engine.image_tokens, sizes))
    assert pair.engine.info.frames.of((1080, 1920)) == pair.engine.image_tokens(sizes[-1])


@pytest.mark.parametrize("make", [random_models.plain, random_models.qwen3, random_models.window])
def test_what_frames_will_take_is_known_before_a_model_is_loaded(make: Make, tmp_path: Path) -> None:
    spec = make(tmp_path)
    planned = planned_frame_cost(spec)
    with closing(LlamaEngine.load(spec)) as engine:
        counted = engine.info.frames
    assert planned.merges == counted.merges
    for guess, real in zip(planned.tokens, counted.tokens, strict=True):
        assert real <= guess <= real + 4


def test_a_separate_process_merges_as_well(spec: ModelSpec, pair: Pair, tmp_path: Path) -> None:
    asked = about(frames(4, seed=120))
    expected = hear(pair.engine.generate([asked], GREEDY))
    path = tmp_path / "7.state"
    with closing(SeparateEngine(spec, LoadOptions())) as there:
        assert there.info.frames == pair.engine.info.frames
        heard = hear(there.generate([asked], GREEDY))
        assert (heard.text, heard.pictures) == (expected.text, [replace(one, seconds=two.seconds) for one, two in
                                                zip(expected.pictures, heard.pictures, strict=True)])  # fmt: skip
        talk = [asked, assistant(heard.text), user("")]
        hear(there.prefill(talk))
        assert there.keep_state(StateRequest(path, talk, most_bytes=10**9))
    with closing(LlamaEngine.load(spec)) as again:  # what is on the disk is known by the same pictures
        assert again.recall_state(StateRequest(path, talk, most_bytes=10**9))
        later = hear(again.generate([*talk[:-1], user("And then?")], GREEDY))
        assert later.end.timings.images_encoded == 0
