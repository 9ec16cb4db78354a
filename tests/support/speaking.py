"""A voice backend and a loudspeaker without sound."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Callable, Sequence

from fanlight.audio.loudspeaker import Fill
from fanlight.domain.audio import AudioDevice
from fanlight.domain.errors import SpeakerError
from fanlight.synthesis.backends import Pcm, Voice
from support.microphones import FakeDevice

RATE = 8_000
BLOCK = 160


class FakeVoice:
    """A `Backend`: a sentence is as many samples as it has letters times `samples_a_letter`, each being the
    number, from 1 on. `said` are the sentences, with voice and speed."""

    name = "told"
    needs = "Tell it to be there."
    platforms = ("",)

    def __init__(self, *, here: bool = True, seconds: float = 0.0, samples_a_letter: int = 80) -> None:
        self.here, self.seconds, self.samples_a_letter = here, seconds, samples_a_letter
        self.said: list[tuple[str, str, float]] = []
        self.stopped = 0
        self.fails_at = 0

    @property
    def texts(self) -> list[str]:
        return [text for text, _, _ in self.said]

    def is_available(self) -> bool:
        return self.here

    def voices(self) -> Sequence[Voice]:
        return Voice("told:anna", "Anna", "en"), Voice("told:otto", "Otto", "de")

    def synthesize(self, text: str, voice: str, speed: float, stop: threading.Event) -> Pcm:
        self.said.append((text, voice, speed))
        if len(self.said) == self.fails_at:
            raise SpeakerError("The voice is hoarse.")
        if stop.wait(self.seconds):
            self.stopped += 1
            return Pcm(RATE, b"")
        return Pcm(RATE, array("h", [len(self.said)] * len(text) * self.samples_a_letter).tobytes())


class FakePlayback(FakeDevice):
    def __init__(
        self, speaker: FakeLoudspeaker, device: str, rate: int, fill: Fill, ended: Callable[[], object]
    ) -> None:
        super().__init__(device)
        self.rate = rate
        self._speaker, self._fill, self._ended = speaker, fill, ended

    def stop(self) -> None:
        self.calls.append("stop")
        if self._speaker.stop_hangs:
            time.sleep(5)
        self._end()

    def close(self) -> None:
        super().close()
        self._speaker.open_now -= 1

    def _run(self) -> None:
        while not self._over.wait(self._speaker.pace):
            if not self._speaker.stalled:
                samples = array("h", self._fill(BLOCK))
                self._speaker.heard += samples
                self._speaker.sounds = any(samples)
                if self._speaker.sounds:
                    self._speaker.last_sound_at = time.monotonic()
        self._speaker.sounds = False
        self._ended()


class FakeLoudspeaker:
    """A `Loudspeaker` that takes 20 ms every `pace` seconds. `heard` are all samples."""

    def __init__(self, pace: float = 0.002, own_rate: int = 0) -> None:
        self.pace, self.own_rate = pace, own_rate
        self.heard = array("h")
        self.opened: list[FakePlayback] = []
        self.open_now = 0
        self.open_seconds = 0.0
        self.open_error: SpeakerError | None = None
        self.stop_hangs = self.stalled = self.sounds = False
        self.last_sound_at = 0.0

    @property
    def sentences(self) -> list[int]:
        """The numbers of those that were heard, in order."""
        return list(dict.fromkeys(sample for sample in self.heard if sample))

    def devices(self) -> list[AudioDevice]:
        return [AudioDevice("box", "box", 2, RATE, default=True), AudioDevice("headphones", "headphones", 2, RATE)]

    def open(self, device: str, rate: int, fill: Fill, ended: Callable[[], object]) -> FakePlayback:
        time.sleep(self.open_seconds)
        if self.open_error:
            raise self.open_error
        self.opened.append(FakePlayback(self, device or "box", self.own_rate or rate, fill, ended))
        self.open_now += 1
        return self.opened[-1]
