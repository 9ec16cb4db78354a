"""An answer while it grows: what has arrived so far, and the line of timings under it."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import assert_never

from fanlight.domain.events import (
    EngineNotice,
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    Reason,
    TextDelta,
    ThinkingDelta,
    Timings,
)
from fanlight.domain.messages import Message
from fanlight.i18n import N_, _, format_decimal, format_number

AT_LIMIT = N_("The answer has reached its maximum length. Choose Continue to get the rest.")


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
    _asked: float = field(default_factory=perf_counter)
    _pieces: list[str] = field(default_factory=list)
    _thoughts: list[str] = field(default_factory=list)

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
            case ImageReady() | PromptProgress():
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
        if self.timings is None:
            return ""
        return footer(self.timings, self.first_word_seconds, self.encoded_before, self.encoded_after)

    def _first_word(self) -> None:
        if self.first_word_seconds is None:
            self.first_word_seconds = perf_counter() - self._asked


def footer(
    timings: Timings,
    first_word_seconds: float | None = None,
    encoded_before: float = 0.0,
    encoded_after: float = 0.0,
) -> str:
    """Where the time went: what was not needed is left out."""
    parts: list[str] = []
    if timings.images_encoded or encoded_after:
        parts.append(_("picture encoded in {time}").format(time=seconds(timings.encode_seconds + encoded_after)))
    elif encoded_before:
        parts.append(_("picture encoded while you typed, in {time}").format(time=seconds(encoded_before)))
    prefill = _("prefill: {reused} tokens reused, {evaluated} new")
    parts.append(
        prefill.format(reused=format_number(timings.reused_tokens), evaluated=format_number(timings.evaluated_tokens))
    )
    if timings.generated_tokens:
        first = seconds(first_word_seconds or timings.first_token_seconds)
        parts.append(_("first word after {time}").format(time=first))
        if timings.tokens_per_second:
            parts.append(_("{rate} tokens/s").format(rate=rate(timings.tokens_per_second)))
    if timings.device:
        parts.append(timings.device)
    return " · ".join(parts)


def seconds(value: float) -> str:
    digits = 2 if value < 0.1 else 1 if value < 10 else 0
    return _("{number} s").format(number=format_decimal(value, digits))


def rate(value: float) -> str:
    return format_decimal(value, 1 if value < 10 else 0)
