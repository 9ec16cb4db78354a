"""How long pictures by words take in an index of 100,000: what they show, their words, and one ranking of both; without
the embedder, whose time is the model's."""

from __future__ import annotations

import random
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.readings import Notebook
from fanlight.domain.picture_finding import KnownPicture, PicturePlace
from fanlight.domain.search import parse_query
from fanlight.engine.embedder import WIDTH
from fanlight.store.picture_index import PictureIndex
from fanlight.store.vector_table import Floats, packed

_PICTURES = 100_000
_MOST = 60
_ROUNDS = 5
_WORDS_EACH = 25
_QUERIES = ("a", "an", "rech", "rechnung", "rechnung 47", "red circle on blue", "zzz", "-rechnung foto", "東京")


def measure(notebook: Notebook, quick: bool) -> None:
    count = _PICTURES // (20 if quick else 1)
    vectors = np.random.default_rng(7).standard_normal((count, WIDTH), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with tempfile.TemporaryDirectory() as folder:
        with closing(PictureIndex(Path(folder))) as index:
            _fill(index, vectors)
        for round_ in range(_ROUNDS):
            with closing(PictureIndex(Path(folder))) as index:
                index.use_space("bench")
                notebook.write("picture_search_first_ms", _milliseconds(index, "", vectors[0]))
                asked = [(text, vectors[round_ * len(_QUERIES) + k]) for k, text in enumerate(_QUERIES)]
                notebook.write("picture_search_ms_max", max(_milliseconds(index, *one) for one in asked))


def _milliseconds(index: PictureIndex, text: str, vector: Floats) -> float:
    start = perf_counter()
    index.find(parse_query(text), vector, -1.0, _MOST)
    return 1000 * (perf_counter() - start)


def _fill(index: PictureIndex, vectors: Floats) -> None:
    """As the index writes it, but in one transaction."""
    dice = random.Random(7)
    words = ["".join(dice.choices("abcdefghiklmnoprstuw", k=dice.randint(2, 9))) for _unused in range(20_000)]
    places = [KnownPicture(PicturePlace(f"/pictures/{k}.jpg"), f"IMG_{k}.jpg", float(k)) for k in range(len(vectors))]
    index.use_space("bench")
    index.sync("/pictures", places)
    with index._change():
        for number, vector in enumerate(vectors, 1):
            text = " ".join(dice.choices(words, k=_WORDS_EACH)) + (" rechnung 4711" if number % 500 == 0 else "")
            index._connection.execute("UPDATE words SET text = ? WHERE id = ?", (text, number))
            index._connection.execute(
                "UPDATE picture SET has_text = 1, vector = ? WHERE id = ?", (packed(vector), number)
            )
