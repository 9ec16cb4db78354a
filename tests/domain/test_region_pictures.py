"""Which of several pictures a place is in: told beside it, or not told at all; never guessed."""

from __future__ import annotations

import time

import pytest

from fanlight.domain.picture_regions import RegionFrame
from fanlight.domain.region_pictures import PlacedRegions, placed_regions

WIDE = RegionFrame(1000, 800, 2000, 1600, "Give me boxes of the cats.", "qwen3-vl")
TALL = RegionFrame(800, 1000, 800, 1000, "Give me boxes of the cats.", "qwen3-vl")
CAT = '{"bbox_2d": [100, 200, 500, 800], "label": "cat"}'
DOG = '{"bbox_2d": [10, 20, 50, 80], "label": "dog"}'


def where(text: str, *frames: RegionFrame) -> list[tuple[int, int, bool]]:
    """Of each picture its number, how many places it has, and whether that is told."""
    return [(one.picture, len(one.regions), one.is_told) for one in placed_regions(text, frames or (WIDE, TALL))]


TOLD = {
    "a key": (f'[{CAT[:-1]}, "image": 2}}, {DOG[:-1]}, "image": 1}}]', [0, 1]),
    "a key that counts from 0": (f'[{CAT[:-1]}, "image_index": 0}}, {DOG[:-1]}, "image_index": 1}}]', [0, 1]),
    "a key around them": (f'{{\n "image_1": [\n {CAT}\n ],\n "image_2": [\n {DOG}\n ]\n}}', [0, 1]),
    "the same in one line": (f'{{"image_1": [{CAT}], "image_2": [{DOG}]}}', [0, 1]),
    "a name as a value": (f'{CAT[:-1]}, "picture": "image_2"}}', [1]),
    "headings": (f"**Image 1:**\n```json\n[{CAT}]\n```\n\n**Image 2:**\n```json\n[{DOG}]\n```", [0, 1]),
    "a heading with words": (f"### Picture 2 (the garden):\n- cat: [100, 200, 500, 800]\n{DOG}", [1]),
    "a sentence": ("In the first image it is at [100, 200, 500, 800], in the second at [10, 20, 300, 400].", [0, 1]),
    "a sentence about one": ("In the first image the second cat is at [100, 200, 500, 800].", [0]),
    "one in another": ("The cat of image 1 is in image 2 at [100, 200, 500, 800].", [1]),
    "a key, and a name like one": ('{"image": 2, "label": "photo 1 on the wall", "bbox_2d": [1, 2, 500, 800]}', [1]),
    "behind it": ("The cat is at [100, 200, 500, 800] in the second image.", [1]),
    "a list": (f"1. First image: {CAT}\n2. Second image: {DOG}", [0, 1]),
    "German": (f"Im zweiten Bild: {CAT}", [1]),
    "Chinese": (f"\u7b2c\u4e8c\u5f20\u56fe\u7247\uff1a{CAT}", [1]),
    "a tag": ("<ref>cat in Picture 2</ref><box>[[100, 200, 300, 400]]</box>", [1]),
}


@pytest.mark.parametrize("form", TOLD)
def test_a_picture_that_is_named_beside_a_place_is_the_one(form: str) -> None:
    text, expected = TOLD[form]
    assert [(number, is_told) for number, _count, is_told in where(text)] == [(number, True) for number in expected]


@pytest.mark.parametrize(
    "text",
    [
        CAT,
        f"Image 1 shows a cat.\nImage 2 shows a dog.\nBoxes:\n{CAT}",
        f"Picture 7: {CAT}",
        f'{CAT[:-1]}, "image_id": 48213}}',
        f"Image 2.5 {CAT}",
        f"I imagine 2 of them: {CAT}",
        f"{CAT}\nImage 2 has none.",
        f"A cat is in image 1 and in image 2.\n{CAT}",
        f"In images 1 and 2: {CAT}",
        f"Image 1 and image 2 both have it: {CAT}",
        "It is at [100, 200, 500, 800] in image 1 and in image 2.",
    ],
)
def test_what_is_not_told_is_on_each_of_them(text: str) -> None:
    assert where(text) == [(0, 1, False), (1, 1, False)]


def test_some_that_are_told_do_not_tell_of_the_others() -> None:
    assert where(f"{DOG}\nImage 2: {CAT}") == [(0, 1, False), (1, 2, False)]


def test_numbers_count_in_the_picture_that_they_are_in() -> None:
    text = 'Image 1: {"bbox_2d": [0, 0, 1600, 1600]}\nImage 2: {"bbox_2d": [0, 0, 400, 1000]}'
    first, second = placed_regions(text, (WIDE, TALL))
    assert [(one.right, one.bottom) for one in (*first.regions, *second.regions)] == [(0.8, 1.0), (0.5, 1.0)]


def test_of_one_picture_nothing_is_asked_and_nothing_is_found_where_there_is_nothing() -> None:
    assert where(f"Image 2: {CAT}", WIDE) == [(0, 1, True)]
    assert placed_regions("No box.", (WIDE, TALL)) == []
    assert isinstance(placed_regions(CAT, (WIDE,))[0], PlacedRegions)


def test_many_places_of_a_long_answer_take_no_time() -> None:
    """They are looked for with each frame in which the answer grows."""
    text = f"{'-' * 20_000}\n" + "\n".join([DOG] * 150)
    before = time.process_time()
    assert where(text) == [(0, 150, False), (1, 150, False)]
    assert time.process_time() - before < 0.5
