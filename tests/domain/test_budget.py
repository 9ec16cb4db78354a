"""Which messages fit."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fanlight.domain.budget import fit, goes_on
from fanlight.domain.errors import PromptTooLong
from fanlight.domain.messages import Image, Message

PICTURE = Image.of(1, 1, b"\0\0\0")
SYSTEM = Message.of("system", "s")
SEEN = Message.of("user", "q", (PICTURE,))
ASKED = Message.of("user", "q")
TOLD = Message.of("assistant", "a")


@st.composite
def conversations(draw: st.DrawFn) -> tuple[list[Message], list[int]]:
    """Any order a conversation may have: system first or not, answers missing, several answers, pictures anywhere."""
    start = draw(st.sampled_from([[], [SYSTEM]]))
    rest = draw(st.lists(st.sampled_from([ASKED, SEEN, TOLD]), max_size=12))
    messages = [*start, *rest]
    costs = draw(st.lists(st.integers(0, 50), min_size=len(messages), max_size=len(messages)))
    return messages, costs


def must_stay(messages: list[Message]) -> set[int]:
    """Independent of `budget`: the system message, from the last question on, and the newest picture's message."""
    last = max((i for i, message in enumerate(messages) if message.role == "user"), default=0)
    newest = [i for i, message in enumerate(messages) if message.images][-1:]
    return {i for i, message in enumerate(messages) if message.role == "system" or i >= last} | set(newest)


@given(conversations(), st.integers(0, 400))
def test_what_is_kept_fits_and_holds_what_must_stay(conversation: tuple[list[Message], list[int]], room: int) -> None:
    messages, costs = conversation
    try:
        chosen = fit(messages, costs, room)
    except PromptTooLong:
        return  # when that is right is the next test's business
    assert sum(costs[i] for i in chosen.kept) <= room
    assert must_stay(messages) <= set(chosen.kept)
    assert list(chosen.kept) == sorted(set(chosen.kept))
    assert len(chosen.kept) + chosen.dropped == len(messages)


@given(conversations(), st.integers(0, 400))
def test_it_refuses_only_when_what_must_stay_is_too_much(
    conversation: tuple[list[Message], list[int]], room: int
) -> None:
    messages, costs = conversation
    users = [i for i, message in enumerate(messages) if message.role == "user"]
    assume(users)
    pictured = [i for i in users if messages[i].images]
    turns_that_stay = {users[-1], *pictured[-1:]}
    opening = [i for i in range(users[0]) if messages[i].role != "system"]  # an answer before any question: a turn too
    least = sum(
        cost
        for i, cost in enumerate(costs)
        if messages[i].role == "system"
        or (i not in opening and max(user for user in users if user <= i) in turns_that_stay)
    )
    if least <= room:
        fit(messages, costs, room)
    else:
        with pytest.raises(PromptTooLong):
            fit(messages, costs, room)


def test_everything_stays_when_it_fits() -> None:
    assert fit([SYSTEM, ASKED, TOLD, ASKED], [1, 2, 3, 4], 10).kept == (0, 1, 2, 3)


def test_the_oldest_turn_leaves_first_and_whole() -> None:
    chosen = fit([SYSTEM, ASKED, TOLD, ASKED, TOLD, ASKED], [1, 10, 10, 10, 10, 10], 35)
    assert (chosen.kept, chosen.dropped) == ((0, 3, 4, 5), 2)


def test_the_newest_picture_outlives_newer_text() -> None:
    chosen = fit([SEEN, TOLD, SEEN, TOLD, ASKED, TOLD, ASKED], [10] * 7, 30)
    assert chosen.kept == (2, 3, 6)


def test_a_message_without_a_cost_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="2 messages, 1 costs"):
        fit([ASKED, TOLD], [1], 10)


def test_nothing_fits_anywhere() -> None:
    assert fit([], [], 0).kept == ()


@pytest.mark.parametrize(
    ("shorter", "messages", "expected"),
    [
        ((), (ASKED,), False),
        ((ASKED,), (), False),
        ((ASKED,), (ASKED,), True),
        ((ASKED,), (Message.of("user", "q more"),), True),
        ((Message.of("user", "q more"),), (ASKED,), False),
        ((ASKED,), (SEEN,), False),
        ((ASKED,), (TOLD,), False),
        ((TOLD, Message.of("user", "")), (TOLD, ASKED, TOLD), True),
        ((TOLD, ASKED), (Message.of("assistant", "a b"), ASKED), False),
    ],
)
def test_what_goes_on_begins_alike(shorter: tuple[Message, ...], messages: tuple[Message, ...], expected: bool) -> None:
    assert goes_on(shorter, messages) == expected
