"""Low detail and tokens said ahead, with real encoders of random weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from fanlight.domain.events import Finished, ImageReady
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import PictureInsight
from fanlight.domain.stop import StopFlag
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.mtmd import MediaChunk
from support import random_models

SAMPLING = Sampling(temperature=0, max_tokens=4)


def noise(width: int, height: int) -> Image:
    pixels = np.random.default_rng(3).integers(0, 256, width * height * 3, np.uint8)
    return Image.of(width, height, pixels.tobytes())


@pytest.fixture(scope="module", params=list(random_models.KINDS))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaEngine]:
    with closing(LlamaEngine.load(random_models.KINDS[request.param](tmp_path_factory.mktemp("models")))) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaEngine]:
    with closing(LlamaEngine.load(random_models.plain(tmp_path_factory.mktemp("models")))) as loaded:
        yield loaded


@pytest.mark.parametrize("low", [False, True])
@pytest.mark.parametrize("size", [(64, 64), (128, 96), (48, 120)])
def test_tokens_that_are_said_ahead_are_those_that_it_takes(
    engine: LlamaEngine, size: tuple[int, int], low: bool
) -> None:
    assert isinstance(engine, PictureInsight)
    image = noise(*size).in_low_detail() if low else noise(*size)
    said = engine.size_tokens(*size, low=low)
    events = list(engine.generate([Message.of("user", "?", [image])], SAMPLING))
    (ready,) = [event for event in events if isinstance(event, ImageReady)]
    assert said == ready.tokens > 0


def test_a_size_that_cannot_be_processed_takes_nothing(engine: LlamaEngine) -> None:
    assert engine.size_tokens(1, 100_000) >= 0


def test_an_encoder_that_tiles_every_picture_takes_its_overview_alone_in_low_detail(tiled: LlamaEngine) -> None:
    image = noise(60, 60)
    low = image.in_low_detail()
    assert low != image
    cells = {}
    for one in (image, low):
        list(tiled.generate([Message.of("user", "?", [one])], SAMPLING))
        cells[one.id] = [item for item in tiled.cached if isinstance(item, MediaChunk)]
    assert len(cells[image.id]) > 1
    (alone,) = cells[low.id]
    assert (alone.part, alone.image_id) == (0, low.id)
    assert tiled.size_tokens(60, 60, low=True) < tiled.size_tokens(60, 60)


def test_the_overview_is_that_of_the_whole_picture(tiled: LlamaEngine) -> None:
    vision = tiled._loaded.vision
    assert vision is not None
    image = noise(60, 60)
    whole = dict(
        vision.encode(image, range(sum(isinstance(item, MediaChunk) for item in vision.layout(image))), StopFlag())
    )
    alone = dict(vision.encode(image.in_low_detail(), [0], StopFlag()))
    np.testing.assert_array_equal(alone[0], whole[max(whole)])


def test_the_same_picture_in_two_details_shares_nothing_in_the_cache(tiled: LlamaEngine) -> None:
    image = noise(64, 64)
    encoded = []
    for one in (image, image.in_low_detail(), image, image.in_low_detail()):
        *_others, end = tiled.generate([Message.of("user", "What?", [one])], SAMPLING)
        assert isinstance(end, Finished)
        encoded.append(end.timings.images_encoded)
    assert encoded[1] == 1
    assert encoded[2:] == [0, 0]
