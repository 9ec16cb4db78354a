"""Recordings without words in them, and a decoder that says what a test wants to hear of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fanlight.domain.errors import SpeechError
from fanlight.domain.speech import SAMPLE_RATE, Effort
from fanlight.settings import Settings
from fanlight.speech.audio import Audio, silence
from fanlight.speech.recognizer import WhisperRecognizer
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.vad import LoudnessVad
from support.recordings import write_wav

LOUD = 0.1


def speech(seconds: float) -> Audio:
    """Constant: a microphone of the tests sends a tone, which tells the two apart."""
    return np.full(round(seconds * SAMPLE_RATE), LOUD, np.float32)


def sound_file(path: Path, stretches: int = 3, seconds: float = 6.0, pause: float = 1.0) -> Path:
    """That many stretches of speech, each a part."""
    pieces = [piece for _ in range(stretches) for piece in (speech(seconds), silence(pause))]
    return write_wav(path, np.concatenate(pieces))


class FakeRecognizer:
    """Load it as the window's listener. `happened` is what it decoded, in order: "file" or "hold"."""

    def __init__(self, seconds_per_part: float = 0.0) -> None:
        self.seconds_per_part = seconds_per_part
        self.happened: list[str] = []
        self.goes_on = threading.Event()
        """Unset: the file's next decode waits."""
        self.goes_on.set()
        self.under_way = threading.Event()
        """A file's part is being decoded."""
        self.error: SpeechError | None = None
        self.transcriber = ScriptedTranscriber(self._says)

    def load(self, _settings: Settings | None = None) -> WhisperRecognizer:
        if self.error:
            raise self.error
        return WhisperRecognizer(self.transcriber, vad=lambda _: LoudnessVad())

    @property
    def files(self) -> int:
        """Parts of files that were decoded."""
        return self.happened.count("file")

    def _says(self, audio: Audio, effort: Effort) -> str:
        loud = audio[np.abs(audio) > LOUD / 10]
        if not len(loud) or np.ptp(loud) > LOUD / 10:
            self.happened.append("hold")
            return "spoken words"
        self.under_way.set()
        self.goes_on.wait(30)
        time.sleep(self.seconds_per_part)
        self.under_way.clear()
        self.happened.append("file")
        return f"Part {self.files} has ended."


def journals(home: Path) -> Sequence[Path]:
    folder = home / "cache" / "speech" / "parts"
    return sorted(folder.iterdir()) if folder.exists() else []
