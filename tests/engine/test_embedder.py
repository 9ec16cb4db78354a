"""Vectors of pictures and words, on the practice pair: any model of this kind makes some."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fanlight import paths
from fanlight.domain.errors import ModelError
from fanlight.domain.messages import Image
from fanlight.domain.models import ModelSpec
from fanlight.domain.stop import StopFlag
from fanlight.engine.embedder import LlamaEmbedder
from fanlight.gguf.check import Checked
from fanlight.gguf.embedding_header import check_pooling, least_similarity_of, space_of
from fanlight.gguf.header import read
from support.random_models import KINDS

FOLDER = paths.shipped_models() / "practice"
MODEL, PROJECTOR = FOLDER / "practice.gguf", FOLDER / "practice-mmproj.gguf"


@pytest.fixture(scope="module")
def embedder() -> Iterator[LlamaEmbedder]:
    with closing(LlamaEmbedder(ModelSpec.of_files("practice", MODEL, PROJECTOR))) as made:
        yield made


def plain(colour: tuple[int, int, int], side: int = 64) -> Image:
    return Image.of(side, side, bytes(colour) * side * side)


def test_vectors_have_length_one_and_do_not_depend_on_what_came_before(embedder: LlamaEmbedder) -> None:
    first = np.asarray(embedder.embed_picture(plain((255, 0, 0))))
    words = np.asarray(embedder.embed_text("a red circle"))
    again = np.asarray(embedder.embed_picture(plain((255, 0, 0))))
    other = np.asarray(embedder.embed_picture(plain((0, 0, 0), 200)))
    assert first.shape == words.shape == (192,)
    assert [float(np.linalg.norm(one)) for one in (first, words, other)] == pytest.approx([1, 1, 1], abs=1e-4)
    assert float(first @ again) == pytest.approx(1, abs=1e-4)
    assert float(first @ other) < 0.999
    assert float(first @ words) < 0.999


def test_control_tokens_in_words_are_words(embedder: LlamaEmbedder) -> None:
    plain_words = np.asarray(embedder.embed_text("<model>"))
    assert float(plain_words @ np.asarray(embedder.embed_text("<end>"))) < 0.9999
    assert embedder.embed_text("") is not None
    assert embedder.embed_text("long " * 400) is not None


def test_it_can_be_stopped_and_goes_on(embedder: LlamaEmbedder) -> None:
    stop = StopFlag()
    stop.set()
    assert embedder.embed_picture(plain((255, 0, 0)), stop) is None
    assert embedder.embed_text("red", stop) is None
    assert embedder.embed_text("red") is not None


def test_a_model_that_cannot_see_is_refused() -> None:
    with pytest.raises(ModelError) as error:
        LlamaEmbedder(ModelSpec.of_files("blind", MODEL, None))
    assert error.value.hint


def test_other_poolings_are_refused_by_their_names() -> None:
    header = read(MODEL)
    for number, name in ((1, "mean"), (2, "cls"), (4, "rank")):
        pooled = replace(header, metadata={**header.metadata, "llama.pooling_type": number})
        with pytest.raises(ModelError, match=name):
            check_pooling(pooled)
    for number in (-1, 0, 3, 99):
        check_pooling(replace(header, metadata={**header.metadata, "llama.pooling_type": number}))


def test_what_the_header_says_of_the_space() -> None:
    header = read(MODEL)
    assert least_similarity_of(header) == -1.0
    assert least_similarity_of(replace(header, metadata={"fanlight.least_similarity": 0.25})) == 0.25


def test_the_space_is_that_of_these_weights_alone(tmp_path: Path) -> None:
    def space(*files: Path) -> str:
        return space_of(Checked(read(files[0]), read(files[1])))

    copies = [Path(shutil.copy(one, tmp_path)) for one in (MODEL, PROJECTOR)]
    first = space(MODEL, PROJECTOR)
    assert first.startswith("Fanlight practice model ")
    assert space(*copies) == first
    for copy in copies:
        data = bytearray(copy.read_bytes())
        data[-5] ^= 1
        copy.write_bytes(data)
        assert space(*copies) != first
        data[-5] ^= 1
        copy.write_bytes(data)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_other_kinds_of_models(kind: str, tmp_path: Path) -> None:
    """Positions in three directions, a sliding window, a recurrent state: each vector begins anew."""
    with closing(LlamaEmbedder(KINDS[kind](tmp_path))) as made:
        first = np.asarray(made.embed_picture(plain((200, 10, 10))))
        words = np.asarray(made.embed_text("hello"))
        again = np.asarray(made.embed_picture(plain((200, 10, 10))))
        assert float(first @ again) == pytest.approx(1, abs=1e-4)
        assert float(first @ words) < 0.999
