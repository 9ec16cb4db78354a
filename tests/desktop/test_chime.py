"""The short sound that says: now speak."""

from __future__ import annotations

import threading
import time
from array import array

from fanlight.desktop import chime as chiming
from fanlight.desktop.chime import Chime, tones
from fanlight.desktop.loudspeaker import Fill
from fanlight.domain.errors import SpeakerError


class Heard:
    """A `Loudspeaker` and its stream: keeps what was played."""

    def __init__(self, error: SpeakerError | None = None, hangs: float = 0.0) -> None:
        self.device, self.rate = "told", 44_100
        self._error, self._hangs = error, hangs
        self.played, self.calls, self.opened = b"", list[str](), 0

    def devices(self) -> list[object]:
        return []

    def open(self, device: str, rate: int, fill: Fill, ended: object) -> Heard:
        time.sleep(self._hangs)
        if self._error:
            raise self._error
        self.opened += 1
        self._fill = fill
        return self

    def start(self) -> None:
        self.calls.append("start")
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        for _ in range(6):
            self.played += self._fill(882)

    def stop(self) -> None:
        self.calls.append("stop")

    def abort(self) -> None:
        self.calls.append("abort")

    def close(self) -> None:
        self.calls.append("close")


def test_it_is_short_soft_and_ends_where_it_begins() -> None:
    samples = array("h")
    samples.frombytes(tones(44_100))
    assert len(samples) / 44_100 < 0.1
    assert samples[0] == 0
    assert 1000 < max(samples) < 5000
    assert abs(samples[-1]) < 50


def test_all_of_it_is_played_and_the_loudspeaker_closed() -> None:
    heard = Heard()
    chime = Chime(heard)  # type: ignore[arg-type]
    chime.play()
    assert chime.wait(10)
    assert heard.played.startswith(tones(44_100))
    assert heard.calls == ["start", "stop", "close"]


def test_without_a_loudspeaker_nothing_happens() -> None:
    chime = Chime(Heard(SpeakerError("There is none.")))  # type: ignore[arg-type]
    chime.play()
    assert chime.wait(10)
    chime.play()
    assert chime.wait(10)


def test_a_loudspeaker_that_hangs_is_left() -> None:
    heard = Heard(hangs=0.4)
    chime = Chime(heard)  # type: ignore[arg-type]
    chiming.OPEN_SECONDS, before = 0.1, chiming.OPEN_SECONDS
    try:
        begun = time.monotonic()
        chime.play()
        chime.play()  # is not begun twice
        assert time.monotonic() - begun < 0.1
        assert chime.wait(10)
    finally:
        chiming.OPEN_SECONDS = before
    until = time.monotonic() + 10
    while "close" not in heard.calls and time.monotonic() < until:
        time.sleep(0.01)
    assert heard.opened == 1
    assert heard.calls[-1] == "close"
