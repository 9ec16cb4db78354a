"""espeak-ng: small, fast, about a hundred languages, a synthetic voice. Common on Linux, available elsewhere."""

from __future__ import annotations

import locale
import shutil
from collections.abc import Sequence
from threading import Event

from fanlight.domain.errors import SpeakerError
from fanlight.i18n import N_, _
from fanlight.synthesis.backend import Pcm, Voice, without_commands
from fanlight.synthesis.program import run
from fanlight.synthesis.wave_file import read_pcm

WORDS_A_MINUTE = 170
_LEAST, _MOST = 80, 450


class Espeak:
    """See `VoiceBackend`."""

    name = "espeak"
    needs = N_("Install espeak-ng (Debian, Ubuntu: sudo apt-get install espeak-ng).")
    platforms = ("linux", "freebsd")

    def __init__(self) -> None:
        self._chosen: str | None = None

    def is_available(self) -> bool:
        return _program() is not None

    def voices(self) -> Sequence[Voice]:
        try:
            lines = self._run_espeak(["--voices"]).decode("utf-8", "replace").splitlines()[1:]
        except SpeakerError:
            return ()
        found: dict[str, Voice] = {}
        for line in lines:  # Pty Language Age/Gender VoiceName File Other Languages
            columns = line.split()
            if len(columns) >= 5 and columns[1] not in found:
                shown = columns[3].replace("_", " ")
                found[columns[1]] = Voice(f"{self.name}:{columns[1]}", f"{shown}, espeak-ng", columns[1])
        return tuple(found.values())

    def synthesize(self, text: str, voice: str, speed: float, stop: Event) -> Pcm:
        if not voice:
            self._chosen = voice = self._chosen or self._own_language()
        pace = min(_MOST, max(_LEAST, round(WORDS_A_MINUTE * speed)))
        data = self._run_espeak(
            ["--stdout", "--stdin", "-b", "1", "-v", voice, "-s", str(pace)], without_commands(text), stop
        )
        return read_pcm(data, "espeak-ng") if data else Pcm(22_050, b"")

    def _own_language(self) -> str:
        """A voice of the system's language, else English."""
        code = (locale.getlocale()[0] or "en_US").replace("_", "-").lower()
        known = {voice.language for voice in self.voices()}
        fitting = [code, code.split("-")[0], *sorted(one for one in known if one.split("-")[0] == code.split("-")[0])]
        return next((one for one in fitting if one in known), "en-us")

    def _run_espeak(self, options: Sequence[str], text: str = "", stop: Event | None = None) -> bytes:
        program = _program()
        if program is None:
            raise SpeakerError(_("espeak-ng is no longer installed."), _(self.needs))
        return run([program, *options], text, stop)


def _program() -> str | None:
    return shutil.which("espeak-ng")
