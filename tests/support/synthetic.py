"""A voice that says what a test wants: espeak-ng's, in the language that is asked for."""

from __future__ import annotations

import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from fanlight.speech.audio import Audio, resampled


def can_speak() -> bool:
    return shutil.which("espeak-ng") is not None


def spoken(words: str, folder: Path, voice: str = "en-us") -> Path:
    """A file, at the voice's own rate. Skips the test where espeak-ng is not installed."""
    if not can_speak():
        pytest.skip("not installed: espeak-ng (packaging/system-libraries.sh test)")
    path = folder / "said.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(path), words], check=True, timeout=30)
    return path


def said(words: str, folder: Path, voice: str = "en-us") -> Audio:
    """The same, 16 kHz."""
    with wave.open(str(spoken(words, folder, voice))) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        return resampled(samples.astype(np.float32), file.getframerate())
