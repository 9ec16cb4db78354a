"""How soft the end of a recording is: a last sound that the VAD no longer takes for speech (the s, f, or nasal that
ends a word) is still well above the room."""

from __future__ import annotations

import math
from collections import deque
from itertools import islice
from statistics import fmean

import numpy as np

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.audio import Audio
from fanlight.speech.streaming_limits import ReleaseLimits

_FRAME = SAMPLE_RATE // 100
_ROOM_FRAMES, _TAIL_FRAMES, _LOUD_FRAMES = 5, 20, 200
"""Over which the room is measured, once that is longer ago than a tail lasts; and the speech that counts: people get
softer towards the end of a sentence."""
_SILENT = 1e-12


class TailLevels:
    """Fed with the stream, in blocks of any size."""

    def __init__(self, limits: ReleaseLimits) -> None:
        self._limits = limits
        self._rest = np.zeros(0, np.float32)
        self._energies = deque[float](maxlen=round(limits.quiet * SAMPLE_RATE / _FRAME))
        self._spoken = deque[float](maxlen=_LOUD_FRAMES)
        self._pause = deque[float](maxlen=_ROOM_FRAMES + _TAIL_FRAMES)
        self._room = math.inf

    def feed(self, audio: Audio, spoken: bool) -> None:
        """`spoken`: the VAD takes it for speech."""
        whole = np.concatenate([self._rest, audio])
        count = len(whole) // _FRAME
        frames, self._rest = whole[: count * _FRAME].reshape(count, _FRAME), whole[count * _FRAME :]
        for energy in np.mean(np.square(frames, dtype=np.float64), axis=1).tolist():
            self._energies.append(energy)
            if spoken:
                self._spoken.append(energy)
                self._pause.clear()
                continue
            self._pause.append(energy)
            if len(self._pause) == self._pause.maxlen:
                self._room = min(self._room, fmean(islice(self._pause, _ROOM_FRAMES)))

    @property
    def is_soft(self) -> bool:
        """Whether what came last is as soft as the room, or as nothing that is heard beside the speech before it."""
        if not self._energies or not self._spoken:
            return True
        now = _decibels(fmean(self._energies))
        inaudible = _decibels(max(self._spoken)) - self._limits.inaudible_db
        return now <= inaudible or (self._room < math.inf and now <= _decibels(self._room) + self._limits.room_db)


def _decibels(energy: float) -> float:
    return 10 * math.log10(max(energy, _SILENT))
