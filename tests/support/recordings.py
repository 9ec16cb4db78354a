"""What is spoken in tests/data/speech, and what is no speech at all."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech import segmentation
from fanlight.speech.audio import Audio, level_dbfs, silence
from fanlight.speech.vad import WINDOW, VoiceActivityDetector

FOLDER = Path(__file__).parents[1] / "data" / "speech"
NOISE = FOLDER.parent / "noise"
NAMES = ("austen880", "austen890", "austen920", "jfk", "lj0131", "twocities")


def recording(name: str, folder: Path = FOLDER) -> Audio:
    with wave.open(str(folder / f"{name}.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2)
        return (np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768).astype(np.float32)


def transcript(name: str, folder: Path = FOLDER) -> str:
    for line in (folder / "transcripts.tsv").read_text("utf-8").splitlines()[1:]:
        file, text, *_ = line.split("\t")
        if file == f"{name}.wav":
            return text
    raise KeyError(name)


def utterance(names: Sequence[str], pause: float = 0.5) -> tuple[Audio, str]:
    """These recordings one after the other, and their text."""
    pieces = [piece for name in names for piece in (silence(pause), recording(name))][1:]
    return np.concatenate(pieces), " ".join(map(transcript, names))


def without_silence(audio: Audio, vad: VoiceActivityDetector) -> Audio:
    """From 50 ms before the first speech to the end of the last."""
    spans = segmentation.speech_spans(vad.probabilities(audio))
    return audio[max(0, spans[0].start * WINDOW - SAMPLE_RATE // 20) : spans[-1].end * WINDOW]


def at_level(audio: Audio, dbfs: float) -> Audio:
    """As loud as that in the mean, clipped where it must be, in the 16 bits of a microphone."""
    louder = np.clip(audio * 10 ** ((dbfs - level_dbfs(audio)) / 20), -1, 1)
    return np.asarray(np.round(louder * 32767) / 32767, np.float32)


def write_wav(path: Path, audio: Audio, rate: int = SAMPLE_RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setframerate(rate)
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.writeframes((np.clip(audio, -1, 1) * 32767).astype("<i2").tobytes())
    return path


Noise = Callable[[np.random.Generator, int], "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"]


def noises(count: int, seed: int = 1) -> Iterator[tuple[str, Audio]]:
    """Clips of 0.2 to 30 s without a word in them, at -60 to -10 dBFS: of every two one is generated and one recorded,
    each kind in turn."""
    rng = np.random.default_rng(seed)
    generated, recorded = list(_KINDS.items()), sorted(path.stem for path in NOISE.glob("*.wav"))
    for i in range(count):
        if i % 2:
            name = recorded[i // 2 % len(recorded)]
            make: Noise = partial(_recorded, name)
        else:
            name, make = generated[i // 2 % len(generated)]
        seconds = float(np.exp(rng.uniform(np.log(0.2), np.log(30))))
        clip = make(rng, int(seconds * SAMPLE_RATE)).astype(np.float32)
        level = float(rng.uniform(-60, -10))
        yield f"{name}, {seconds:.1f} s, {level:.0f} dBFS", clip if name == "silence" else at_level(clip, level)


def _recorded(name: str, rng: np.random.Generator, n: int) -> np.ndarray:
    """From somewhere in that recording on; a long clip hears it again and again, with pauses."""
    once = recording(name, NOISE).astype(np.float64)
    pieces = [once[int(rng.integers(0, max(1, len(once) - n // 2))) :]]
    while sum(map(len, pieces)) < n:
        pieces += [1e-5 * rng.normal(size=int(rng.integers(1600, 32_000))), once]
    return np.concatenate(pieces)[:n]


def _coloured(rng: np.random.Generator, n: int, slope: float) -> np.ndarray:
    """Noise whose power falls with frequency to the power of `slope`."""
    spectrum = np.fft.rfft(rng.normal(size=n))
    frequency = np.maximum(np.fft.rfftfreq(n, 1 / SAMPLE_RATE), 20)
    return np.fft.irfft(spectrum / frequency ** (slope / 2), n)


def _band(rng: np.random.Generator, n: int, low: float, high: float) -> np.ndarray:
    spectrum = np.fft.rfft(rng.normal(size=n))
    frequency = np.fft.rfftfreq(n, 1 / SAMPLE_RATE)
    spectrum[(frequency < low) | (frequency > high)] = 0
    return np.fft.irfft(spectrum, n) + 1e-9


def _time(n: int) -> np.ndarray:
    return np.arange(n) / SAMPLE_RATE


def _hum(rng: np.random.Generator, n: int) -> np.ndarray:
    base = float(rng.choice([50, 60]))
    waves = [np.sin(2 * np.pi * base * k * _time(n)) / k**1.5 for k in range(1, 12)]
    return np.asarray(sum(waves)) + 0.01 * rng.normal(size=n)


def _clicks(rng: np.random.Generator, n: int) -> np.ndarray:
    """A mouse, a key, a knock: one every second or so."""
    audio = 1e-4 * rng.normal(size=n)
    for at in rng.integers(0, n, size=max(1, n // SAMPLE_RATE)):
        length = min(n - int(at), int(rng.integers(80, 1600)))
        audio[at : at + length] += rng.normal(size=length) * np.exp(-np.arange(length) / (length / 5))
    return audio


def _typing(rng: np.random.Generator, n: int) -> np.ndarray:
    audio = 1e-3 * rng.normal(size=n)
    at = 0
    while at < n:
        length = min(n - at, int(rng.integers(300, 900)))
        audio[at : at + length] += rng.normal(size=length) * np.exp(-np.arange(length) / 120)
        at += int(rng.integers(1200, 5000))
    return audio


def _breath(rng: np.random.Generator, n: int) -> np.ndarray:
    pace = float(rng.uniform(0.2, 0.5))
    breaths = np.maximum(0, np.sin(2 * np.pi * pace * _time(n))) ** 2
    return np.asarray(_band(rng, n, 300, 3500) * breaths + 1e-5 * rng.normal(size=n))


def _tone(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.asarray(np.sin(2 * np.pi * float(rng.uniform(100, 3000)) * _time(n)))


def _music(rng: np.random.Generator, n: int) -> np.ndarray:
    """Chords of plucked strings over a beat."""
    audio = np.zeros(n)
    beat = int(SAMPLE_RATE * float(rng.uniform(0.3, 0.7)))
    for at in range(0, n, beat):
        length = min(n - at, 2 * beat)
        t = _time(length)
        root = 110 * 2 ** (int(rng.integers(0, 24)) / 12)
        for step in rng.choice([0, 3, 4, 7, 10, 12], size=3, replace=False):
            pitch = root * 2 ** (int(step) / 12)
            string = np.asarray(sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 7)))
            audio[at : at + length] += string * np.exp(-3 * t)
        drum = min(length, 2000)
        audio[at : at + drum] += rng.normal(size=drum) * np.exp(-np.arange(drum) / 300)
    return audio + 1e-5


def _sweep(rng: np.random.Generator, n: int) -> np.ndarray:
    """A siren."""
    pitch = 700 + 300 * np.sin(2 * np.pi * float(rng.uniform(0.2, 1)) * _time(n))
    return np.asarray(np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE))


_KINDS: dict[str, Noise] = {
    "silence": lambda rng, n: np.zeros(n),
    "white noise": lambda rng, n: rng.normal(size=n),
    "pink noise": lambda rng, n: _coloured(rng, n, 1),
    "a fan": lambda rng, n: _coloured(rng, n, 2),
    "hum": _hum,
    "clicks": _clicks,
    "typing": _typing,
    "breath": _breath,
    "a tone": _tone,
    "music": _music,
    "a siren": _sweep,
    "a hiss": lambda rng, n: _band(rng, n, 4000, 8000),
}
