"""What is put through crashes: something that works in a child, promises, and is looked at afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

Say = Callable[[str], None]
"""A line that promises something: from here on it is on the disk."""
REFUSED = "refused"
"""Said instead where there is no room."""


@dataclass(slots=True)
class Found:
    """After one crash: how much was promised, what of it is lost, and whether all of it could be opened."""

    promised: int = 0
    lost: list[str] = field(default_factory=list)
    opens: bool = True
    over: bool = False
    """Looking has used up what was promised: the next crash begins anew."""


class Case(Protocol):
    name: str
    lag_seconds: float
    """A power cut may cost what was promised so short a time before."""
    checked_rarely: bool
    """Looking ends the work, so several crashes come before it."""
    promises: tuple[str, ...]
    """How the lines begin that promise something; what else a child says are steps on the way."""
    standing: tuple[str, ...]
    """Those of them that announce what may be gone, and so hold from before it happens."""

    def prepare(self, folder: Path) -> None:
        """Before the first child works in the folder."""

    def work(self, folder: Path, seed: int, say: Say) -> None:
        """In a child, without an end: it is killed. An OSError is that of a full disk."""

    def check(self, folder: Path, said: Sequence[str]) -> Found:
        """`said` are the promises of all children so far. What is there may be repaired, as a next start does it."""
