"""What the recipe draws and asks, without torch or a model."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest

pytest.importorskip("tokenizers")

from recipe import dialogue, draw, palette, questions, scenes, symbols, wordings


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
            assert palette.distance(shape.rgb, scene.ground) >= 60
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


def test_the_square_is_the_whole_picture_stretched() -> None:
    from PIL import Image

    wide = Image.new("RGB", (400, 100), (255, 0, 0))
    wide.paste((0, 0, 255), (200, 0, 400, 100))
    pixels = np.asarray(draw.square(wide))
    assert pixels.shape == (draw.SIDE, draw.SIDE, 3)
    assert (pixels[:, :60] == (255, 0, 0)).all()
    assert (pixels[:, 68:] == (0, 0, 255)).all()


def said(code: np.ndarray, part: str) -> list[tuple[int, int]]:
    """(token, index) of all that is marked."""
    return [(int(token), int(index)) for token, index in np.argwhere(code[:, symbols.PARTS[part]] > 0)]


def test_a_picture_tokens_code_says_what_has_its_middle_there() -> None:
    code = draw.code(draw.example(), [])
    circle, star, square = 2 * 8 + 1, 2 * 8 + 6, 6 * 8 + 4  # rows of eight
    assert said(code, "kind") == [(circle, 0), (star, 3), (square, 1)]
    colours = [palette.COLOURS.index(colour) for colour in ("red", "blue", "green")]
    assert said(code, "colour") == list(zip((circle, star, square), colours, strict=True))
    assert said(code, "place") == [(circle, 0), (star, 2), (square, 7)]
    assert code[square, symbols.PARTS["span"]].sum() == pytest.approx(1)
    assert said(code, "digits") == []
    assert (code[:, symbols.PARTS["subject"]] == (1, 0, 0)).all()


def test_a_numbers_digits_are_marked_by_their_place_in_it() -> None:
    scene = scenes.Scene("number", 90, 90, (255, 255, 255), (), scenes.Number("407", (0, 0, 0), 0.5, 0.5, 0.3, 0))
    boxes = [(0.1, 0.4, 0.3, 0.6), (0.4, 0.4, 0.6, 0.6), (0.7, 0.4, 0.9, 0.6)]
    marked = sorted(index for _, index in said(draw.code(scene, boxes), "digits"))
    assert marked == [4, 10 + 0, 20 + 7]


def test_codes_survive_the_way_to_vectors_and_back() -> None:
    code = draw.code(draw.example(), [])
    assert np.allclose(code @ symbols.encoder(192) @ symbols.decoder(192), code, atol=1e-5)


def test_a_size_between_two_numbers_is_shared_by_them() -> None:
    assert symbols.spans(0.22).tolist() == pytest.approx([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    shared = symbols.spans(0.245)
    assert shared.sum() == pytest.approx(1)
    assert np.flatnonzero(shared).tolist() == [5, 6]
    assert symbols.spans(5.0)[-1] == 1
