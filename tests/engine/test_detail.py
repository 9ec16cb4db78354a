"""Low detail and tokens said ahead, with real encoders of random weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from fanlight.domain.events import Finished, ImageReady
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, Sampling
from fanlight.domain.ports import PictureInsight
from fanlight.domain.seen import SeenTile
from fanlight.domain.stop import StopFlag
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.mtmd import MediaChunk
from fanlight.engine.separate import SeparateEngine
from fanlight.engine.tiles import arranged
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
    assert (alone.part, alone.media_id) == (0, low.id)
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


def pixels_of(image: Image) -> npt.NDArray[np.int16]:
    return np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3).astype(np.int16)


def smooth(width: int, height: int) -> Image:
    """Whose left differs from its right, and its top from its bottom."""
    down, across = np.mgrid[0:height, 0:width]
    bands = (across * 255 // width, down * 255 // height, (across + down) * 255 // (width + height))
    return Image.of(width, height, np.stack(bands, 2).astype(np.uint8).tobytes())


def test_what_the_model_saw_is_each_pixel_that_the_encoder_gets(engine: LlamaEngine) -> None:
    image = smooth(64, 64)
    seen = engine.seen(image)
    assert seen is not None
    shown = [*seen.tiles, *([seen.overview] if seen.overview else [])]
    assert sum(tile.tokens for tile in shown) <= seen.tokens == engine.image_tokens(image)
    first = pixels_of(seen.tiles[0].image)
    last = pixels_of(seen.tiles[-1].image)
    assert first[0, 0, 0] <= 12  # the top left corner is where it was, in every channel
    assert first[0, 0, 1] <= 12
    assert last[-1, -1, 0] >= 240
    assert last[-1, -1, 1] >= 240
    assert len(list(engine.generate([Message.of("user", "?", [image])], SAMPLING))) > 1  # it encodes as before


def test_tiles_are_cut_out_of_it_and_lie_as_they_were(tiled: LlamaEngine) -> None:
    image = smooth(128, 64)
    seen = tiled.seen(image)
    assert seen is not None
    assert (len(seen.tiles), seen.columns) == (2, 2)
    assert seen.overview is not None
    laid = np.concatenate([pixels_of(tile.image) for tile in seen.tiles], axis=1)
    assert np.abs(laid - pixels_of(image)).max() <= 1
    assert (seen.overview.image.width, seen.overview.image.height) == (64, 64)
    alone = tiled.seen(image.in_low_detail())
    assert alone is not None
    assert (len(alone.tiles), alone.overview) == (1, None)
    assert alone.tiles[0].image == seen.overview.image


def test_nothing_is_encoded_for_it(tiled: LlamaEngine) -> None:
    vision = tiled._loaded.vision
    assert vision is not None
    before = vision.encodes
    tiled.seen(noise(96, 64))
    assert vision.encodes == before


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (3, 2), (2, 3), (1, 6), (6, 1), (4, 3)])
@pytest.mark.parametrize("overview", ["", "first", "last"])
def test_rows_and_columns_are_found_by_the_pixels(columns: int, rows: int, overview: str) -> None:
    if columns * rows == 1 and overview:
        return
    picture = smooth(40 * columns, 40 * rows)
    whole = pixels_of(picture).astype(np.uint8)
    cut = [whole[40 * y : 40 * y + 40, 40 * x : 40 * x + 40] for y in range(rows) for x in range(columns)]
    tiles = [SeenTile(Image.of(40, 40, one.tobytes()), 4) for one in cut]
    small = SeenTile(smooth(40, 40), 4)
    given = [*([small] if overview == "first" else []), *tiles, *([small] if overview == "last" else [])]
    seen = arranged(picture, given, 99)
    assert seen is not None
    assert (seen.tiles, seen.columns, seen.tokens) == (tuple(tiles), columns, 99)
    assert seen.overview == (small if overview else None)


def test_a_separate_process_says_the_same(tmp_path: Path) -> None:
    spec = random_models.plain(tmp_path)
    image = smooth(128, 96)
    with closing(LlamaEngine.load(spec)) as here:
        expected = here.seen(image)
        tokens = here.size_tokens(100, 60, low=True)
    with closing(SeparateEngine(spec, LoadOptions())) as there:
        assert there.seen(image) == expected
        assert there.size_tokens(100, 60, low=True) == tokens
