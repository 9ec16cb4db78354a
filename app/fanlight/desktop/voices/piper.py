"""Piper: neural voices that sound like people, where the user has installed it and at least one voice.

It is GPL, so it stays a program of its own. Loading a voice takes longer than speaking with it (1.9 s against 0.4 s on
one core), and a process that gets several sentences does not say where the sound of one ends: so one process speaks one
sentence, and the next one is started, and loads, while that is heard. Given a file, Piper fetches nothing.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from fanlight import paths
from fanlight.desktop.voices.program import Program
from fanlight.desktop.voices.voice import Pcm, Voice
from fanlight.domain.errors import SpeakerError

SPARE_SECONDS = 20.0
"""A process that waits for a sentence for so long is ended: it holds the voice in memory."""


class Piper:
    name = "piper"
    needs = (
        "Install Piper (pipx install piper-tts), and put a voice (.onnx and .onnx.json) into the folder voices beside "
        "the settings."
    )
    platforms = ("linux", "freebsd", "darwin", "win32")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: tuple[tuple[str, ...], Program] | None = None
        self._end_spare: threading.Timer | None = None

    def available(self) -> bool:
        return shutil.which("piper") is not None and next(_models(), None) is not None

    def voices(self) -> Sequence[Voice]:
        found = []
        for model in _models():
            language, _ = _facts(model)
            found.append(Voice(f"{self.name}:{model.stem}", f"{model.stem.replace('_', ' ')}, Piper", language))
        return tuple(found)

    def synthesise(self, text: str, voice: str, speed: float, stop: Event) -> Pcm:
        program = shutil.which("piper")
        models = list(_models())
        if program is None or not models:
            raise SpeakerError("Piper, or its voice, is not here any more.", self.needs)
        model = next((one for one in models if one.stem == voice), models[0])
        _, rate = _facts(model)
        command = (program, "--model", str(model), "--output_raw", "--length_scale", f"{1 / speed:.2f}")
        data = self._taken(command).talk(" ".join(text.split()) + "\n", stop)
        return Pcm(rate, data[: len(data) // 2 * 2])

    def _taken(self, command: tuple[str, ...]) -> Program:
        """A process that waits for this, and another one for the next sentence."""
        with self._lock:
            spare, self._spare = self._spare, None
            if self._end_spare is not None:
                self._end_spare.cancel()
            if spare is not None and spare[0] == command and spare[1].running:
                taken = spare[1]
            else:
                if spare is not None:
                    spare[1].end()
                taken = Program(command)
            self._spare = command, Program(command)
            self._end_spare = threading.Timer(SPARE_SECONDS, self._end)
            self._end_spare.daemon = True
            self._end_spare.start()
            return taken

    def _end(self) -> None:
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None:
            spare[1].end()


def _folders() -> tuple[Path, ...]:
    shared = (Path.home() / ".local/share", Path("/usr/local/share"), Path("/usr/share"))
    return paths.home() / "voices", *(folder / name for folder in shared for name in ("piper-voices", "piper/voices"))


def _models() -> Iterator[Path]:
    """Voices that are whole."""
    for folder in _folders():
        for model in sorted(folder.rglob("*.onnx")) if folder.is_dir() else ():
            if model.with_name(f"{model.name}.json").exists():
                yield model


def _facts(model: Path) -> tuple[str, int]:
    """Its language and sample rate. Raises SpeakerError."""
    path = model.with_name(f"{model.name}.json")
    try:
        said = json.loads(path.read_text("utf-8"))
        language = said.get("language", {}).get("code") or said.get("espeak", {}).get("voice") or ""
        return str(language).replace("_", "-"), int(said["audio"]["sample_rate"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpeakerError(f"The voice {model.stem} is damaged: {path.name} can not be read.") from error
