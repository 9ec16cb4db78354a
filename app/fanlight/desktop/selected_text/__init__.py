"""Text that is selected in the program that has the keyboard: read, and replaced there. One module a backend, best
first; the last one can nothing."""

from __future__ import annotations

from fanlight.desktop.selected_text import null, wl_paste, x11
from fanlight.desktop.selected_text.backend import (
    ReplaceOutcome,
    SelectedText,
    SelectionAccess,
    SelectionBackend,
)

__all__ = ["BACKENDS", "ReplaceOutcome", "SelectedText", "SelectionAccess", "SelectionBackend", "pick"]

BACKENDS: tuple[SelectionBackend, ...] = (x11, wl_paste, null)


def pick() -> SelectionBackend:
    return next(backend for backend in BACKENDS if backend.is_available())
