"""The line of timings under an answer: kept as numbers, worded in the language in use when it is shown."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from fanlight.domain.events import Timings
from fanlight.i18n import _, format_decimal, format_number, ngettext


@dataclass(frozen=True, slots=True)
class AnswerTimings:
    """Where the time of an answer went. `encoded_before` and `encoded_after` are seconds of encoding, over before the
    question was sent, and after it by the prefill that had begun it."""

    timings: Timings = field(default_factory=Timings)
    first_word_seconds: float | None = None
    encoded_before: float = 0.0
    encoded_after: float = 0.0
    model: str = ""
    """The name of the model that answered; search reads it (`domain/search_filters.py`)."""

    def stored(self) -> str:
        """As `footer_text` reads it."""
        return json.dumps(asdict(self))

    def text(self) -> str:
        """What was not needed is left out."""
        timings = self.timings
        parts: list[str] = []
        if timings.images_encoded or self.encoded_after:
            encoded = seconds(timings.encode_seconds + self.encoded_after)
            parts.append(_("picture read in {time}").format(time=encoded))
        elif self.encoded_before:
            parts.append(_("picture read while you typed, in {time}").format(time=seconds(self.encoded_before)))
        new, reused = timings.evaluated_tokens, timings.reused_tokens
        if new:
            text = ngettext("{count} token read", "{count} tokens read", new)
            parts.append(text.format(count=format_number(new)))
        if reused:
            text = ngettext("{count} token known from before", "{count} tokens known from before", reused)
            parts.append(text.format(count=format_number(reused)))
        if timings.generated_tokens:
            first = seconds(self.first_word_seconds or timings.first_token_seconds)
            parts.append(_("first word after {time}").format(time=first))
            if timings.tokens_per_second:
                parts.append(_("{rate} tokens/s").format(rate=rate(timings.tokens_per_second)))
        if timings.device:
            parts.append(timings.device)
        return " · ".join(parts)


def footer_text(stored: str) -> str:
    """The line as it is shown. What is no `AnswerTimings.stored` is a line itself: older versions kept that."""
    if not stored.startswith("{"):
        return stored
    try:
        fields = json.loads(stored)
        return AnswerTimings(**{**fields, "timings": Timings(**fields["timings"])}).text()
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return ""  # damaged, or of a newer version


def seconds(value: float) -> str:
    digits = 2 if value < 0.1 else 1 if value < 10 else 0
    return _("{number} s").format(number=format_decimal(value, digits))


def rate(value: float) -> str:
    return format_decimal(value, 1 if value < 10 else 0)
