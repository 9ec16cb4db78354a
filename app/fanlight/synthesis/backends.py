"""Backends of speech synthesis, best first. Each gets text and returns sound, most of them by a program; none uses the
network."""

from __future__ import annotations

import locale
import sys

from fanlight.domain.errors import SpeakerError
from fanlight.i18n import _
from fanlight.synthesis.backend import Pcm, Voice, VoiceBackend
from fanlight.synthesis.bundled_voice import BundledVoice
from fanlight.synthesis.espeak import Espeak
from fanlight.synthesis.piper import Piper
from fanlight.synthesis.sapi import Sapi
from fanlight.synthesis.say import Say

__all__ = ["BACKENDS", "Pcm", "Voice", "VoiceBackend", "installed_voices", "pick", "pick_for_language"]

BACKENDS: tuple[VoiceBackend, ...] = (Piper(), BundledVoice(), Say(), Sapi(), Espeak())


def installed_voices(backends: tuple[VoiceBackend, ...] = BACKENDS) -> list[Voice]:
    """The voices of all available backends. Starts programs: not for the GUI thread."""
    return [voice for backend in backends if backend.is_available() for voice in backend.voices()]


def pick(voice: str = "", backends: tuple[VoiceBackend, ...] = BACKENDS) -> tuple[VoiceBackend, str]:
    """The backend that has `voice` ("backend:name", "" for the best there is), and its name there; the best backend's
    own choice when that one is gone. Raises SpeakerError with what to install."""
    name, _colon, inside = voice.partition(":")
    here = [backend for backend in backends if backend.is_available()]
    for backend in here:
        if backend.name == name:
            return backend, inside
    if not here:
        raise SpeakerError(_("No voice is installed on this computer."), _what_to_install(backends))
    return here[0], ""


def pick_for_language(
    voice: str, language: str, backends: tuple[VoiceBackend, ...] = BACKENDS
) -> tuple[VoiceBackend, str]:
    """As `pick`, but a voice of `language` ("de") where one is installed: `voice` itself, else one of its backend, else
    of the best backend that has one, that of the system's country first. Starts programs. Raises SpeakerError."""
    usual = pick(voice, backends)
    if not language:
        return usual
    here = [(backend, one) for backend in backends if backend.is_available() for one in backend.voices()]
    fitting = [(backend, one) for backend, one in here if _base(one.language) == _base(language)]
    if not fitting or any(one.name == voice for _backend, one in fitting):
        return usual
    country = (locale.getlocale()[0] or "").replace("_", "-").lower()
    backend, one = min(
        fitting,
        key=lambda pair: (
            bool(voice) and pair[0] is not usual[0],
            backends.index(pair[0]),
            (country, language, "en-us", pair[1].language.lower()).index(pair[1].language.lower()),
        ),
    )
    return backend, one.name.partition(":")[2]


def _base(language: str) -> str:
    """The language without country and script; one code for each that has several."""
    base = language.lower().replace("_", "-").split("-")[0]
    return {"cmn": "zh", "nb": "no", "iw": "he", "fil": "tl"}.get(base, base)


def _what_to_install(backends: tuple[VoiceBackend, ...]) -> str:
    """What to install, the easiest first: that of the last backend."""
    needs = [_(backend.needs) for backend in reversed(backends) if sys.platform.startswith(backend.platforms)]
    return " ".join([*needs[:1], *(_("Or: {option}").format(option=option) for option in needs[1:])])
