"""Voices that speak answers: one module a way, best first. Each is a program of its own, which gets text and gives
sound back; none of them is asked for anything over the network."""

from __future__ import annotations

import sys

from fanlight.domain.errors import SpeakerError
from fanlight.synthesis.backend import Pcm, Voice, VoiceBackend
from fanlight.synthesis.espeak import Espeak
from fanlight.synthesis.piper import Piper
from fanlight.synthesis.sapi import Sapi
from fanlight.synthesis.say import Say

__all__ = ["BACKENDS", "Pcm", "Voice", "VoiceBackend", "known", "pick"]

BACKENDS: tuple[VoiceBackend, ...] = (Piper(), Say(), Sapi(), Espeak())


def known(backends: tuple[VoiceBackend, ...] = BACKENDS) -> list[Voice]:
    """Of all backends that are here. Starts programs: not on the window's thread."""
    return [voice for backend in backends if backend.available() for voice in backend.voices()]


def pick(voice: str = "", backends: tuple[VoiceBackend, ...] = BACKENDS) -> tuple[VoiceBackend, str]:
    """The backend that has `voice` ("backend:name", "" for the best there is), and its name there; another backend's
    own choice where that one has gone. Raises SpeakerError with what to install."""
    name, _, inside = voice.partition(":")
    here = [backend for backend in backends if backend.available()]
    for backend in here:
        if backend.name == name:
            return backend, inside
    if not here:
        raise SpeakerError("There is no voice on this computer to speak with.", _what_to_install(backends))
    return here[0], ""


def _what_to_install(backends: tuple[VoiceBackend, ...]) -> str:
    """The easiest way first, which is the last one."""
    ways = [backend.needs for backend in reversed(backends) if sys.platform.startswith(backend.platforms)]
    return " Or: ".join(ways)
