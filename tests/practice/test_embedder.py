"""The committed practice embedder, through llama.cpp and the index: a described picture is found."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import numpy as np
import pytest

pytest.importorskip("tokenizers")

from PIL import Image

from fanlight import paths
from fanlight.catalog.catalog import Catalog
from fanlight.core.picture_search.finder import EmbedderSource, PictureFinder
from fanlight.domain.messages import Image as Pixels
from fanlight.domain.picture_finding import KnownPicture, PicturePlace, UnreadPicture
from fanlight.domain.stop import StopFlag
from fanlight.engine.embedder import LlamaEmbedder
from fanlight.gguf.check import check
from fanlight.gguf.embedding_header import space_of
from fanlight.store.picture_index import PictureIndex
from recipe.descriptions import Description, Wanted, describe, described_scene, ground_name, off_subject
from recipe.draw import picture
from recipe.embedding_scores import scores
from recipe.scenes import Scene, Shape, other_scene, shapes_scene

COUNT = 100


def pixels(image: Image.Image) -> Pixels:
    return Pixels.of(image.width, image.height, image.convert("RGB").tobytes())


@pytest.fixture(scope="module")
def embedder() -> Iterator[LlamaEmbedder]:
    spec = Catalog(paths.shipped_models(), Path("none")).embedder("")
    assert spec is not None
    with closing(LlamaEmbedder(spec)) as made:
        yield made


def picture_vector(embedder: LlamaEmbedder, image: Image.Image) -> np.ndarray:
    return np.asarray(embedder.embed_picture(pixels(image)))


def text_vector(embedder: LlamaEmbedder, text: str) -> np.ndarray:
    return np.asarray(embedder.embed_text(text))


def test_described_pictures_are_among_the_first_five(embedder: LlamaEmbedder) -> None:
    """On pictures and wordings that the recipe never trains on."""
    found = scores(
        lambda image: picture_vector(embedder, image),
        lambda text: text_vector(embedder, text),
        embedder.least_similarity,
        COUNT,
        seed="the tests' own",
    )
    assert found.whole >= 0.95, found
    assert found.parts >= 0.8, found
    assert found.kept >= 0.9, found
    assert found.off_subject <= 0.05, found


def test_the_example_of_the_manual(embedder: LlamaEmbedder) -> None:
    grounds = {"blue": (30, 60, 220), "white": (255, 255, 255), "yellow": (255, 235, 59)}
    colours = {"red": (220, 30, 30), "green": (0, 128, 0)}
    drawn = {}
    for kind, colour, ground in itertools.product(("circle", "square", "star"), colours, grounds):
        shape = Shape(kind, colour, colours[colour], 0.5, 0.5, 0.5)
        image, _boxes = picture(Scene("shapes", 320, 240, grounds[ground], (shape,)), Random(1))
        drawn[kind, colour, ground] = picture_vector(embedder, image)
    found = 0
    for wanted in drawn:
        words = text_vector(embedder, "{1} {0} on {2}".format(*wanted))
        ranked = sorted(drawn, key=lambda one: -float(drawn[one] @ words))
        assert ranked[0][:2] == wanted[:2], (wanted, ranked[:3])
        found += wanted in ranked[:3]
    assert found >= 0.9 * len(drawn)


def test_pictures_of_other_kinds_are_not_found(embedder: LlamaEmbedder) -> None:
    random = Random("others")
    others = np.stack([picture_vector(embedder, picture(other_scene(random), random)[0]) for _ in range(20)])
    texts = [describe(random, shapes_scene(random, 2), held_out=True).text for _ in range(30)]
    similar = np.stack([others @ text_vector(embedder, text) for text in texts])
    assert (similar >= embedder.least_similarity).mean() <= 0.03


def test_the_whole_way_to_the_index_and_back(embedder: LlamaEmbedder, tmp_path: Path) -> None:
    random = Random("the whole way")
    scenes = [shapes_scene(random, random.randint(1, 3)) for _ in range(40)]
    spec = Catalog(paths.shipped_models(), Path("none")).embedder("")
    assert spec is not None
    source = EmbedderSource(space_of(check(spec)), lambda _stop: embedder)
    assert source.name == embedder.name
    finder = PictureFinder(PictureIndex(tmp_path), source)
    places = [PicturePlace(f"/drawn/{number}") for number in range(len(scenes))]
    finder.sync("/drawn", [KnownPicture(place, f"{n}.png", float(n)) for n, place in enumerate(places)])
    for place, scene in zip(places, scenes, strict=True):
        assert finder.read(UnreadPicture(place, True, True), pixels(picture(scene, random)[0]), "", StopFlag())
    found = []
    for place, scene in zip(places, scenes, strict=True):
        said = describe(random, scene, held_out=True, whole=True)
        found.append(place in [hit.place for hit in finder.find(said.text).hits[:5]])
    assert sum(found) >= 0.95 * len(found)
    assert finder.find(off_subject(Random(3)).text).by_sight
    finder._embedder = None  # the fixture closes it
    finder.close()


def test_descriptions_are_true_of_their_scenes() -> None:
    random = Random("descriptions")
    for _ in range(300):
        scene = described_scene(random)
        for whole in (False, True):
            said = describe(random, scene, whole=whole)
            assert said.is_true_of(scene) is bool(scene.shapes), (said, scene)
            assert said.text


def test_what_a_description_is_not_true_of() -> None:
    scene = Scene("shapes", 100, 100, (0, 0, 255), (Shape("circle", "red", (255, 0, 0), 0.2, 0.2, 0.2),))
    assert Description("", (Wanted("circle", "red", "top left"),), "blue").is_true_of(scene)
    for wanted in (
        Wanted("star"),
        Wanted("circle", "green"),
        Wanted("circle", "red", "left"),
    ):
        assert not Description("", (wanted,)).is_true_of(scene)
    assert not Description("", (Wanted("circle"),), "green").is_true_of(scene)
    assert not Description("anything").is_true_of(scene)


def test_names_of_grounds() -> None:
    assert [ground_name(rgb) for rgb in ((255, 255, 255), (0, 0, 255), (255, 0, 0), (128, 128, 128), (0, 0, 64))] == [
        "white", "blue", "red", "", "",
    ]  # fmt: skip
