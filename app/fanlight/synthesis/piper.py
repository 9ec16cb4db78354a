"""Piper: neural voices, where the user has installed it and at least one voice.

It is GPL, so it stays a program of its own. Loading a voice takes longer than speaking a sentence (1.9 s against 0.4 s
on one core): one process speaks sentence after sentence, and is ended when idle. It writes each sentence as a file into
a folder that only the user can read; the file is read and deleted at once. Given a voice's file, Piper fetches nothing.
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from fanlight import paths
from fanlight.domain.errors import SpeakerError
from fanlight.domain.path_kinds import look_at
from fanlight.i18n import N_, _
from fanlight.synthesis.backend import Pcm, Voice, without_commands
from fanlight.synthesis.program import SpeechServer
from fanlight.synthesis.wave_file import read_pcm

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""Without a sentence for so long, the process, which holds the voice in memory, is ended."""


class Piper:
    """See `VoiceBackend`."""

    name = "piper"
    needs = N_(
        "Install Piper (pipx install piper-tts) and put a voice (.onnx and .onnx.json) into the folder “voices” "
        "next to the settings file."
    )
    platforms = ("linux", "freebsd", "darwin", "win32")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: SpeechServer | None = None
        self._command: tuple[str, ...] = ()
        self._folder: TemporaryDirectory[str] | None = None
        self._idle: threading.Timer | None = None

    def is_available(self) -> bool:
        return shutil.which("piper") is not None and next(_models(), None) is not None

    def voices(self) -> Sequence[Voice]:
        found = []
        for model in _models():
            try:
                language, _rate = _facts(model)
            except SpeakerError as error:
                log.warning("%s", error)
                continue
            found.append(Voice(f"{self.name}:{model.stem}", f"{model.stem.replace('_', ' ')}, Piper", language))
        return tuple(found)

    def synthesize(self, text: str, voice: str, speed: float, stop: Event) -> Pcm:
        program = shutil.which("piper")
        models = list(_models())
        if program is None or not models:
            raise SpeakerError(_("Piper or its voice is no longer installed."), _(self.needs))
        model = next((one for one in models if one.stem == voice), models[0])
        _language, rate = _facts(model)
        with self._lock:
            server, folder = self._ready((program, "--model", str(model), "--length_scale", f"{1 / speed:.2f}"))
            try:
                line = server.speak_line(without_commands(text), stop)
                if not line:
                    self._end()  # it is in the middle of a sentence that was stopped
                    return Pcm(rate, b"")
                path = Path(line[line.index(folder) :])
                data = path.read_bytes()
                path.unlink()
            except SpeakerError:
                self._end()
                raise
            except (OSError, ValueError) as error:
                self._end()
                raise SpeakerError(_("Piper produced no sound: {reason}.").format(reason=error)) from error
            self._end_later()
        return read_pcm(data, "Piper")

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    # With the lock held.

    def _ready(self, command: tuple[str, ...]) -> tuple[SpeechServer, str]:
        """The process for this command, started where needed, and the folder it writes to."""
        if self._idle is not None:
            self._idle.cancel()
        if self._server is None or self._command != command or not self._server.running:
            self._end()
            self._folder = TemporaryDirectory(prefix="fanlight-")
            self._server = SpeechServer([*command, "--output_dir", self._folder.name], mark=self._folder.name)
            self._command = command
        assert self._folder
        return self._server, self._folder.name

    def _end_later(self) -> None:
        self._idle = threading.Timer(IDLE_SECONDS, self.close)
        self._idle.daemon = True
        self._idle.start()

    def _end(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        server, self._server = self._server, None
        if server is not None:
            server.end()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _folders() -> tuple[Path, ...]:
    shared = (Path.home() / ".local/share", Path("/usr/local/share"), Path("/usr/share"))
    return paths.home() / "voices", *(folder / name for folder in shared for name in ("piper-voices", "piper/voices"))


def _models() -> Iterator[Path]:
    """The .onnx files of voices that have both of their files."""
    for folder in _folders():
        for model in _found_below(folder):
            if look_at(model.with_name(f"{model.name}.json")).is_file:
                yield model


def _found_below(folder: Path) -> list[Path]:
    try:
        return sorted(folder.rglob("*.onnx"))
    except OSError:  # a folder that cannot be read has no voices for this user
        return []


def _facts(model: Path) -> tuple[str, int]:
    """The voice's language (BCP 47) and sample rate. Raises SpeakerError."""
    path = model.with_name(f"{model.name}.json")
    try:
        config = json.loads(path.read_text("utf-8"))
        language = config.get("language", {}).get("code") or config.get("espeak", {}).get("voice") or ""
        return str(language).replace("_", "-"), int(config["audio"]["sample_rate"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise SpeakerError(
            _("The voice {voice} is damaged: {file} cannot be read.").format(voice=model.stem, file=path.name)
        ) from error
