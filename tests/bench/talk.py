"""Asking an engine and looking at the clock: from the outside, as the window would see it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from time import perf_counter

from fanlight.domain.events import Finished, TextDelta, ThinkingDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Engine, Events


def greedy(max_tokens: int) -> Sampling:
    return Sampling(temperature=0, max_tokens=max_tokens)


def drain(events: Events) -> tuple[str, Finished]:
    """Listen to the end: what was said, and the last event."""
    words: list[str] = []
    with closing(events):
        for event in events:
            if isinstance(event, TextDelta):
                words.append(event.text)
            elif isinstance(event, Finished):
                return "".join(words), event
    raise AssertionError("an engine ends with Finished")


def first_token_seconds(engine: Engine, messages: Sequence[Message]) -> float:
    """From the call to the answer's first token. It may be half a character: then its end is what is seen."""
    start = perf_counter()
    with closing(engine.generate(messages, greedy(1))) as events:
        for event in events:
            if isinstance(event, TextDelta | ThinkingDelta | Finished):
                break
        seconds = perf_counter() - start
        for _ in events:
            pass
    return seconds
