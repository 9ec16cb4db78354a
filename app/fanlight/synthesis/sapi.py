"""The voices of Windows (SAPI), through PowerShell. Written from the documentation of System.Speech; not yet run on
Windows."""

from __future__ import annotations

import math
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from fanlight.domain.errors import SpeakerError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import N_, _
from fanlight.synthesis.backend import Pcm, Voice
from fanlight.synthesis.program import run
from fanlight.synthesis.wave_file import read_pcm

_BEGIN = """
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Console]::InputEncoding = [System.Text.Encoding]::UTF8
Add-Type -AssemblyName System.Speech
$speech = New-Object System.Speech.Synthesis.SpeechSynthesizer
"""
_LIST = """
foreach ($one in $speech.GetInstalledVoices()) { if ($one.Enabled) {
    "$($one.VoiceInfo.Culture.Name)`t$($one.VoiceInfo.Name)" } }
"""
_SPEAK = """
if ($env:FANLIGHT_VOICE) { $speech.SelectVoice($env:FANLIGHT_VOICE) }
$speech.Rate = [int]$env:FANLIGHT_RATE
$mono = New-Object System.Speech.AudioFormat.SpeechAudioFormatInfo(22050, 'Sixteen', 'Mono')
$speech.SetOutputToWaveFile($env:FANLIGHT_SOUND, $mono)
$speech.Speak([Console]::In.ReadToEnd())
$speech.Dispose()
"""


class Sapi:
    """See `VoiceBackend`."""

    name = "sapi"
    needs = N_("Windows has voices: open Settings, Time & language, Speech.")
    platforms = ("win32",)

    def is_available(self) -> bool:
        return sys.platform == "win32" and _program() is not None

    def voices(self) -> Sequence[Voice]:
        try:
            lines = _powershell(_BEGIN + _LIST).decode("utf-8", "replace").splitlines()
        except SpeakerError:
            return ()
        found = (line.strip().split("\t", 1) for line in lines if "\t" in line)
        return tuple(Voice(f"sapi:{name}", name, language) for language, name in found)

    def synthesize(self, text: str, voice: str, speed: float, stop: Event) -> Pcm:
        with TemporaryDirectory(prefix="fanlight-") as folder:
            path = Path(folder) / "speech.wav"
            rate = max(-10, min(10, round(10 * math.log(speed, 3))))  # 10 is three times as fast
            more = {"FANLIGHT_VOICE": voice, "FANLIGHT_RATE": str(rate), "FANLIGHT_SOUND": str(path)}
            _powershell(_BEGIN + _SPEAK, text, stop, more)
            if stop.is_set():
                return Pcm(22_050, b"")
            try:
                return read_pcm(path.read_bytes(), "Windows")
            except OSError as error:
                raise SpeakerError(_("Windows produced no sound: {reason}.").format(reason=os_reason(error))) from error


def _program() -> str | None:
    return shutil.which("powershell") or shutil.which("pwsh")


def _powershell(script: str, text: str = "", stop: Event | None = None, env: dict[str, str] | None = None) -> bytes:
    program = _program()
    if program is None:
        raise SpeakerError(_("PowerShell, which Fanlight needs to speak on Windows, is not installed."))
    options = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", script]
    return run([program, *options], text, stop, {**os.environ, **(env or {})})
