"""An answer while it grows: what has arrived so far, and where its time went."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import assert_never

from fanlight.core.chat.answer_footer import AnswerTimings
from fanlight.domain.events import (
    EngineNotice,
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    Reason,
    SoundReady,
    TextDelta,
    ThinkingDelta,
    Timings,
)
from fanlight.domain.messages import Message
from fanlight.i18n import N_

AT_LIMIT = N_("The answer was cut off at its maximum length. Choose Continue, or press Enter, to get the rest.")
IN_A_LOOP = N_("The answer repeated itself over and over and was stopped. Ask in other words, or choose Continue.")
CUT_OFF: dict[Reason, str] = {"length": AT_LIMIT, "loop": IN_A_LOOP}
"""Why an answer ended before the model was done, where nobody stopped it."""


@dataclass(slots=True)
class Answer:
    """Put together from the events of one generation. `text` and `thinking` begin with what a continued answer had."""

    text: str = ""
    thinking: str = ""
    encoded_before: float = 0.0
    """Seconds of encoding that were over before the question was sent."""
    encoded_after: float = 0.0
    """Seconds of encoding after it, by the prefill that had begun it."""
    notices: list[str] = field(default_factory=list)
    reason: Reason | None = None
    timings: Timings | None = None
    first_word_seconds: float | None = None
    model: str = ""
    _asked: float = field(default_factory=perf_counter)
    _pieces: list[str] = field(default_factory=list)
    _thoughts: list[str] = field(default_factory=list)
    _encoded: set[type[Event]] = field(default_factory=set)
    """What was ready after an encode."""

    def add(self, event: Event) -> None:
        match event:
            case TextDelta(text):
                self._first_word()
                self._pieces.append(text)
            case ThinkingDelta(text):
                self._first_word()
                self._thoughts.append(text)
            case EngineNotice(text):
                self.notices.append(text)
            case Finished(reason, timings):
                self.reason, self.timings = reason, timings
            case ImageReady(seconds=seconds) | SoundReady(seconds=seconds):
                self._encoded |= {type(event)} if seconds else set()
            case PromptProgress():
                pass
            case _:
                assert_never(event)

    def join_pieces(self) -> None:
        """Put the pieces that have arrived into `text` and `thinking`."""
        self.text += "".join(self._pieces)
        self.thinking += "".join(self._thoughts)
        self._pieces.clear()
        self._thoughts.clear()

    @property
    def message(self) -> Message:
        """What was joined."""
        return Message.of("assistant", self.text, thinking=self.thinking)

    @property
    def can_continue(self) -> bool:
        """Whether it ended before the model was done."""
        return self.reason not in ("end", "stop_string")

    def footer(self) -> str:
        """As `footer_text` reads it; "" where the answer has not ended."""
        if self.timings is None:
            return ""
        encoded, timings = (self.encoded_before, self.encoded_after), self.timings
        if self._encoded == {SoundReady}:  # no picture was read
            timings = replace(timings, images_encoded=0)
        return AnswerTimings(timings, self.first_word_seconds, *encoded, model=self.model).stored()

    def _first_word(self) -> None:
        if self.first_word_seconds is None:
            self.first_word_seconds = perf_counter() - self._asked
