"""How well a drawn picture is found by a description of it: for the card, and for the tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recipe.descriptions import describe, described_scene, off_subject
from recipe.draw import picture, worn
from recipe.scenes import Scene

Vector = NDArray[np.float32]
BEST = 5


@dataclass(frozen=True, slots=True)
class Scores:
    """recall@5, as retrieval is measured: the share of descriptions with a picture that they are true of among the
    BEST found. `whole`: descriptions of all that is in a picture; `parts`: of some of it, true of others, too.
    `kept`: of the true ones among them, how many are similar enough; `off_subject`: how many texts off the subject
    find something."""

    whole: float
    parts: float
    kept: float
    off_subject: float


def scores(
    embed_picture: Callable[[Image.Image], Vector],
    embed_text: Callable[[str], Vector],
    least: float,
    count: int,
    seed: str = "held out",
) -> Scores:
    """On `count` pictures that were drawn for this alone, in wordings that are not trained on."""
    random = Random(seed)
    scenes: list[Scene] = []
    while len(scenes) < count:
        if (one := described_scene(random)).shapes:
            scenes.append(one)
    vectors = np.stack([embed_picture(worn(picture(one, random)[0], random)) for one in scenes])
    found: dict[bool, list[bool]] = {True: [], False: []}
    kept: list[bool] = []
    for scene, whole in itertools.product(scenes, found):
        said = describe(random, scene, held_out=True, whole=whole)
        similar = vectors @ embed_text(said.text)
        true = {k for k, other in enumerate(scenes) if said.is_true_of(other)}
        best = set(np.argsort(-similar)[:BEST].tolist())
        found[whole].append(bool(true & best))
        kept += [bool(similar[k] >= least) for k in true & best]
    off = [bool((vectors @ embed_text(off_subject(random).text) >= least).any()) for _ in range(count)]
    return Scores(*(float(np.mean(values)) for values in (found[True], found[False], kept, off)))
