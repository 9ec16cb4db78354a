"""A pause keeps its length, whatever the file's clock did before it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from av.audio.frame import AudioFrame

from fanlight.speech.media_clock import on_time_line

RATE = 8_000


def second() -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ones((1, RATE), np.float32), "fltp", "mono")
    frame.sample_rate = RATE
    return frame


def silent_seconds(times: list[float | None], start: float = 0.0) -> float:
    """Of a file whose seconds of sound have these times."""
    container: Any = SimpleNamespace(start_time=round(start * 1_000_000))
    frames = list(on_time_line(((time, second()) for time in times), container))
    return sum(frame.samples / RATE for frame in frames if not frame.to_ndarray().any())


@pytest.mark.parametrize(
    ("times", "silent"),
    [
        ([0, 1, 2], 0),
        ([0, 4], 3),
        ([0, 0, 4], 3),  # it starts again, and then there is a pause
        ([0, 1, 0, 1, 5], 3),
        ([0, 90_000, 90_004], 3),  # a time that cannot be
        ([0, None, 4], 2),
        ([0, 1.05, 2.1], 0.1),  # lost packets, each too short to be told from rounding
    ],
)
def test_a_pause_is_as_long_as_the_times_around_it_say(times: list[float | None], silent: float) -> None:
    assert silent_seconds(times) == pytest.approx(silent, abs=0.06)


def test_what_a_file_begins_with_is_counted_from_its_own_start() -> None:
    assert silent_seconds([10.0, 11.0], start=10.0) == 0
    assert silent_seconds([12.0], start=10.0) == 2
