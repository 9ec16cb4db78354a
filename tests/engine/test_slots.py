"""Several seats, one model: what is asked from one leaves the conversation of the other as it was."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import psutil
import pytest

from fanlight.domain.events import Finished, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.slots import Slot
from fanlight.engine.llama import LlamaEngine
from support.asking import GREEDY, GatheredAnswer, StopAfter, assistant, hear, noise, user
from support.oracle import Pair
from support.random_talk import step

pytestmark = pytest.mark.model
SAID = Sampling(temperature=0, grammar='root ::= "they hell other hello"')
"""An answer of whole characters, every token of which stays in the cache."""


def cells(engine: LlamaEngine) -> int:
    return sum(1 if isinstance(item, int) else item.tokens for item in engine.cached)


def talk(pair: Pair, slot: Slot, picture: int) -> tuple[list[Message], int]:
    """A conversation with a picture and an answer, and the cells it takes."""
    messages = [user(f"What is this, {picture}?", noise(100, 80, picture))]
    heard = hear(pair.engine.generate(messages, SAID, slot=slot))
    return [*messages, assistant(heard.text)], cells(pair.engine)


def asked_on(pair: Pair, slot: Slot, messages: list[Message]) -> GatheredAnswer:
    return hear(pair.engine.generate([*messages, user("And beside it?")], GREEDY, slot=slot))


def encodes(pair: Pair) -> int:
    assert pair.engine._loaded.vision is not None
    return pair.engine._loaded.vision.encodes


def test_a_question_from_the_panel_costs_the_window_nothing(pair: Pair) -> None:
    window, held = talk(pair, Slot.WINDOW, 1)
    panel, panel_held = talk(pair, Slot.PANEL, 2)
    known = encodes(pair)
    for slot, messages, before in (
        (Slot.WINDOW, window, held),
        (Slot.PANEL, panel, panel_held),
        (Slot.WINDOW, window, held),
    ):
        heard = asked_on(pair, slot, messages)
        assert heard.end.timings.reused_tokens >= before - (slot == Slot.WINDOW)
        assert heard.end.timings.evaluated_tokens < 60
        assert heard.end.timings.images_encoded == 0
        pair.check([*messages, user("And beside it?")], slot)
    assert encodes(pair) == known


def test_the_window_evaluates_as_much_after_a_panel_question_as_without_one(pair: Pair) -> None:
    window, held = talk(pair, Slot.WINDOW, 3)
    without = asked_on(pair, Slot.WINDOW, window)
    window, held = talk(pair, Slot.WINDOW, 4)
    talk(pair, Slot.PANEL, 5)
    hear(pair.engine.generate([user("Hello")], GREEDY, slot=Slot.COMMAND))
    after = asked_on(pair, Slot.WINDOW, window)
    assert after.end.timings.reused_tokens == held
    assert after.end.timings.evaluated_tokens == without.end.timings.evaluated_tokens
    assert after.end.timings.images_encoded == without.end.timings.images_encoded == 0


def test_a_seats_first_question_finds_what_all_begin_with(pair: Pair) -> None:
    system = Message.of("system", "Be kind and brief, and say it in words that anybody knows. " * 3)
    hear(pair.engine.generate([system, user("What is this?")], GREEDY))
    slot = cast("Slot", f"new {pair.engine.info.architecture}")  # none has asked from it yet
    heard = hear(pair.engine.generate([system, user("And what is that?")], GREEDY, slot=slot))
    assert heard.end.timings.reused_tokens > 100
    pair.check([system, user("And what is that?")], slot)


def test_a_picture_seen_at_one_seat_is_known_at_the_other(pair: Pair) -> None:
    panel, _ = talk(pair, Slot.PANEL, 6)
    taken_over = hear(pair.engine.generate([*panel, user("And beside it?")], GREEDY, slot=Slot.WINDOW))
    assert taken_over.end.timings.images_encoded == 0


def test_what_was_done_ahead_for_the_window_is_there_after_a_panel_question(pair: Pair) -> None:
    picture = noise(90, 60, 7)
    hear(pair.engine.prefill([user("", picture)]))
    hear(pair.engine.generate([user("What is written here?", noise(60, 60, 8))], GREEDY, slot=Slot.PANEL))
    answer = hear(pair.engine.generate([user("What is this?", picture)], GREEDY))
    assert answer.end.timings.images_encoded == 0
    assert answer.end.timings.reused_tokens >= pair.engine.image_tokens(picture)


@pytest.mark.parametrize("unseen", [False, True])
@pytest.mark.parametrize("looks", [0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22])
def test_a_stop_at_one_seat_in_any_phase_leaves_the_other_whole(pair: Pair, looks: int, unseen: bool) -> None:
    window, held = talk(pair, Slot.WINDOW, 9)
    question = [user("What is this? " * 10, noise(100, 70, 100 + looks))]
    hear(pair.engine.generate(question, GREEDY, StopAfter(looks, unseen=unseen), Slot.PANEL))
    after = hear(pair.engine.generate([*window, user("And?")], GREEDY, StopAfter(looks, unseen=unseen)))
    assert after.end.timings.reused_tokens == held
    pair.check(question, Slot.PANEL)
    pair.check([*window, user("And?")])


@pytest.mark.parametrize("seed", range(3))
def test_random_conversations_at_three_seats_answer_like_a_fresh_context(pair: Pair, seed: int) -> None:
    rng = random.Random(100 + seed)
    pictures = [noise(rng.randrange(40, 160), rng.randrange(40, 160), 2000 + 10 * seed + i) for i in range(4)]
    talks: dict[Slot, list[Message]] = {Slot.WINDOW: [], Slot.PANEL: [], Slot.COMMAND: []}
    for _ in range(40):
        slot = rng.choice((Slot.WINDOW, Slot.WINDOW, Slot.PANEL, Slot.PANEL, Slot.COMMAND))
        step(rng, pair, talks[slot], pictures, slot)


def test_a_job_left_standing_at_one_seat_is_over_when_another_seat_asks(pair: Pair) -> None:
    alone = hear(pair.engine.generate([user("Second.")], GREEDY, slot=Slot.PANEL)).text
    left = pair.engine.generate([user("First.", noise(50, 50, 10))], GREEDY)
    next(left)
    text = ""
    for event in pair.engine.generate([user("Second.")], GREEDY, slot=Slot.PANEL):
        text += event.text if isinstance(event, TextDelta) else ""
        rest = list(left)
        assert not rest or isinstance(rest[-1], Finished)
        assert not any(isinstance(event, TextDelta) for event in rest)
    assert text == alone
    pair.check([user("First.", noise(50, 50, 10))])


def test_without_memory_to_spare_a_conversation_is_evaluated_again_and_right(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, held = talk(pair, Slot.WINDOW, 11)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1000))
    talk(pair, Slot.PANEL, 12)
    assert pair.engine._slots.bytes == 0
    heard = asked_on(pair, Slot.WINDOW, window)
    assert heard.end.timings.reused_tokens < held
    assert heard.end.timings.images_encoded == 0
    pair.check([*window, user("And beside it?")])


def test_a_state_that_can_not_be_taken_up_again_is_evaluated_again(pair: Pair) -> None:
    window, _ = talk(pair, Slot.WINDOW, 13)
    talk(pair, Slot.PANEL, 14)
    kept = pair.engine._slots._saved
    kept[Slot.WINDOW] = replace(kept[Slot.WINDOW], state=kept[Slot.WINDOW].state[:40].copy())
    pair.check([*window, user("And beside it?")])


def test_what_is_put_aside_stays_in_its_bound_and_the_longest_idle_leaves_first(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = pair.engine._slots
    for number, slot in enumerate((Slot.WINDOW, Slot.PANEL, Slot.COMMAND)):
        talk(pair, slot, 20 + number)
    both = own.bytes
    assert set(own._saved) == {Slot.WINDOW, Slot.PANEL}
    monkeypatch.setattr(own, "bound_bytes", both + 100)
    talk(pair, cast("Slot", "fourth"), 23)
    assert own.bytes <= both + 100
    assert Slot.WINDOW not in own._saved
    assert Slot.COMMAND in own._saved
