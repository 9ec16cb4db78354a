"""Text into the program that has the keyboard, at its cursor. One module a backend, best first; the last one can
nothing."""

from __future__ import annotations

from fanlight.desktop.insertion import null, wtype, x11, ydotool
from fanlight.desktop.insertion.backend import (
    InsertionBackend,
    InsertionOutcome,
    InsertionPlace,
    InsertionRequest,
    TextInserter,
)

__all__ = [
    "BACKENDS", "InsertionBackend", "InsertionOutcome", "InsertionPlace", "InsertionRequest", "TextInserter", "pick",
]  # fmt: skip

BACKENDS: tuple[InsertionBackend, ...] = (x11, wtype, ydotool, null)


def pick() -> InsertionBackend:
    return next(backend for backend in BACKENDS if backend.is_available())
