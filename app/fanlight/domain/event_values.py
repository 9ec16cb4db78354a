"""Events as plain values, for a line of JSON between two processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from fanlight.domain.events import (
    EngineNotice,
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    SoundReady,
    TextDelta,
    ThinkingDelta,
    Timings,
)

_EVENTS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (ImageReady, SoundReady, PromptProgress, ThinkingDelta, TextDelta, EngineNotice, Finished)
}


def encode_event(event: Event) -> dict[str, Any]:
    return {"event": type(event).__name__, **dataclasses.asdict(event)}


def decode_event(line: Mapping[str, Any]) -> Event:
    """The event of one answer line. Raises ValueError."""
    try:
        given = dict(line)
        kind = _EVENTS[given.pop("event")]
        if kind is Finished:
            given["timings"] = Timings(**given["timings"])
        return kind(**given)
    except (LookupError, TypeError) as error:
        raise ValueError(f"no event: {line}") from error
