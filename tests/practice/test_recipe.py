"""What the recipe draws and asks, without torch or a model."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest

pytest.importorskip("tokenizers")

from recipe import dialogue, draw, questions, scenes, wordings


def test_a_seed_gives_the_same_picture_and_the_same_conversation() -> None:
    for seed in range(20):
        one, two = (scenes.scene(Random(seed)) for _ in range(2))
        assert one == two
        assert dialogue.turns(Random(seed), one, 4) == dialogue.turns(Random(seed), two, 4)
        first, second = (draw.seen(one, Random(seed))[0] for _ in range(2))
        assert np.array_equal(first, second)


def test_shapes_keep_the_cards_promises() -> None:
    random = Random("promises")
    for _ in range(300):
        scene = scenes.shapes_scene(random)
        assert len(scene.shapes) <= 5
        for shape in scene.shapes:
            assert shape.diameter >= scenes.SMALLEST * 0.999
            assert scenes.distance(shape.rgb, scene.ground) >= 60
            assert shape.cell in scenes.CELLS


def test_every_wording_expands() -> None:
    random = Random("wordings")
    arguments = {
        "what": "red circle",
        "whats": "red circles",
        "some": "a red circle",
        "place": "at the top left",
        "a": "the star",
        "b": "the square",
        "colour": "red",
        "bare": "red",
        "the": "the star",
    }
    for kind, patterns in wordings.grammar()["ask"].items():
        for pattern in patterns:
            for _ in range(5):
                text = wordings.expand(random, pattern, arguments)
                assert text
                assert not set("{}()|") & set(text), (kind, pattern, text)


@pytest.mark.parametrize(
    ("scene", "question", "answer"),
    [
        (
            draw.example(),
            questions.describe,
            "There are 3 shapes: a red circle at the top left, a blue star at the top right and "
            "a green square at the bottom.",
        ),
        (scenes.Scene("shapes", 90, 90, (255, 255, 255)), questions.describe, "There are no shapes."),
        (
            scenes.Scene("number", 90, 90, (255, 255, 255), (), scenes.Number("42", (0, 0, 0), 0.5, 0.5, 0.5, 0)),
            questions.number,
            "The number is 42.",
        ),
    ],
)
def test_answers_have_one_form(
    scene: scenes.Scene, question: Callable[[Random, scenes.Scene], questions.Asked], answer: str
) -> None:
    assert question(Random(1), scene).turn.answer == answer


def test_the_square_keeps_the_aspect_and_centres_on_black() -> None:
    from PIL import Image

    fitted, (scale, left, top) = draw.square(Image.new("RGB", (400, 100), (255, 0, 0)))
    pixels = np.asarray(fitted)
    assert (scale, left, top) == pytest.approx((0.48, 0, 72))
    assert (pixels[:72] == 0).all()
    assert (pixels[120:] == 0).all()
    assert (pixels[72:120] == (255, 0, 0)).all()
