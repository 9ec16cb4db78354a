"""What a recording looks like, small."""

from __future__ import annotations

import numpy as np
import pytest

from fanlight.domain.messages import Image
from fanlight.domain.sounds import Sound
from fanlight.pictures.waveforms import waveform


def ink(image: Image) -> np.ndarray:
    """How many dark pixels each column has."""
    pixels = np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)
    dark: np.ndarray = (pixels[:, :, 0] < 200).sum(axis=0)
    return dark


def sound(*loudness: float, seconds: float = 1.0) -> Sound:
    count = round(16_000 * seconds)
    samples = np.concatenate([np.resize([peak, -peak], count) for peak in loudness])
    return Sound.of(16_000, (samples * 32_767).astype("<i2").tobytes())


def test_its_bars_are_as_high_as_it_is_loud() -> None:
    image = waveform(sound(1.0, 0.5, 0.0, 0.25), 192)
    assert (image.width, image.height) == (192, 106)
    columns = ink(image)
    drawn = columns[np.flatnonzero(columns)[0] : np.flatnonzero(columns)[-1] + 1]
    quarters = [int(quarter.max()) for quarter in np.array_split(drawn, 4)]
    assert quarters[0] > 70
    assert quarters[1] == pytest.approx(quarters[0] / 2, abs=3)
    assert quarters[3] == pytest.approx(quarters[0] / 4, abs=3)
    assert quarters[2] <= 5  # silence is a line
    assert columns[:10].max() == columns[-10:].max() == 0


@pytest.mark.parametrize("samples", [1, 2, 39, 41])
def test_a_sound_of_a_few_samples_has_one_too(samples: int) -> None:
    assert ink(waveform(Sound.of(16_000, b"\x00\x80" * samples), 192)).max() > 70


def test_silence_is_a_line() -> None:
    columns = ink(waveform(sound(0.0), 192))
    assert 0 < columns.max() <= 5
