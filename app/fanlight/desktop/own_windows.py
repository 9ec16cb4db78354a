"""Fanlight's own windows, as the desktop sees them."""

from __future__ import annotations

import gc

from PySide6.QtGui import QGuiApplication, QWindow


def own_windows() -> list[QWindow]:
    """All that have no parent, also hidden ones."""
    # WORKAROUND PySide6 6.11 copies the windows' addresses, and then makes Python objects of them; where the collector
    # runs in between, a window that only a cycle holds is deleted, and its address is read nevertheless (SIGSEGV).
    # Remove when a release holds them.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return QGuiApplication.topLevelWindows()
    finally:
        if was_enabled:
            gc.enable()
