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

from fanlight.domain.audio import SILENT_DBFS
from fanlight.domain.errors import SpeechModelError
from fanlight.domain.installation import how_to_add_packages, how_to_replace
from fanlight.domain.speech import SAMPLE_RATE
from fanlight.i18n import _
from fanlight.speech.audio import FLOOR_DBFS, Audio, DirectCurrentFilter, level_dbfs

WINDOW = 512
"""Samples for each probability: 32 ms."""
_CONTEXT = 64
_STATE = (1, 1, 128)
_VOICES = slice(round(80 / (SAMPLE_RATE / WINDOW)), round(3000 / (SAMPLE_RATE / WINDOW)))
"""Bins of a window's spectrum from 80 to 3,000 Hz, where voices have their energy."""
_LEAST_VOICED, _FADING = 0.05, 0.93
_FRESH, _NO_SPEECH = round(4 * SAMPLE_RATE / WINDOW), 0.35
"""After so many windows below so high a probability the network's state begins anew."""
_LIFTED_DBFS, _QUIET_DBFS = -40.0, -60.0
"""Soft streams are amplified until their loudest windows have the first level or their quietest the second."""
_SOFTEST_DBFS = -84.0
"""No speech is softer in its loudest windows."""
_FORGOTTEN = 1.0 * WINDOW / SAMPLE_RATE
"""Decibels a window: a stream's loudest and quietest levels are forgotten at 1 dB a second."""
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
    """Silero's network on one stream. Its state is carried from block to block: the cost a sample is constant. After
    some seconds without speech it begins anew: in noise the state drifts, and speech is then noticed up to 1.4 s late
    (after 60 s of a room at -50 dBFS)."""

    def __init__(self, session: onnxruntime.InferenceSession | None = None) -> None:
        self._session = session or load_session()
        self._h = self._c = np.zeros(_STATE, np.float32)
        self._quiet = 0  # windows without speech, up to now
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
        fed, found = np.hstack([contexts, windows]), list[float]()
        while len(found) < count:
            found += self._run_network(fed[len(found) : len(found) + _FRESH - self._quiet])
        return found

    def _run_network(self, windows: Audio) -> list[float]:
        """Probabilities of at most as many windows as are left until the state may begin anew."""
        output, self._h, self._c = self._session.run(None, {"input": windows, "h": self._h, "c": self._c})
        found = [float(p) for p in np.asarray(output).reshape(-1)]
        spoken = [i for i, probability in enumerate(found, 1) if probability >= _NO_SPEECH]
        self._quiet = len(found) - spoken[-1] if spoken else self._quiet + len(found)
        if self._quiet >= _FRESH:
            self._h = self._c = np.zeros(_STATE, np.float32)
            self._quiet = 0
        return found


class StrictVad:
    """Another detector's probabilities, 0 where there can be no speech: below FLOOR_DBFS, or without energy in the band
    of voices for some windows (Silero takes a loud hiss for a voice). The detector is given the audio without direct
    current, and louder where all of it is very soft. Costs 0.05 ms a window."""

    def __init__(self, vad: VoiceActivityDetector) -> None:
        self._vad = vad
        self._rest = np.zeros(0, np.float32)
        self._filter, self._lift = DirectCurrentFilter(), SoftSpeechLift()
        self._voiced = 0.0

    def probabilities(self, audio: Audio) -> list[float]:
        unread = np.concatenate([self._rest, self._filter.filtered(audio)])
        count = len(unread) // WINDOW
        self._rest = unread[count * WINDOW :]
        if not count:
            return []
        windows = [self._lift.lifted(window) for window in unread[: count * WINDOW].reshape(count, WINDOW)]
        probabilities = self._vad.probabilities(np.concatenate(windows))
        return [
            probability if self._may_be_speech(window) else 0.0
            for probability, window in zip(probabilities, windows, strict=True)
        ]

    def _may_be_speech(self, window: Audio) -> bool:
        power = np.abs(np.fft.rfft(window)) ** 2
        share = float(power[_VOICES].sum() / (power.sum() + 1e-12))
        self._voiced = max(share, self._voiced * _FADING)  # a fricative has none, the vowel beside it has
        return level_dbfs(window) >= FLOOR_DBFS and self._voiced >= _LEAST_VOICED


class SoftSpeechLift:
    """Amplifies a stream whose loudest sounds are very soft, so far that its quietest stay soft: recordings of 16 bits
    at -62 dBFS, or of floating point at -80, made to be raised later. What is softer than these, a microphone that is
    switched off, stays as it is."""

    def __init__(self) -> None:
        self._loudest, self._quietest = SILENT_DBFS, 0.0

    def lifted(self, window: Audio) -> Audio:
        """The next window of WINDOW samples."""
        level = level_dbfs(window)
        self._loudest = max(level, self._loudest - _FORGOTTEN)
        if level > SILENT_DBFS:  # zeros say nothing of the room
            self._quietest = min(level, self._quietest + _FORGOTTEN)
        if self._loudest < _SOFTEST_DBFS:
            return window
        gain = min(_LIFTED_DBFS - self._loudest, _QUIET_DBFS - self._quietest)
        return window if gain <= 0 else np.asarray(window * 10 ** (gain / 20), np.float32)


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
            how_to_replace("faster-whisper"),
        ) from error


def _network() -> Path:
    found = importlib.util.find_spec("faster_whisper")
    folders = [Path(place) / "assets" for place in (found.submodule_search_locations or ())] if found else []
    for folder in folders:
        if networks := sorted(folder.glob("silero_vad*.onnx")):
            return networks[-1]
    raise SpeechModelError(
        _("The voice activity detector is not installed."),
        how_to_add_packages('"faster-whisper>=1.2.1,<2"'),
    )
