"""A model whose answer is a function of the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Events
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine


class AnsweringEngine(ScriptedEngine):
    """`answer` gets the text of the last message, or, where `with_pictures`, the whole message."""

    def __init__(self, answer: Callable[[Any], str], *, with_pictures: bool = False, **more: Any) -> None:
        super().__init__(["?"], **more)
        self._answer, self._with_pictures = answer, with_pictures
        self.seconds = 0.0

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        last = messages[-1]
        self.pieces = (self._answer(last if self._with_pictures else last.text),)
        self._seconds_per_token = self.seconds
        yield from super().generate(messages, sampling, stop, slot)
