"""llama.cpp's and mtmd's log lines, forwarded to Python logging.

They may come from any thread during a computation, so the callback only queues them; `drain` writes them later, on the
thread that owns the engine.
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


def _enqueue(level: int, text: bytes | None, _data: object) -> None:
    if level != _CONTINUED and text:
        _lines.append((level, text))


_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(_enqueue)


def install(llama: Any, mtmd: Any) -> None:
    """Set one callback in both libraries; it lives as long as this module."""
    callback = ctypes.cast(_CALLBACK, llama.llama_log_callback)
    llama.llama_log_set(callback, ctypes.c_void_p(0))
    mtmd.mtmd_helper_log_set(callback, ctypes.c_void_p(0))


def drain(most: int = logging.CRITICAL) -> None:
    """Log the queued lines, at most at level `most`. Each is logged one level lower than llama.cpp's, since failures
    are raised as errors, too."""
    while _lines:
        level, raw = _lines.popleft()
        if text := raw.decode("utf-8", "replace").strip():
            if level == _ERROR:
                _errors.append(text)
            log.log(min(most, _LEVELS.get(level, logging.DEBUG)), "%s", text)


def last_error() -> str:
    """The last error line, as the reason of a failure; "" when there was none."""
    drain()
    return _errors[-1] if _errors else ""


def clear_errors() -> None:
    """Call before work whose errors `last_error` should give."""
    drain()
    _errors.clear()
