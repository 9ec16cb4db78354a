"""What an engine says while it works: a closed union, matched to the end (`assert_never`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal["end", "length", "stop_string", "stopped"]
"""The model ended its turn; the token limit was reached; a stop string came; the user stopped it."""


@dataclass(frozen=True, slots=True)
class ImageReady:
    """A picture is encoded. `seconds` is 0 when its embeddings were still known."""

    image_id: str
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
    """Something the user should know that is no error, such as turns that left the context."""

    text: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time went, in seconds and tokens. `first_token_seconds` counts from the call of `generate`."""

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
    """Always the last event. A prefill ends with it too, with no generated token."""

    reason: Reason
    timings: Timings


@dataclass(frozen=True, slots=True)
class TokensCounted:
    """How many tokens a picture takes of the context; 0 for a model that supports no images. No part of an answer."""

    image_id: str
    tokens: int


Event = ImageReady | PromptProgress | ThinkingDelta | TextDelta | EngineNotice | Finished
