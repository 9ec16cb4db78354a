"""The kind of desktop session this process runs in, by its environment alone."""

from __future__ import annotations

import os


def is_wayland() -> bool:
    """Also where Qt runs as an X11 program (XWayland): such a program sees other X11 programs only."""
    return bool(os.environ.get("WAYLAND_DISPLAY")) or os.environ.get("XDG_SESSION_TYPE") == "wayland"
