"""Voice activity detection (VAD): the probability of speech for each 32 ms. It runs before the decoder, which finds
words in any noise.

The network is Silero VAD v6 (MIT, github.com/snakers4/silero-vad); its file comes with faster-whisper.
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
from fanlight.i18n import _
from fanlight.speech.audio import FLOOR_DBFS, Audio, level_dbfs

WINDOW = 512
"""Samples for each probability: 32 ms."""
_CONTEXT = 64
_STATE = (1, 1, 128)
_VOICES = slice(round(80 / (SAMPLE_RATE / WINDOW)), round(3000 / (SAMPLE_RATE / WINDOW)))
"""Bins of a window's spectrum from 80 to 3,000 Hz, where voices have their energy."""
_LEAST_VOICED, _FADING = 0.05, 0.93
_TROUBLE = (
    errors.Fail, errors.InvalidProtobuf, errors.InvalidGraph, errors.NoSuchFile, errors.RuntimeException, OSError,
)  # fmt: skip
"""onnxruntime's errors have no common base class."""


class VoiceActivityDetector(Protocol):
    """Detects speech in one stream."""

    def probabilities(self, audio: Audio) -> list[float]:
        """Probabilities of speech, 0 to 1, one for each complete window; a rest waits for the next call. `audio` is 16
        kHz mono, shape (n,)."""
        ...


class SileroVad:
    """Silero's network on one stream. Its state is carried from block to block: the cost a sample is constant."""

    def __init__(self, session: onnxruntime.InferenceSession | None = None) -> None:
        self._session = session or load_session()
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def probabilities(self, audio: Audio) -> list[float]:
        """See `VoiceActivityDetector`. About 0.1 ms a window."""
        unread = np.concatenate([self._rest, audio])
        count = len(unread) // WINDOW
        self._rest = unread[count * WINDOW :]
        if not count:
            return []
        windows = unread[: count * WINDOW].reshape(count, WINDOW)
        contexts = np.vstack([self._context, windows[:-1, -_CONTEXT:]])
        self._context = windows[-1, -_CONTEXT:]
        fed = {"input": np.hstack([contexts, windows]), "h": self._h, "c": self._c}
        output, self._h, self._c = self._session.run(None, fed)
        return [float(p) for p in np.asarray(output).reshape(-1)]


class StrictVad:
    """Another detector's probabilities, 0 where there can be no speech: below FLOOR_DBFS, or without energy in the band
    of voices for some windows (Silero takes a loud hiss for a voice). Costs 0.02 ms a window."""

    def __init__(self, vad: VoiceActivityDetector) -> None:
        self._vad = vad
        self._rest = np.zeros(0, np.float32)
        self._voiced = 0.0

    def probabilities(self, audio: Audio) -> list[float]:
        probabilities = self._vad.probabilities(audio)
        unread = np.concatenate([self._rest, audio])
        self._rest = unread[len(probabilities) * WINDOW :]
        return [
            probability if self._may_be_speech(unread[i * WINDOW : (i + 1) * WINDOW]) else 0.0
            for i, probability in enumerate(probabilities)
        ]

    def _may_be_speech(self, window: Audio) -> bool:
        power = np.abs(np.fft.rfft(window)) ** 2
        share = float(power[_VOICES].sum() / (power.sum() + 1e-12))
        self._voiced = max(share, self._voiced * _FADING)  # a fricative has none, the vowel beside it has
        return level_dbfs(window) >= FLOOR_DBFS and self._voiced >= _LEAST_VOICED


def new_vad(session: onnxruntime.InferenceSession | None = None) -> VoiceActivityDetector:
    """A detector for one stream. Without `session` the network is loaded; raises SpeechModelError then."""
    return StrictVad(SileroVad(session))


class LoudnessVad:
    """A detector for which everything louder than `floor_dbfs` is speech: for tests and demonstrations."""

    def __init__(self, floor_dbfs: float = -50.0) -> None:
        self._floor = floor_dbfs
        self._rest = np.zeros(0, np.float32)

    def probabilities(self, audio: Audio) -> list[float]:
        unread = np.concatenate([self._rest, audio])
        count = len(unread) // WINDOW
        self._rest = unread[count * WINDOW :]
        return [float(level_dbfs(unread[i * WINDOW : (i + 1) * WINDOW]) > self._floor) for i in range(count)]


def load_session() -> onnxruntime.InferenceSession:
    """The network, loaded once for any number of streams. Raises SpeechModelError."""
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    path = _network()
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except _TROUBLE as error:
        raise SpeechModelError(
            _("The voice activity detector cannot be loaded: {reason}.").format(reason=error),
            _("Install it again with: {command}").format(command="pip install --force-reinstall faster-whisper"),
        ) from error


def _network() -> Path:
    found = importlib.util.find_spec("faster_whisper")
    folders = [Path(place) / "assets" for place in (found.submodule_search_locations or ())] if found else []
    for folder in folders:
        if networks := sorted(folder.glob("silero_vad*.onnx")):
            return networks[-1]
    raise SpeechModelError(
        _("The voice activity detector is not installed."),
        _("Install it with: {command}").format(command='pip install "faster-whisper>=1.2.1,<2"'),
    )
