"""Clips as values: times, how many frames fit, what a model is told."""

from __future__ import annotations

import pytest

from fanlight.domain.clips import (
    Clip,
    FrameCost,
    HeardWords,
    Moment,
    clip_time,
    frames_in,
    heard_pages,
    pair_begins,
    parse_time,
)
from fanlight.domain.documents import Document, given_text
from fanlight.domain.messages import FramePair, Image, ImagePart, Message, TextPart, sent_parts

CLIP = Clip("x", "party.mp4", 75.0, 0.0, 75.0)


@pytest.mark.parametrize(
    ("text", "seconds"), [("80", 80.0), ("1:20", 80.0), ("1:02:03", 3723.0), ("0:12.5", 12.5), ("90.25", 90.25)]
)
def test_times_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["", "1:", ":20", "1:60", "1:61:00", "-5", "soon", "1:2", "1:02:3"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        parse_time(text)


@pytest.mark.parametrize(
    ("seconds", "precise", "text"),
    [(0, True, "0:00.0"), (59.96, True, "1:00.0"), (59.96, False, "0:59"), (3723.4, False, "1:02:03")],
)
def test_times_as_they_are_shown(seconds: float, precise: bool, text: str) -> None:
    assert clip_time(seconds, precise=precise) == text


def test_each_frame_stands_behind_its_time() -> None:
    one, other = Image.of(1, 1, b"abc"), Image.of(1, 1, b"abd")
    parts = (ImagePart(one, Moment(CLIP, 0.0)), ImagePart(other, Moment(CLIP, 12.34)), TextPart("Who?"))
    sent = list(sent_parts(Message("user", parts).parts))
    assert [part.text if isinstance(part, TextPart) else "picture" for part in sent] == [
        "Pictures from the video “party.mp4” (1:15.0 long), each behind its time. "
        "Cite the times that you use, as in [0:00.0].\n\n[0:00.0]",
        "picture",
        "[0:12.3]",
        "picture",
        "Who?",
    ]


def test_a_pair_stands_behind_both_of_its_times() -> None:
    images = [Image.of(1, 1, bytes([number] * 3)) for number in range(3)]
    parts = [ImagePart(image, Moment(CLIP, float(number))) for number, image in enumerate(images)]
    sent = list(sent_parts([*parts, TextPart("Who?")], merges_frames=True))
    assert [part.text if isinstance(part, TextPart) else part for part in sent] == [
        "Pictures from the video “party.mp4” (1:15.0 long), two at a time, each two behind their times. "
        "Cite the times that you use, as in [0:00.0].\n\n[0:00.0] [0:01.0]",
        FramePair.of(*images[:2]),
        "[0:02.0]",
        ImagePart(images[2]),
        "Who?",
    ]
    pairs = [FramePair.of(images[one], images[two]) for one, two in ((0, 1), (1, 0), (0, 2), (0, 0))]
    assert len({pair.id for pair in pairs} | {image.id for image in images}) == 4 + 3  # none is taken for another


def test_a_clip_of_one_picture_is_not_said_to_come_in_pairs() -> None:
    still, other = Clip("y", "still.mp4", 3.0, 0.0, 3.0), [Image.of(1, 1, bytes([value] * 3)) for value in range(3)]
    alone, *both = [ImagePart(image, Moment(clip, 0.0)) for image, clip in zip(other, (still, CLIP, CLIP), strict=True)]
    told = [one.text for one in sent_parts([alone, *both], merges_frames=True) if isinstance(one, TextPart)]
    assert ["each behind its time" in one for one in told] == [True, False]
    assert ["two at a time" in one for one in told] == [False, True]
    assert list(sent_parts([alone], merges_frames=True)) == list(sent_parts([alone, *both], merges_frames=True))[:2]


def test_only_neighbors_of_one_clip_that_are_equal_in_size_are_pairs() -> None:
    other, size = Clip("y", "talk.mp4", 75.0, 0.0, 75.0), (4, 3)
    assert pair_begins([(CLIP, size)] * 5) == [0, 2]
    assert pair_begins([(CLIP, size), (None, size), (CLIP, size), (CLIP, size)]) == [2]
    assert pair_begins([(None, size), (None, size)]) == pair_begins([(CLIP, size)]) == pair_begins([]) == []
    assert pair_begins([(CLIP, size), (other, size), (other, size), (other, (3, 4))]) == [1]


def test_two_clips_have_a_heading_each() -> None:
    image = Image.of(1, 1, b"abc")
    part = Clip("y", "talk.mp4", 7200.0, 600.0, 1200.0)
    sent = list(sent_parts([ImagePart(image, Moment(CLIP, 1.0)), ImagePart(image, Moment(part, 700.0))]))
    texts = [one.text for one in sent if isinstance(one, TextPart)]
    assert "“party.mp4”" in texts[0]
    assert "“talk.mp4” (from 10:00 to 20:00 of 2:00:00)" in texts[1]
    assert texts[1].endswith("[11:40]")


def test_frames_take_half_of_the_context_at_most() -> None:
    assert frames_in(8192) * 308 <= 4096
    wide, square = FrameCost((250, 200, 140)), (100, 100)
    assert frames_in(8192, 1, wide, square) * 258 <= 4096 < (frames_in(8192, 1, wide, square) + 1) * 258
    assert frames_in(8192, 1, wide, (1920, 1080)) == frames_in(8192, 1, wide, (1080, 1920)) == 4096 // 148
    assert frames_in(8192, 1, wide, (640, 480)) == 4096 // 208
    pairs = frames_in(4096, 1, FrameCost((250, 200, 140), merges=True), (1920, 1080))
    assert pairs == 2 * (2048 // 156)
    assert frames_in(8192, 1, FrameCost((64,) * 3)) == 32
    assert frames_in(8192, clips=2) * 2 <= frames_in(8192) + 1
    assert frames_in(512) == 4
    assert frames_in(None) == frames_in(4096)


def test_what_is_said_is_lines_with_times() -> None:
    words = [
        HeardWords(0.5, 1.0, " Good"), HeardWords(1.0, 1.4, " morning."), HeardWords(9.0, 9.5, " We"),
        HeardWords(9.5, 9.9, " begin."),
    ]  # fmt: skip
    assert heard_pages(words) == ("[0:00] Good morning.\n[0:09] We begin.",)
    assert heard_pages([]) == ()


def test_a_long_talk_has_pages() -> None:
    pages = heard_pages(HeardWords(n, n + 0.9, f" word{n}") for n in range(3600))
    assert len(pages) > 5
    assert all(len(page) < 2500 for page in pages)
    assert all(page.startswith("[") for page in pages)
    talk = Document("z", "talk.mp4", "sound", pages)
    assert given_text(talk, (2,)).startswith("What is said in “talk.mp4” (parts of it)")
    assert "[p. " not in given_text(talk, (1, 2))
