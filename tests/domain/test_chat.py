"""Messages, pictures and conversations are values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.chat import Conversation, Image, Message

messages = st.builds(Message, st.sampled_from(["user", "assistant"]), st.text(max_size=5))
conversations = st.builds(Conversation, st.lists(messages, max_size=8).map(tuple))


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
    assert Message("user", "?", (picture,)).images == (picture,)
    for role in ("assistant", "system"):
        with pytest.raises(ValueError, match="from the user"):
            Message(role, "", (picture,))


@given(conversations, messages)
def test_append_gives_a_new_conversation_and_leaves_the_old(conversation: Conversation, message: Message) -> None:
    before = conversation.messages
    after = conversation.append(message)
    assert after.messages == (*before, message)
    assert conversation.messages is before


@given(conversations, messages, st.data())
def test_an_edit_forgets_all_that_followed(conversation: Conversation, message: Message, data: st.DataObject) -> None:
    if not conversation.messages:
        return
    index = data.draw(st.integers(0, len(conversation.messages) - 1))
    assert conversation.edit(index, message).messages == (*conversation.messages[:index], message)


@given(conversations)
def test_the_last_question_is_the_newest_of_the_users(conversation: Conversation) -> None:
    asked = [i for i, message in enumerate(conversation.messages) if message.role == "user"]
    assert conversation.last_question == (asked[-1] if asked else None)


def test_a_conversation_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Conversation().messages = ()  # type: ignore[misc]
