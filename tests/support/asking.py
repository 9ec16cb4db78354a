"""Short ways to ask an engine and to make pictures."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from fanlight.domain.events import EngineNotice, Event, Finished, ImageReady, TextDelta, ThinkingDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import Sampling
from fanlight.domain.stop import StopFlag

GREEDY = Sampling(temperature=0, max_tokens=12)


@dataclass
class GatheredAnswer:
    """What came out of an engine, put together."""

    text: str = ""
    thinking: str = ""
    notices: list[str] = field(default_factory=list)
    pictures: list[ImageReady] = field(default_factory=list)
    finished: Finished | None = None

    @property
    def end(self) -> Finished:
        assert self.finished is not None
        return self.finished


def hear(events: Iterable[Event]) -> GatheredAnswer:
    """Runs them to the end; `Finished` comes once and last."""
    heard = GatheredAnswer()
    for event in events:
        assert heard.finished is None
        match event:
            case TextDelta(text):
                heard.text += text
            case ThinkingDelta(text):
                heard.thinking += text
            case EngineNotice(text):
                heard.notices.append(text)
            case ImageReady():
                heard.pictures.append(event)
            case Finished():
                heard.finished = event
            case _:
                pass
    assert heard.finished is not None
    return heard


def noise(width: int, height: int, seed: int) -> Image:
    return Image.of(width, height, random.Random(seed).randbytes(width * height * 3))


def user(text: str, *images: Image) -> Message:
    return Message.of("user", text, images)


def assistant(text: str) -> Message:
    return Message.of("assistant", text)


class StopAfter(StopFlag):
    """A flag that sets itself at the n-th look at it from Python. `unseen`: Python is told nothing, so that llama.cpp
    finds it first, in the middle of a computation."""

    def __init__(self, looks: int, *, unseen: bool = False) -> None:
        super().__init__()
        self._looks = looks
        self._unseen = unseen

    def is_set(self) -> bool:
        self._looks -= 1
        if self._looks < 0:
            self.set()
        return super().is_set() and not self._unseen
