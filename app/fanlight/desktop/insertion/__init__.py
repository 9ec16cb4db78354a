"""Text into the program that has the keyboard, at its cursor. One module a backend, best first; the last one can
nothing."""

from __future__ import annotations

from fanlight.desktop.insertion import macos, null, portal, windows, wlroots, wtype, x11, ydotool
from fanlight.desktop.insertion.backend import (
    InsertionBackend,
    InsertionOutcome,
    InsertionPlace,
    InsertionRequest,
    TextInserter,
)
from fanlight.desktop.insertion.permission import InsertionPermission, PermissionState

__all__ = [
    "BACKENDS", "InsertionBackend", "InsertionOutcome", "InsertionPermission", "InsertionPlace", "InsertionRequest",
    "PermissionState", "TextInserter", "pick",
]  # fmt: skip

BACKENDS: tuple[InsertionBackend, ...] = (x11, windows, macos, wlroots, wtype, portal, ydotool, null)


def pick() -> InsertionBackend:
    return next(backend for backend in BACKENDS if backend.is_available())
