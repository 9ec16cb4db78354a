"""The heart: whatever happened before, the next answer is that of a fresh context."""

from __future__ import annotations

import random
import threading
from contextlib import closing

import pytest

from fanlight.domain.events import TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.stop import StopFlag
from support.asking import GREEDY, StopAfter, assistant, hear, noise, user
from support.oracle import Pair
from support.random_talk import step

pytestmark = pytest.mark.model


def test_a_second_question_encodes_nothing_and_reuses_the_first_turn(pair: Pair) -> None:
    picture = noise(100, 80, 1)
    messages = [user("What is this?", picture)]
    first = hear(pair.engine.generate(messages, GREEDY))
    assert first.end.timings.images_encoded == 1
    assert first.end.timings.encode_seconds > 0
    messages += [assistant(first.text), user("And what is beside it?")]
    second = hear(pair.engine.generate(messages, GREEDY))
    assert second.end.timings.images_encoded == 0
    assert second.end.timings.encode_seconds == 0
    assert second.end.timings.reused_tokens > pair.engine.image_tokens(picture)
    assert second.end.timings.evaluated_tokens < 80


def test_after_prefill_only_the_question_is_left_to_do(pair: Pair) -> None:
    picture = noise(90, 60, 7)
    prefilled = hear(pair.engine.prefill([user("", picture)]))
    assert prefilled.end.timings.images_encoded == 1
    assert prefilled.end.timings.generated_tokens == 0
    answer = hear(pair.engine.generate([user("What is this?", picture)], GREEDY))
    assert answer.end.timings.images_encoded == 0
    assert answer.end.timings.reused_tokens >= pair.engine.image_tokens(picture)


def test_words_already_typed_are_prefilled_too(pair: Pair) -> None:
    picture = noise(90, 60, 8)
    words = "Tell me in your own words what you can see in this picture and"
    hear(pair.engine.prefill([user(words, picture)]))
    answer = hear(pair.engine.generate([user(words + " please be quick", picture)], GREEDY))
    assert answer.end.timings.evaluated_tokens < 60


def test_a_picture_and_a_text_larger_than_a_batch_are_read_whole(pair: Pair) -> None:
    sizes = ((480, 400), (240, 200), (120, 100))  # the first is 750 tokens with M-RoPE
    picture = next(p for p in (noise(*size, 9) for size in sizes) if pair.engine.image_tokens(p) < 900)
    pair.check([user("What is this? " * 50, picture)])
    pair.check([user("a b c d " * 100), assistant("e f"), user("What is this?", picture)])


def test_an_edited_question_costs_no_second_encode(pair: Pair) -> None:
    picture = noise(80, 80, 2)
    pair.check([user("What is this?", picture)])
    heard = hear(pair.engine.generate([user("Where is it?", picture)], GREEDY))
    assert heard.end.timings.images_encoded == 0
    pair.check([user("Which one?", picture)])


def test_a_picture_that_left_the_cache_is_not_encoded_again(pair: Pair) -> None:
    picture = noise(80, 80, 3)
    pair.check([user("What is this?", picture)])
    pair.check([user("Something else altogether.")])
    heard = hear(pair.engine.generate([user("Back to this one.", picture)], GREEDY))
    assert heard.end.timings.images_encoded == 0
    assert heard.pictures[0].seconds == 0


def test_the_same_question_again_evaluates_next_to_nothing(pair: Pair) -> None:
    messages = [user("Say something long about this.", noise(64, 64, 4))]
    first = hear(pair.engine.generate(messages, GREEDY))
    second = hear(pair.engine.generate(messages, GREEDY))
    assert second.text == first.text
    assert second.end.timings.evaluated_tokens <= 16


def test_an_answer_goes_on_where_it_was_broken_off(pair: Pair) -> None:
    asked = (user(f"Tell me everything about {i}.") for i in range(20))
    question, whole = next(
        (question, heard.text)
        for question in asked
        if len((heard := hear(pair.engine.generate([question], GREEDY))).text) > 3
    )
    hear(pair.engine.generate([user("Something else.")], GREEDY))
    pair.check([question, assistant(whole[: len(whole) // 2])])


def test_leaving_the_generator_early_keeps_the_cache_valid(pair: Pair) -> None:
    messages = [user("What is this?", noise(70, 70, 5))]
    for events in range(1, 12):
        with closing(pair.engine.generate(messages, GREEDY)) as running:
            for _, _ in zip(range(events), running, strict=False):
                pass
        pair.check([*messages[:1], assistant("So so."), user(f"Now {events}?")])


@pytest.mark.parametrize("unseen", [False, True])
@pytest.mark.parametrize("looks", [0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22])
def test_stopping_at_any_look_is_obeyed_and_the_next_answer_is_right(pair: Pair, looks: int, unseen: bool) -> None:
    messages = [user("What is this? " * 10, noise(100, 70, 100 + looks))]
    heard = hear(pair.engine.generate(messages, GREEDY, StopAfter(looks, unseen=unseen)))
    assert heard.end.reason in ("stopped", "length", "end")
    pair.check(messages)


def test_what_was_said_before_a_stop_is_still_in_the_cache(pair: Pair) -> None:
    for attempt in range(4):
        question, flag, text = user(f"Tell me a long story, the {attempt}th."), StopFlag(), ""
        sampling = Sampling(temperature=1, seed=attempt, max_tokens=400, grammar="root ::= [a-z ] root")
        for event in pair.engine.generate([question], sampling, flag):
            text += event.text if isinstance(event, TextDelta) else ""
            if len(text) == 9:
                threading.Timer(0.001 * attempt, flag.set).start()
        length = len(pair.engine.cached)
        heard = hear(pair.engine.generate([question, assistant(text), user("And?")], GREEDY))
        assert heard.end.timings.reused_tokens >= length - 1


def test_a_flag_set_before_the_start_stops_at_once(pair: Pair) -> None:
    flag = StopFlag()
    flag.set()
    heard = hear(pair.engine.generate([user("Hello", noise(64, 64, 6))], GREEDY, flag))
    assert heard.end.reason == "stopped"
    assert heard.text == ""
    assert heard.end.timings.images_encoded == 0
    pair.check([user("Hello")])


@pytest.mark.parametrize("seed", range(3))
def test_random_conversations_answer_like_a_fresh_context(pair: Pair, seed: int) -> None:
    """Attach, ask, stop anywhere, edit, ask again, a new picture, a new conversation: in any order."""
    rng = random.Random(seed)
    pictures = [noise(rng.randrange(40, 160), rng.randrange(40, 160), 1000 * seed + i) for i in range(5)]
    messages: list[Message] = []
    for _ in range(30):
        step(rng, pair, messages, pictures)
