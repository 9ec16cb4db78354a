"""The jobs of the model's worker."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.domain.clips import halves
from fanlight.domain.events import SizeCounted, TokensCounted
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import ImagePart, Message, frame_pairs
from fanlight.domain.models import Sampling, ThinkingMode
from fanlight.domain.ports import Engine, PictureInsight, SoundInsight, StateKeeper
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound

Messages = Sequence[Message] | Callable[[], Sequence[Message]]
"""The messages, or a function that makes them, called on the worker's thread."""


class AnswerJob(Job[Engine]):
    """Generates an answer, at the priority of the `slot` it is asked from; reports `Event`s."""

    def __init__(
        self,
        messages: Messages,
        sampling: Sampling,
        slot: Slot = Slot.WINDOW,
        builds_on: Sequence[PrefillJob] = (),
        kept: Path | None = None,
    ) -> None:
        """`builds_on` are prefills of the same beginning; `kept` is a file with what was evaluated before."""

        def work(engine: Engine, control: JobControl) -> Generator[object, None, None]:
            asked = messages() if callable(messages) else messages
            _recall(engine, kept, asked, control, slot, sampling.thinking)
            yield from engine.generate(asked, sampling, control.flag, slot)

        super().__init__(work, Priority[Slot(slot).name], builds_on)
        self.slot = slot

    def answer_now(self) -> None:
        """End the thinking: what the model writes next is its answer."""
        self.flag.answer_wanted = True


class PrefillJob(Job[Engine]):
    """Evaluates ahead what an answer will need, until another job interrupts it; reports `Event`s."""

    def __init__(
        self,
        messages: Sequence[Message],
        slot: Slot = Slot.WINDOW,
        thinking: ThinkingMode = "auto",
        kept: Path | None = None,
        builds_on: Sequence[PrefillJob] = (),
    ) -> None:
        """`kept` is a file with what was evaluated before; `builds_on` are prefills of the same beginning."""

        def work(engine: Engine, control: JobControl) -> Generator[object, None, None]:
            _recall(engine, kept, messages, control, slot, thinking)
            yield from engine.prefill(messages, control.flag, slot, thinking)

        super().__init__(work, Priority.BACKGROUND, builds_on)


def _recall(
    engine: Engine,
    kept: Path | None,
    messages: Sequence[Message],
    control: JobControl,
    slot: Slot,
    thinking: ThinkingMode,
) -> None:
    if kept is not None and messages and isinstance(engine, StateKeeper):
        engine.recall_state(StateRequest(kept, messages, slot, thinking), control.flag)


class TokenCountJob(Job[Engine]):
    """Reports a `TokensCounted` for each of `pictures`, which are side by side, and of `sounds`, then a `SizeCounted`
    for each of `sizes`, where the engine knows that ahead. Two frames that the model takes as one picture have half
    of it each."""

    def __init__(
        self, pictures: Sequence[ImagePart], sizes: Sequence[tuple[int, int, bool]] = (), sounds: Sequence[Sound] = ()
    ) -> None:
        def work(engine: Engine, control: JobControl) -> Generator[object, None, None]:
            begins = set(frame_pairs(pictures)) if engine.info.frames.merges else set()
            for place, image in enumerate(part.image for part in pictures):
                if control.flag.is_set():
                    return
                tokens = engine.image_tokens(image)
                if place in begins or place - 1 in begins:
                    tokens = halves(tokens)[place not in begins]
                yield TokensCounted(image.id, tokens)
            for sound in sounds:
                if isinstance(engine, SoundInsight):
                    yield TokensCounted(sound.id, engine.sound_tokens(sound))
            if not isinstance(engine, PictureInsight):
                return
            for width, height, low in sizes:
                yield SizeCounted(width, height, low, engine.size_tokens(width, height, low=low))

        super().__init__(work, Priority.QUICK)
