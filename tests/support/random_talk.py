"""Anything that may happen to a conversation, drawn: attach, ask, stop anywhere, edit, ask again, begin anew."""

from __future__ import annotations

import random

from fanlight.domain.errors import PromptTooLong
from fanlight.domain.messages import Image, Message
from fanlight.domain.slots import Slot
from support.asking import GREEDY, StopAfter, assistant, hear, user
from support.oracle import Pair


def step(
    rng: random.Random, pair: Pair, messages: list[Message], pictures: list[Image], slot: Slot = Slot.WINDOW
) -> None:
    """One thing happens to `messages`; each whole answer is held against the oracle."""
    chosen = tuple(rng.sample(pictures, rng.choice((0, 0, 0, 1, 1, 2))))
    question = user("".join(rng.choice("abc de\nfgh?") for _ in range(rng.randrange(1, 220))), *chosen)
    match rng.choice(("ask", "ask", "ask", "prefill", "stop", "edit", "again", "new", "goes on")):
        case "prefill":
            flag = StopAfter(rng.randrange(12), unseen=rng.random() < 0.5) if rng.random() < 0.5 else None
            hear(pair.engine.prefill([*messages, question], flag, slot))
        case "stop":
            flag = StopAfter(rng.randrange(25), unseen=rng.random() < 0.5)
            hear(pair.engine.generate([*messages, question], GREEDY, flag, slot))
        case "edit" if messages:
            del messages[rng.randrange(len(messages) // 2) * 2 :]
        case "again" if messages:
            messages.pop()
            _answer(pair, messages, slot)
        case "new":
            messages.clear()
        case "goes on" if messages:
            text = messages[-1].text
            messages[-1] = assistant(text + pair.check([*messages[:-1], assistant(text)], slot))
        case _:
            messages.append(question)
            _answer(pair, messages, slot)


def _answer(pair: Pair, messages: list[Message], slot: Slot) -> None:
    try:
        messages.append(assistant(pair.check(messages, slot)))
    except PromptTooLong:
        messages.clear()
