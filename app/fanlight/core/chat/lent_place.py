"""What the model's worker has in memory while a job loads models itself: nothing that could answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ModelInfo, Sampling, ThinkingMode
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag


class LentPlace:
    """Implements `Engine`. Only the job that it was made for is served with it, which asks it nothing."""

    info = ModelInfo("", "", supports_images=False, context_tokens=0, device="")

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> NoReturn:
        raise RuntimeError("no model is open here")

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.WINDOW,
        thinking: ThinkingMode = "auto",
    ) -> NoReturn:
        raise RuntimeError("no model is open here")

    def image_tokens(self, image: Image) -> int:
        return 0

    def close(self) -> None:
        pass
