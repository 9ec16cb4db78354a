"""Messages and pictures are values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.messages import Image, ImagePart, Message, TextPart, ThinkingPart


@given(st.integers(1, 8), st.integers(1, 8))
def test_equal_pixels_have_equal_names(width: int, height: int) -> None:
    rgb = bytes(range(width * height * 3))
    assert Image.of(width, height, rgb) == Image.of(width, height, bytes(bytearray(rgb)))


def test_the_same_bytes_in_another_shape_are_another_picture() -> None:
    rgb = bytes(range(12))
    assert len({Image.of(1, 4, rgb).id, Image.of(4, 1, rgb).id, Image.of(2, 2, rgb).id}) == 3


@pytest.mark.parametrize(("width", "height", "length"), [(2, 2, 11), (2, 2, 13), (0, 2, 0), (-1, -1, 3)])
def test_pixels_that_do_not_fill_the_shape_are_refused(width: int, height: int, length: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        Image.of(width, height, bytes(length))


def test_a_picture_does_not_print_its_pixels() -> None:
    assert len(repr(Image.of(100, 100, bytes(30_000)))) < 60


def test_only_the_user_gives_pictures() -> None:
    picture = Image.of(1, 1, bytes(3))
    assert Message.of("user", "?", (picture,)).images == (picture,)
    for role in ("assistant", "system"):
        with pytest.raises(ValueError, match="from the user"):
            Message.of(role, "", (picture,))


def test_only_the_model_thinks() -> None:
    assert Message.of("assistant", "!", thinking="hm").parts == (ThinkingPart("hm"), TextPart("!"))
    with pytest.raises(ValueError, match="only the model thinks"):
        Message.of("user", "!", thinking="hm")


def test_a_message_is_its_parts_in_order() -> None:
    picture = Image.of(1, 1, bytes(3))
    message = Message("user", (TextPart("one"), ImagePart(picture), TextPart("two")))
    assert (message.text, message.images, message.thinking) == ("one\n\ntwo", (picture,), "")
    assert Message.of("user", "?", [picture]).parts == (ImagePart(picture), TextPart("?"))
    assert Message.of("user", "") == Message("user")


def test_a_message_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Message.of("user", "?").parts = ()  # type: ignore[misc]
