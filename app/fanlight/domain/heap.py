"""Memory that was freed, and that the C library keeps."""

from __future__ import annotations

import ctypes
import sys


def trim_heap() -> None:
    """Return it to the system, where the C library can. Milliseconds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
