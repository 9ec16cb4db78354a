"""The short sound that says: now speak."""

from __future__ import annotations

import time
from array import array

import pytest

from fanlight.audio import chime as chiming
from fanlight.audio.chime import Chime, tones
from fanlight.domain.errors import SpeakerError
from support.speaking import FakeLoudspeaker

RATE = 44_100


def test_it_is_short_soft_and_ends_where_it_begins() -> None:
    samples = array("h", tones(RATE))
    assert len(samples) / RATE < 0.1
    assert samples[0] == 0
    assert 1000 < max(samples) < 5000
    assert abs(samples[-1]) < 50


def test_all_of_it_is_played_and_the_loudspeaker_closed() -> None:
    box = FakeLoudspeaker(own_rate=RATE)
    chime = Chime(box)
    chime.play()
    assert chime.wait(10)
    assert box.heard.tobytes().startswith(tones(RATE))
    assert box.opened[0].calls == ["start", "stop", "close"]


def test_without_a_loudspeaker_nothing_happens() -> None:
    box = FakeLoudspeaker()
    box.open_error = SpeakerError("There is none.")
    chime = Chime(box)
    for _ in range(2):
        chime.play()
        assert chime.wait(10)
    assert not box.opened


def test_a_loudspeaker_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chiming, "OPEN_SECONDS", 0.1)
    box = FakeLoudspeaker()
    box.open_seconds = 0.4
    chime = Chime(box)
    begun = time.monotonic()
    chime.play()
    chime.play()  # is not begun twice
    assert time.monotonic() - begun < 0.1
    assert chime.wait(10)
    until = time.monotonic() + 10
    while not (box.opened and "close" in box.opened[0].calls) and time.monotonic() < until:
        time.sleep(0.01)
    assert len(box.opened) == 1
    assert box.opened[0].calls[-1] == "close"
