"""Events of an engine: a closed union, matched to the end (`assert_never`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal["end", "length", "loop", "stop_string", "stopped"]
"""The model ended its turn; the token limit was reached; it repeated one passage over and over; a stop string was
generated; the user stopped it."""


@dataclass(frozen=True, slots=True)
class ImageReady:
    """A picture is encoded. `seconds` is 0 when its embeddings were cached."""

    image_id: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class SoundReady:
    """The same, of a sound that the model hears itself."""

    sound_id: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PromptProgress:
    """`done` of `total` prompt tokens are in the KV cache (reused ones count as done)."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    text: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class EngineNotice:
    """A message for the user that is not an error, such as turns dropped from the context."""

    text: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Durations in seconds, and token counts. `first_token_seconds` counts from the call of `generate`."""

    encode_seconds: float = 0.0
    reused_tokens: int = 0
    evaluated_tokens: int = 0
    prefill_seconds: float = 0.0
    first_token_seconds: float = 0.0
    generated_tokens: int = 0
    generate_seconds: float = 0.0
    images_encoded: int = 0
    device: str = ""

    @property
    def tokens_per_second(self) -> float:
        return self.generated_tokens / self.generate_seconds if self.generate_seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every answer and prefill."""

    reason: Reason
    timings: Timings


@dataclass(frozen=True, slots=True)
class TokensCounted:
    """How many tokens a picture, or a sound, takes of the context; 0 for a model that does not support it. Not part of
    an answer."""

    image_id: str
    tokens: int


@dataclass(frozen=True, slots=True)
class SizeCounted:
    """The same, for a picture of so many pixels, maybe in `low` detail, that is not there."""

    width: int
    height: int
    low: bool
    tokens: int


Event = ImageReady | SoundReady | PromptProgress | ThinkingDelta | TextDelta | EngineNotice | Finished
