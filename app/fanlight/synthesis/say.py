"""The voices of macOS, through its program `say`. Written from its manual page; not yet run on a Mac."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from fanlight.domain.errors import SpeakerError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import N_, _
from fanlight.synthesis.backend import Pcm, Voice, without_commands
from fanlight.synthesis.program import run
from fanlight.synthesis.wave_file import read_pcm

WORDS_A_MINUTE = 175
_PROGRAM = Path("/usr/bin/say")
_LINE = re.compile(r"(.+?)\s+([a-z]{2,3}_\w+)\s+#")


class Say:
    """See `VoiceBackend`."""

    name = "say"
    needs = N_("macOS has voices: open System Settings, Accessibility, Spoken Content.")
    platforms = ("darwin",)

    def is_available(self) -> bool:
        return sys.platform == "darwin" and _PROGRAM.exists()

    def voices(self) -> Sequence[Voice]:
        try:
            listing = run([str(_PROGRAM), "-v", "?"]).decode("utf-8", "replace")
        except SpeakerError:
            return ()
        found = (_LINE.match(line) for line in listing.splitlines())
        return tuple(Voice(f"say:{one[1]}", one[1], one[2].replace("_", "-")) for one in found if one)

    def synthesize(self, text: str, voice: str, speed: float, stop: Event) -> Pcm:
        with TemporaryDirectory(prefix="fanlight-") as folder:
            path = Path(folder) / "speech.wav"
            options = ["-v", voice] if voice else []
            options += ["-r", str(round(WORDS_A_MINUTE * speed)), "-o", str(path)]
            run(
                [str(_PROGRAM), *options, "--file-format=WAVE", "--data-format=LEI16@22050", "-f", "-"],
                without_commands(text),
                stop,
            )
            if stop.is_set():
                return Pcm(22_050, b"")
            try:
                return read_pcm(path.read_bytes(), "say")
            except OSError as error:
                raise SpeakerError(_("macOS produced no sound: {reason}.").format(reason=os_reason(error))) from error
