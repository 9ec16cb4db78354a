"""Boxes and points that answers name: found in each family's form, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fanlight.domain.picture_regions import PictureRegion, RegionFrame, find_regions

FRAME = RegionFrame(1536, 864, 3840, 2160)
ASKED = replace(FRAME, question="Give me the bounding boxes of all cats.")


def rounded(regions: list[PictureRegion]) -> list[tuple[str, float, float, float, float]]:
    return [
        (one.label, round(one.left, 2), round(one.top, 2), round(one.right, 2), round(one.bottom, 2)) for one in regions
    ]


FORMS = {
    "Qwen3-VL": (
        '```json\n[\n\t{"bbox_2d": [100, 200, 500, 800], "label": "cat"},\n\t{"bbox_2d": [0, 0, 250, 250], '
        '"label": "a \\"dog\\""}\n]\n```',
        "qwen3-vl-4b",
        [("cat", 0.1, 0.2, 0.5, 0.8), ('a \\"dog\\"', 0.0, 0.0, 0.25, 0.25)],
    ),
    "Qwen2.5-VL in pixels of what it was sent": (
        '```json\n[{"bbox_2d": [768, 216, 1536, 864], "label": "tower"}]\n```',
        "Qwen2.5-VL-7B-Instruct",
        [("tower", 0.5, 0.25, 1.0, 1.0)],
    ),
    "small pixels of a family of pixels": (
        '[{"bbox_2d": [153.6, 86.4, 307.2, 172.8], "label": "x"}]',
        "qwen2.5-vl",
        [("x", 0.1, 0.1, 0.2, 0.2)],
    ),
    "pixels of the original": (
        '{"bbox": [1920, 1080, 3840, 2160], "label": "right"}',
        "some-model",
        [("right", 0.5, 0.5, 1.0, 1.0)],
    ),
    "Qwen2-VL": (
        "<|object_ref_start|>the eyes<|object_ref_end|><|box_start|>(100,200),(300,400)<|box_end|>",
        "qwen2-vl-2b",
        [("the eyes", 0.1, 0.2, 0.3, 0.4)],
    ),
    "InternVL": (
        "<ref>a man</ref><box>[[100, 200, 300, 400], [500, 600, 700, 800]]</box>",
        "internvl3",
        [("a man", 0.1, 0.2, 0.3, 0.4), ("a man", 0.5, 0.6, 0.7, 0.8)],
    ),
    "DeepSeek-OCR": (
        "<|ref|>title<|/ref|><|det|>[[52, 70, 940, 120]]<|/det|>",
        "deepseek-ocr",
        [("title", 0.05, 0.07, 0.94, 0.12)],
    ),
    "GLM-4.1V": (
        "It is <|begin_of_box|>[[12,345,678,901]]<|end_of_box|>",
        "glm-4.1v-9b",
        [("It is", 0.01, 0.34, 0.68, 0.9)],
    ),
    "MiniCPM-V": ("<box>100 200 300 400</box>", "minicpm-v", [("", 0.1, 0.2, 0.3, 0.4)]),
    "PaliGemma, rows first": (
        "<loc0256><loc0128><loc0768><loc0512> cat ; <loc0000><loc0000><loc1023><loc1023> room",
        "paligemma",
        [("cat", 0.12, 0.25, 0.5, 0.75), ("room", 0.0, 0.0, 1.0, 1.0)],
    ),
    "Gemma, rows first": (
        '[{"box_2d": [250, 100, 750, 900], "label": "car"}]',
        "gemma-3-4b-it",
        [("car", 0.1, 0.06, 0.9, 0.94)],
    ),
    "Florence-2": (
        "</s>car<loc_54><loc_374><loc_906><loc_834>door<loc_710><loc_276><loc_908><loc_537>",
        "florence-2",
        [("car", 0.05, 0.37, 0.91, 0.83), ("door", 0.71, 0.28, 0.91, 0.54)],
    ),
    "Molmo": (
        '<point x="61.5" y="40.6" alt="hat">hat</point> <points x1="10" y1="20" x2="30" y2="40" alt="a">a</points>',
        "molmo",
        [("hat", 0.61, 0.41, 0.61, 0.41), ("a", 0.1, 0.2, 0.1, 0.2), ("a", 0.3, 0.4, 0.3, 0.4)],
    ),
    "Moondream": (
        '{"x_min": 0.1, "y_min": 0.2, "x_max": 0.5, "y_max": 0.6}',
        "moondream2",
        [("", 0.1, 0.2, 0.5, 0.6)],
    ),
    "LFM2-VL in shares": (
        '[{"label": "cup", "bbox": [0.25, 0.5, 0.75, 1.0]}]',
        "LFM2.5-VL-1.6B",
        [("cup", 0.25, 0.5, 0.75, 1.0)],
    ),
    "points": ('{"point_2d": [500, 250], "label": "nose"}', "qwen3-vl", [("nose", 0.5, 0.25, 0.5, 0.25)]),
    "points, rows first": ('{"point": [250, 500], "label": "nose"}', "gemma-3", [("nose", 0.5, 0.06, 0.5, 0.06)]),
    "a tag that was begun twice": (
        "<|ref|>a car<|/ref|><|det|>[[220, <|ref|>compact car<|/ref|><|det|>[[220, 416, 417, 720]]<|/det|>",
        "deepseek-vl2",
        [("compact car", 0.22, 0.42, 0.42, 0.72)],
    ),
    "a sentence around it": (
        "The extent of the object is given by <|box_start|>(342,308),(670,766)<|box_end|>.",
        "qwen3-vl-235b",
        [("The extent of the object is given by", 0.34, 0.31, 0.67, 0.77)],
    ),
    "a Python dict": ("{'bbox_2d': [1, 2, 300, 400], 'label': 'cat'}", "qwen3-vl", [("cat", 0.0, 0.0, 0.3, 0.4)]),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_each_family_is_found_as_it_counts(form: str) -> None:
    text, model, expected = FORMS[form]
    assert rounded(find_regions(text, replace(FRAME, model=model))) == expected


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_found_twice_or_torn_while_an_answer_grows(form: str) -> None:
    text, model, expected = FORMS[form]
    frame = replace(FRAME, model=model)
    counts = [len(find_regions(text[:end], frame)) for end in range(len(text) + 1)]
    assert max(counts) == len(expected)
    assert counts[-1] == len(expected)
    for region in find_regions(text, frame):
        assert 0 <= region.start < region.end <= len(text)


def test_plain_lists_are_places_where_places_were_asked_for() -> None:
    text = "There are two:\n- **Left cat**: [100, 200, 400, 800]\n- the other one at [500, 210, 900, 790]."
    assert rounded(find_regions(text, ASKED)) == [
        ("Left cat", 0.1, 0.2, 0.4, 0.8),
        ("the other one at", 0.5, 0.21, 0.9, 0.79),
    ]
    assert rounded(find_regions("(100, 200), (300, 400)", ASKED)) == [("", 0.1, 0.2, 0.3, 0.4)]
    assert len(find_regions("The cat is at [120, 340, 560, 780].", replace(FRAME, question="Where is the cat?"))) == 1
    assert len(find_regions("Its bounding box is [120, 340, 560, 780].", FRAME)) == 1


NO_PLACES = [
    "The numbers in the table are [12, 45, 78, 90].",
    "The matrix is [[1, 2, 3, 4], [5, 6, 7, 8]].",
    "See [1, 2, 3, 4] and [10, 20, 30, 40] in the list.",
    "The years [2019, 2020, 2021, 2022] stand below.",
    "Its color is rgba [255, 128, 0, 255].",
    "The axis has the marks [0, 250, 500, 750, 1000].",
    "```python\nboxes = [[100, 200, 300, 400]]\n```",
    "The version is 1.2.3.4, the address 192.168.100.200.",
    "The ranges are (1, 2), (3, 4).",
    "Sales were [120, 340, 560, 780] in the four quarters.",
    "[see](100) [100, 200, 300, 400](https://example.org)",
]


@pytest.mark.parametrize("text", NO_PLACES)
def test_ordinary_lists_of_numbers_are_no_places(text: str) -> None:
    assert find_regions(text, replace(FRAME, question="What does the table say?")) == []


@pytest.mark.parametrize(
    "text",
    [
        "[5, 6, 7, 8]",  # smaller than any thing
        "[800, 200, 100, 900]",  # its right is left of its left
        "[100, 200, 5000, 9000]",  # beyond every picture
        "[-300, 200, 400, 500]",
        "[1, 2, 3]",
        "[100, 200]",
        "```rust\nlet b = [100, 200, 300, 400];\n```",
        '{"bbox_2d": [100, 200, 300]}',
        '{"bbox_2d": []}',
        '{"bbox_2d": [300, 200, 100, 400]}',
        "<loc0001><loc0002><loc0003>",
        "<box>many words</box>",
    ],
)
def test_what_cannot_be_a_place_is_none_even_where_places_were_asked_for(text: str) -> None:
    assert find_regions(text, ASKED) == []


def test_all_lists_of_an_answer_count_alike() -> None:
    text = '[{"bbox_2d": [10, 20, 400, 500], "label": "a"}, {"bbox_2d": [700, 100, 1500, 800], "label": "b"}]'
    assert rounded(find_regions(text, replace(FRAME, model="unknown"))) == [
        ("a", 0.01, 0.02, 0.26, 0.58),
        ("b", 0.46, 0.12, 0.98, 0.93),
    ]


def test_labels_are_short_and_of_their_own_object() -> None:
    text = '{"label": "' + "x" * 500 + '", "bbox_2d": [1, 2, 300, 400]}, {"bbox_2d": [500, 2, 900, 400]}'
    first, second = find_regions(text, FRAME)
    assert len(first.label) == 60
    assert second.label == ""


def test_a_long_answer_full_of_brackets_takes_no_time_to_speak_of() -> None:
    text = "[" * 20_000 + "[1, 2, 3, 4] " * 2_000 + '{"bbox_2d": [1, 2, 300, 400]}' * 400
    assert len(find_regions(text, ASKED)) == 200


def test_an_ordinary_list_in_an_answer_changes_nothing_for_its_places() -> None:
    text = 'In [2019, 2020, 2021, 2022] there was {"bbox_2d": [100, 200, 500, 800], "label": "cat"}.'
    assert rounded(find_regions(text, replace(FRAME, model="qwen3-vl"))) == [("cat", 0.1, 0.2, 0.5, 0.8)]


@pytest.mark.parametrize(
    "piece", ["<box>1 ", "<box>" + "1" * 50, '{"bbox_2d": [1, ', "[1, 2, 3, ", "(1, 2), (3, ", '<points x1="1" ']
)
def test_no_answer_takes_long_to_be_looked_through(piece: str) -> None:
    """A pattern that tries all ways to divide digits would need years for this."""
    assert find_regions(piece * (20_000 // len(piece)), ASKED) == []


def test_pixels_that_reach_out_of_the_picture_a_little_are_cut_off_at_its_edge() -> None:
    frame = RegionFrame(368, 434, 368, 434, "Locate the trowel.", "Qwen2.5-VL-7B-Instruct")
    assert rounded(find_regions('{"bbox_2d": [19, 300, 154, 476]}', frame)) == [("", 0.05, 0.69, 0.42, 1.0)]
    assert find_regions('{"bbox_2d": [19, 300, 154, 876]}', frame) == []


def test_what_is_in_the_padding_alone_is_no_place() -> None:
    frame = replace(FRAME, model="gemma-3-4b-it")
    assert find_regions('{"box_2d": [0, 100, 150, 900], "label": "sky"}', frame) == []
    whole = find_regions('{"box_2d": [218, 0, 782, 1000], "label": "all"}', frame)
    assert rounded(whole) == [("all", 0.0, 0.0, 1.0, 1.0)]
