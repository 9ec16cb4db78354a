"""Memory of a graphics device that other programs take while a model is open: asked for before llama.cpp needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from fanlight.domain.errors import OutOfMemory
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.slots import Slot
from fanlight.engine import devices
from fanlight.engine.card_room import CardRoom
from fanlight.engine.llama import LlamaEngine
from support.asking import GREEDY, hear, noise, user

TAKEN = "Other programs have taken the graphics card's memory"


class Card:
    """One that gives what it is said to, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.gives = 2**40
        self.asked: list[int] = []

    def has_room(self, handle: int, size: int) -> bool:
        assert handle == 7
        self.asked.append(size)
        return size <= self.gives


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    made = Card()
    monkeypatch.setattr(devices, "handle_of", lambda name: {"Vulkan0": 7}[name])
    monkeypatch.setattr(devices, "has_room", made.has_room)
    return made


@pytest.fixture
def room() -> CardRoom:
    return CardRoom(("Vulkan0",), width=1000, layers=10)


def test_what_is_computed_for_the_first_time_is_asked_for_once(card: Card, room: CardRoom) -> None:
    for _time in range(2):
        room.check_tokens(512, 512)
        room.check_tokens(512, 1024)
        room.check_tokens(1, 1025)
        room.check_tokens(1, 1200)
        room.check_tokens(1, 1281)
    first, longer, *one = card.asked
    assert longer > first
    assert len(one) == 2


def test_a_smaller_computation_than_before_may_take_a_little_more(card: Card, room: CardRoom) -> None:
    """Flash attention on Vulkan: of 512 tokens with 768 cells, more than of 512 with 1,024."""
    room.check_tokens(512, 1024)
    whole, card.gives = card.asked[0], 0
    for count, cells in ((512, 768), (300, 1024), (512, 512)):
        with pytest.raises(OutOfMemory, match=TAKEN):
            room.check_tokens(count, cells)
    assert max(card.asked[1:]) < whole / 2


def test_what_the_card_does_not_give_is_asked_for_again(card: Card, room: CardRoom) -> None:
    card.gives = 0
    for _time in range(2):
        with pytest.raises(OutOfMemory, match=TAKEN):
            room.check_tokens(1, 1)
    assert len(card.asked) == 2
    card.gives = 2**40
    room.check_tokens(1, 1)


def test_scores_take_more_than_flash_attention(card: Card, room: CardRoom) -> None:
    room.check_tokens(512, 8192)
    CardRoom(("Vulkan0",), 1000, 10, heads=32).check_tokens(512, 8192)
    assert card.asked[1] - card.asked[0] >= 512 * 8192 * 32 * 2


def test_a_larger_picture_and_a_larger_copy_are_asked_for(card: Card, room: CardRoom) -> None:
    room.check_picture(64, 1000)
    room.check_picture(64, 1000)
    assert card.asked == [1000]
    assert room.has_room_for_copy(10**9)
    card.gives = 0
    assert room.has_room_for_copy(10**9)
    assert not room.has_room_for_copy(10**9 + 1)
    with pytest.raises(OutOfMemory, match=TAKEN):
        room.check_picture(65, 1000)


def test_a_card_that_is_gone_has_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "handle_of", lambda name: {}[name])
    with pytest.raises(OutOfMemory, match=TAKEN):
        CardRoom(("Vulkan0",)).check_tokens(1, 1)


@pytest.fixture
def engine(spec: ModelSpec, card: Card) -> Iterator[LlamaEngine]:
    """Computes on the processor, and asks the card as if it were one."""
    with closing(LlamaEngine.load(spec, LoadOptions(2048, gpu_layers=0))) as loaded:
        vision = loaded._loaded.vision
        assert vision is not None
        loaded._context.use_cards(CardRoom(("Vulkan0",), 64, 2))
        vision.card_room, vision.picture_bytes = CardRoom(("Vulkan0",)), 1000
        yield loaded


LITTLE = 20 << 20
SHORT, LONG = [user("Hello!")], [user("Which colour is it? " * 60)]
FEW = replace(GREEDY, max_tokens=4)


@pytest.mark.model
def test_a_question_for_which_there_is_no_memory_ends_in_a_sentence_and_the_next_is_answered(
    engine: LlamaEngine, card: Card
) -> None:
    before = hear(engine.generate(SHORT, FEW))
    card.gives = 0
    with pytest.raises(OutOfMemory, match=TAKEN):
        hear(engine.generate(LONG, FEW))
    seen = [user("What is it?", noise(64, 64, 1))]
    with pytest.raises(OutOfMemory, match=TAKEN):
        hear(engine.generate(seen, FEW))
    card.gives = LITTLE
    assert hear(engine.generate(SHORT, FEW)).text == before.text
    card.gives = 2**40
    assert hear(engine.generate(LONG, FEW)).text
    assert hear(engine.generate(seen, FEW)).text
    card.gives = LITTLE
    assert hear(engine.generate(LONG, FEW)).text


@pytest.mark.model
def test_a_conversation_that_cannot_be_copied_is_read_again(engine: LlamaEngine, card: Card) -> None:
    first = hear(engine.generate(LONG, FEW))
    card.gives = 10**6
    engine._context.card_room = None  # computing goes on
    hear(engine.generate(SHORT, FEW, slot=Slot.PANEL))
    again = hear(engine.generate(LONG, FEW))
    assert again.text == first.text
    assert again.end.timings.evaluated_tokens > 100
