"""Recordings as they come from bad rooms, lines and microphones: each condition is made by calculation, the same on
every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import soxr

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.audio import Audio, level_dbfs, resampled, silence

ROOM_SECONDS = 60.0
ROOM_DBFS = -50.0
SPEECH_DBFS = -24.0
PAUSES = (1.0, 3.0, 6.0)
_MU = 255.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording and what is said in it; `starts` are the seconds where its parts begin, for a joined one."""

    name: str
    audio: Audio
    text: str
    starts: tuple[float, ...] = (0.0,)


def conditions(recordings: Sequence[Spoken], seed: int = 1) -> Iterator[tuple[str, list[Spoken]]]:
    """Each condition's name and recordings: clean, in babble and pink noise of 10 dB less, by telephone, in a hall,
    after a minute of a room's noise, and all of them joined, with pauses of 1, 3 and 6 s."""
    clean = [Spoken(each.name, at_speech_level(each.audio), each.text) for each in recordings]

    def changed(change: Callable[[int, Audio], Audio]) -> list[Spoken]:
        return [Spoken(each.name, change(i, each.audio), each.text) for i, each in enumerate(clean)]

    yield "clean", clean
    yield "babble 10 dB", changed(lambda i, audio: with_noise(audio, _babble(clean, i), 10))
    yield "pink 10 dB", changed(lambda i, audio: with_noise(audio, pink(len(audio), seed + i), 10))
    yield "telephone", changed(lambda i, audio: telephone(audio))
    yield "reverb 0.7 s", changed(lambda i, audio: reverberant(audio, 0.7, seed + i))
    yield f"after {ROOM_SECONDS:.0f} s of noise", changed(lambda i, audio: after_room_noise(audio, seed + i))
    for pause in PAUSES:
        yield f"joined, {pause:g} s", [joined_recordings(clean, pause)]


def joined_recordings(recordings: Sequence[Spoken], pause: float) -> Spoken:
    """All of them in one, silence between them."""
    gap = silence(pause)
    starts = accumulate((len(each.audio) / SAMPLE_RATE + pause for each in recordings[:-1]), initial=0.0)
    pieces = [piece for each in recordings for piece in (gap, each.audio)][1:]
    return Spoken("joined", np.concatenate(pieces), " ".join(each.text for each in recordings), tuple(starts))


def at_speech_level(audio: Audio, dbfs: float = SPEECH_DBFS) -> Audio:
    gain = 10 ** ((dbfs - level_dbfs(audio)) / 20)
    return np.asarray(np.clip(audio * gain, -1, 1), np.float32)


def with_noise(audio: Audio, noise: Audio, decibels: float) -> Audio:
    """Noise that is `decibels` softer than the speech."""
    gain = 10 ** ((level_dbfs(audio) - decibels - level_dbfs(noise)) / 20)
    return np.asarray(np.clip(audio + gain * noise, -1, 1), np.float32)


def pink(count: int, seed: int) -> Audio:
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / SAMPLE_RATE), 20)
    return np.asarray(np.fft.irfft(spectrum / np.sqrt(frequency), count), np.float32)


def telephone(audio: Audio) -> Audio:
    """8 kHz, 8 bits of mu-law."""
    narrow = np.clip(soxr.resample(audio, SAMPLE_RATE, 8000), -1, 1)
    coded = np.sign(narrow) * np.log1p(_MU * np.abs(narrow)) / np.log1p(_MU)
    steps = np.round(coded * 127) / 127
    heard = np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(_MU)) / _MU
    return resampled(heard.astype(np.float32), 8000)


def reverberant(audio: Audio, seconds: float, seed: int) -> Audio:
    """A hall whose sound falls by 60 dB in `seconds`: the direct sound, and a tail of noise of equal energy."""
    count = round(seconds * SAMPLE_RATE)
    tail = np.random.default_rng(seed).normal(size=count) * 10 ** (-3 * np.arange(count) / count)
    tail[: SAMPLE_RATE // 400] = 0
    tail /= np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    size = len(audio) + count
    wet = np.fft.irfft(np.fft.rfft(audio, size) * np.fft.rfft(tail, size), size)[: len(audio)]
    return at_speech_level(wet.astype(np.float32))


def after_room_noise(audio: Audio, seed: int, seconds: float = ROOM_SECONDS, dbfs: float = ROOM_DBFS) -> Audio:
    """So many seconds of a quiet room, then the speech over it."""
    whole = np.concatenate([silence(seconds), audio])
    return whole + at_speech_level(pink(len(whole), seed), dbfs)


def _babble(recordings: Sequence[Spoken], which: int) -> Audio:
    """The other recordings all at once, each from another place on, and once more backwards."""
    count = len(recordings[which].audio)
    voices = np.zeros(count, np.float32)
    for i, other in enumerate(recordings):
        if i == which:
            continue
        for audio in (other.audio, other.audio[::-1]):
            voices += np.roll(np.resize(audio, count), (i + 1) * SAMPLE_RATE * 7 // 5)
    return voices
