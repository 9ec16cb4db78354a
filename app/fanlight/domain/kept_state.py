"""What an engine is told to keep on disk of a conversation, or to bring back from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.messages import Message
from fanlight.domain.models import ThinkingMode
from fanlight.domain.slots import Slot


@dataclass(frozen=True, slots=True)
class StateRequest:
    """`messages` as they were prefilled, or are to be; the file at `path` takes at most `most_bytes`."""

    path: Path
    messages: Sequence[Message]
    slot: Slot = Slot.WINDOW
    thinking: ThinkingMode = "auto"
    most_bytes: int = 0
