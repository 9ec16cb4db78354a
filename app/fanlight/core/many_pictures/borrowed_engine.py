"""The engine that is open, used for something else: the window's conversation keeps its place in the cache."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ModelInfo, Sampling, ThinkingMode
from fanlight.domain.ports import Engine, Events
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag


class BorrowedEngine:
    """An `Engine` in whose slot commands are answered; closing it closes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def info(self) -> ModelInfo:
        return self._engine.info

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.COMMAND
    ) -> Events:
        return self._engine.generate(messages, sampling, stop, slot)

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.COMMAND,
        thinking: ThinkingMode = "auto",
    ) -> Events:
        return self._engine.prefill(messages, stop, slot, thinking)

    def image_tokens(self, image: Image) -> int:
        return self._engine.image_tokens(image)

    def close(self) -> None:
        """Whoever has lent it closes it."""
