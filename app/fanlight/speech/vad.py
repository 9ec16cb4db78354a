"""Is somebody speaking? Silero's small network says so for each 32 ms, before any decoder may invent words.

Silero VAD v6, MIT, comes inside the faster-whisper package. Method: github.com/snakers4/silero-vad.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as errors

from fanlight.domain.errors import SpeechModelError
from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.audio import FLOOR_DBFS, Audio, level_dbfs

WINDOW = 512
"""Samples a verdict is about: 32 ms."""
_CONTEXT = 64
_STATE = (1, 1, 128)
_VOICES = slice(round(80 / (SAMPLE_RATE / WINDOW)), round(3000 / (SAMPLE_RATE / WINDOW)))
"""Bins of a window's spectrum, 80 to 3,000 Hz."""
_LEAST_VOICED, _FADING = 0.05, 0.93
_TROUBLE = (
    errors.Fail, errors.InvalidProtobuf, errors.InvalidGraph, errors.NoSuchFile, errors.RuntimeException, OSError,
)  # fmt: skip
"""onnxruntime's errors share no base."""


class VoiceActivityDetector(Protocol):
    """Looks at one stream, `WINDOW` samples at a time."""

    def probabilities(self, audio: Audio) -> list[float]:
        """How likely each further whole window is speech, 0 to 1; what is left over waits for more."""
        ...


class SileroVad:
    """One stream. Its state goes on from block to block, so that each sample costs the same however long it lasts."""

    def __init__(self, session: onnxruntime.InferenceSession | None = None) -> None:
        self._session = session or load_session()
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def probabilities(self, audio: Audio) -> list[float]:
        """See `VoiceActivityDetector`. About 0.1 ms a window."""
        waiting = np.concatenate([self._rest, audio])
        count = len(waiting) // WINDOW
        self._rest = waiting[count * WINDOW :]
        if not count:
            return []
        windows = waiting[: count * WINDOW].reshape(count, WINDOW)
        contexts = np.vstack([self._context, windows[:-1, -_CONTEXT:]])
        self._context = windows[-1, -_CONTEXT:]
        fed = {"input": np.hstack([contexts, windows]), "h": self._h, "c": self._c}
        said, self._h, self._c = self._session.run(None, fed)
        return [float(p) for p in np.asarray(said).reshape(-1)]


class StrictVad:
    """Another gate's verdicts, without those on what cannot be speech: too soft, or for some time nothing where
    voices are (Silero takes a loud hiss for one). Costs 0.02 ms a window."""

    def __init__(self, gate: VoiceActivityDetector) -> None:
        self._gate = gate
        self._rest = np.zeros(0, np.float32)
        self._voiced = 0.0

    def probabilities(self, audio: Audio) -> list[float]:
        verdicts = self._gate.probabilities(audio)
        waiting = np.concatenate([self._rest, audio])
        self._rest = waiting[len(verdicts) * WINDOW :]
        return [
            verdict if self._may_be_speech(waiting[i * WINDOW : (i + 1) * WINDOW]) else 0.0
            for i, verdict in enumerate(verdicts)
        ]

    def _may_be_speech(self, window: Audio) -> bool:
        power = np.abs(np.fft.rfft(window)) ** 2
        share = float(power[_VOICES].sum() / (power.sum() + 1e-12))
        self._voiced = max(share, self._voiced * _FADING)  # an s has none; the vowel beside it does
        return level_dbfs(window) >= FLOOR_DBFS and self._voiced >= _LEAST_VOICED


def new_vad(session: onnxruntime.InferenceSession | None = None) -> VoiceActivityDetector:
    """For one stream."""
    return StrictVad(SileroVad(session))


class LoudnessVad:
    """Speech is whatever is louder than `floor_dbfs`: for tests and for machines without the network."""

    def __init__(self, floor_dbfs: float = -50.0) -> None:
        self._floor = floor_dbfs
        self._rest = np.zeros(0, np.float32)

    def probabilities(self, audio: Audio) -> list[float]:
        waiting = np.concatenate([self._rest, audio])
        count = len(waiting) // WINDOW
        self._rest = waiting[count * WINDOW :]
        return [float(level_dbfs(waiting[i * WINDOW : (i + 1) * WINDOW]) > self._floor) for i in range(count)]


def load_session() -> onnxruntime.InferenceSession:
    """The network, loaded once for any number of gates. Raises SpeechModelError."""
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    path = _network()
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except _TROUBLE as error:
        raise SpeechModelError(
            f"The speech gate cannot be loaded: {error}.", "pip install --force-reinstall faster-whisper"
        ) from error


def _network() -> Path:
    found = importlib.util.find_spec("faster_whisper")
    folders = [Path(place) / "assets" for place in (found.submodule_search_locations or ())] if found else []
    for folder in folders:
        if networks := sorted(folder.glob("silero_vad*.onnx")):
            return networks[-1]
    raise SpeechModelError(
        "The speech gate is not installed: faster-whisper brings it.", 'pip install "faster-whisper>=1.2.1,<2"'
    )
