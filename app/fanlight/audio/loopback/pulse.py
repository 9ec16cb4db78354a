"""Linux: the monitor of the current output, of PulseAudio or of PipeWire, which answers as PulseAudio does."""

from __future__ import annotations

import ctypes.util
import os
import sys
from functools import cache
from pathlib import Path

from fanlight.audio.loopback.backend import Loopback, OnLoopback
from fanlight.audio.loopback.listening_process import ListeningProcess
from fanlight.i18n import N_

_SYSTEM_FOLDERS = ("/run/pulse", "/var/run/pulse")
"""Of a server for all users."""


class Pulse:
    name = "pulse"
    needs = N_("PulseAudio, or PipeWire with its PulseAudio service, and libpulse (libpulse0).")

    def is_available(self) -> bool:
        return sys.platform.startswith("linux") and _has_library() and _has_server()

    def open(self, on_loopback: OnLoopback) -> Loopback:
        return ListeningProcess("fanlight.audio.loopback.pulse_monitor", on_loopback)


@cache
def _has_library() -> bool:
    """Looked for, not loaded: it belongs into the other process."""
    return ctypes.util.find_library("pulse") is not None


def _has_server() -> bool:
    """Whether one may answer: an address, or the socket of one on this computer."""
    if os.environ.get("PULSE_SERVER"):
        return True
    folders = [os.environ.get("PULSE_RUNTIME_PATH"), *_SYSTEM_FOLDERS]
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        folders.append(f"{runtime}/pulse")
    return any(Path(folder, "native").exists() for folder in folders if folder)
