"""An engine whose answers are checked at their end: a server may ignore the schema that it was given."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from fanlight.domain.errors import AnswerInvalid
from fanlight.domain.events import Event, Finished, TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ModelInfo, Sampling, ThinkingMode
from fanlight.domain.ports import Engine, Events
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag


class CheckedEngine:
    """Implements `Engine` around another one. An answer that breaks its schema ends in AnswerInvalid."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def info(self) -> ModelInfo:
        return self._engine.info

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        events = self._engine.generate(messages, sampling, stop, slot)
        return events if sampling.json_schema is None else _checked(events, sampling)

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.WINDOW,
        thinking: ThinkingMode = "auto",
    ) -> Events:
        return self._engine.prefill(messages, stop, slot, thinking)

    def image_tokens(self, image: Image) -> int:
        return self._engine.image_tokens(image)

    def close(self) -> None:
        self._engine.close()


def _checked(events: Events, sampling: Sampling) -> Generator[Event, None, None]:
    """Raises SchemaError before anything is asked."""
    from fanlight.engine.bound_answers import schema_of  # which loads what checks schemas

    schema = schema_of(sampling)
    text = ""
    for event in events:
        if isinstance(event, TextDelta):
            text += event.text
        elif isinstance(event, Finished) and event.reason == "end" and schema is not None:
            problem = schema.problem(text)
            if problem:
                raise AnswerInvalid(problem)
        yield event
