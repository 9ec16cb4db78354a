"""Backends of loopback, best first. All run in a process of their own: a sound library that hangs or dies takes neither
the window nor the microphone with it."""

from __future__ import annotations

from fanlight.audio.loopback import core_audio, pulse, wasapi
from fanlight.audio.loopback.backend import LoopbackBackend

__all__ = ["BACKENDS", "LoopbackBackend", "pick", "wanted"]

BACKENDS: tuple[LoopbackBackend, ...] = (pulse.Pulse(), wasapi.Wasapi(), core_audio.CoreAudio())


def pick(backends: tuple[LoopbackBackend, ...] = BACKENDS) -> LoopbackBackend | None:
    return next((backend for backend in backends if backend.is_available()), None)


def wanted(platform: str) -> LoopbackBackend:
    """The one to be completed where none is available; `platform` as in `sys.platform`."""
    return {"win32": BACKENDS[1], "darwin": BACKENDS[2]}.get(platform, BACKENDS[0])
