"""llama.cpp's and mtmd's log lines on their way to Python logging.

They may come from any thread in the middle of a computation, so the callback only keeps them; `drain` writes them
later, on the thread that owns the engine.
"""

from __future__ import annotations

import ctypes
import logging
from collections import deque
from typing import Any

log = logging.getLogger("fanlight.llama")

_ERROR = 4
_LEVELS = {1: logging.DEBUG, 2: logging.DEBUG, 3: logging.INFO, _ERROR: logging.WARNING}
_MAX_LINES = 4000
_CONTINUED = 5

_lines: deque[tuple[int, bytes]] = deque(maxlen=_MAX_LINES)
_errors: deque[str] = deque(maxlen=20)


def _keep(level: int, text: bytes | None, _data: object) -> None:
    if level != _CONTINUED and text:
        _lines.append((level, text))


_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(_keep)


def install(llama: Any, mtmd: Any) -> None:
    """Both libraries hold the same callback, which lives as long as this module."""
    callback = ctypes.cast(_CALLBACK, llama.llama_log_callback)
    llama.llama_log_set(callback, ctypes.c_void_p(0))
    mtmd.mtmd_helper_log_set(callback, ctypes.c_void_p(0))


def drain(most: int = logging.CRITICAL) -> None:
    """Write what came since the last time, nothing above the level `most`. Each is taken a step less seriously than
    llama.cpp does: what matters is raised as an error too."""
    while _lines:
        level, raw = _lines.popleft()
        if text := raw.decode("utf-8", "replace").strip():
            if level == _ERROR:
                _errors.append(text)
            log.log(min(most, _LEVELS.get(level, logging.DEBUG)), "%s", text)


def last_error() -> str:
    """The newest error line, for the trace of a failure; "" when there was none."""
    drain()
    return _errors[-1] if _errors else ""


def forget() -> None:
    """Before work whose own errors matter."""
    drain()
    _errors.clear()
