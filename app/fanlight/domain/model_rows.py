"""Models as lists show them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.models import ModelSpec


@dataclass(frozen=True, slots=True)
class UnusableModel:
    """What another program (`owner`) has under `name` and Fanlight cannot use. `reason` is a sentence, `hint` says what
    to do about it."""

    owner: str
    name: str
    path: Path
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """`can`: what it can be given, `words`: whether it fits and why, or why it cannot be used; both for display.
    `title`: what its maker calls it. `is_own_file`: Fanlight has downloaded it, and may delete it. `needs_bytes` of
    memory; 0: not known."""

    spec: ModelSpec
    can: str
    size_bytes: int
    fits: bool
    words: str
    title: str = ""
    usable: bool = True
    is_own_file: bool = False
    needs_bytes: int = 0
