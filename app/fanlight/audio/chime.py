"""The chime that tells the user to speak: two soft tones on the system's loudspeaker. Errors are only logged."""

from __future__ import annotations

import logging
import math
import threading
from array import array

from fanlight.audio.deadline_executor import DeadlineExceeded, DeadlineExecutor
from fanlight.audio.loudspeaker import Loudspeaker, Playing, started
from fanlight.domain.errors import SpeakerError

log = logging.getLogger(__name__)

RATE = 48_000
SECONDS, TONES, AMPLITUDE = 0.09, (660.0, 990.0), 0.12
OPEN_SECONDS, STOP_SECONDS = 2.0, 1.0


class Chime:
    """`play` returns at once, on any thread; while the chime sounds it does nothing."""

    def __init__(self, loudspeaker: Loudspeaker) -> None:
        self._loudspeaker = loudspeaker
        self._sounding = threading.Lock()

    def play(self) -> None:
        if self._sounding.acquire(blocking=False):
            threading.Thread(target=self._play, name="chime", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; whether it is silent."""
        if self._sounding.acquire(timeout=seconds):
            self._sounding.release()
            return True
        return False

    def _play(self) -> None:
        calls = DeadlineExecutor("chime")
        try:
            self._sound(calls)
        except (SpeakerError, DeadlineExceeded) as error:
            log.info("no chime: %s", error or "the loudspeaker does not respond")
        finally:
            calls.close()
            self._sounding.release()

    def _sound(self, calls: DeadlineExecutor) -> None:
        samples = bytearray()
        over = threading.Event()

        def fill(count: int) -> bytes:
            data = bytes(samples[: 2 * count])
            del samples[: 2 * count]
            if not samples:
                over.set()
            return data.ljust(2 * count, b"\0")

        def opened() -> Playing:
            playing = self._loudspeaker.open("", RATE, fill, over.set)
            samples.extend(tones(playing.rate))
            return started(playing)

        playing = calls.run_within(opened, OPEN_SECONDS, undo=lambda late: late.close())
        over.wait(STOP_SECONDS)
        calls.run_within(playing.stop, STOP_SECONDS)  # after what is buffered
        calls.run_within(playing.close, STOP_SECONDS)


def tones(rate: int) -> bytes:
    """The sound: int16, one channel, faded in and out."""
    count = round(SECONDS * rate)
    half = count // 2
    made = array("h")
    for i in range(count):
        pitch = TONES[0] if i < half else TONES[1]
        envelope = math.sin(math.pi * (i % half) / half) ** 2
        made.append(round(32767 * AMPLITUDE * envelope * math.sin(2 * math.pi * pitch * i / rate)))
    return made.tobytes()
