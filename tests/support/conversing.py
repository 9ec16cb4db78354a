"""Somebody who speaks when a test says so, and a listener that understands a sentence a turn. A tone is speech."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event

from fanlight.audio.portaudio import BLOCK_SECONDS
from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.endpointing import FRAME_SECONDS
from fanlight.domain.ports import OnProbabilities
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions, Word
from support.microphones import RATE, FakeSound, block
from support.scripted_recognizer import ScriptedRecognizer, words

TONE, SILENCE = block(), block(0.0)


class Mouth:
    """What the microphone of `sound` hears: silence, and what is said. Ten times as fast as it would be."""

    def __init__(self, sound: FakeSound) -> None:
        self._waiting: deque[bytes] = deque()
        self.seconds = 0.0
        """Of sound that the microphone has got."""
        self.echo: Callable[[], bool] = lambda: False
        """Whether a loudspeaker sounds in the room, which is heard too."""
        sound.source, sound.pace = self._blocks, BLOCK_SECONDS / 10

    def say(self, seconds: float) -> None:
        """From the next block on."""
        self._waiting += [TONE] * round(seconds / BLOCK_SECONDS)

    def stop_speaking(self) -> None:
        """Not a word more."""
        self._waiting.clear()

    @property
    def silent(self) -> bool:
        """All was heard."""
        return not self._waiting

    def _blocks(self) -> Iterator[bytes]:
        while True:
            self.seconds += BLOCK_SECONDS
            try:
                yield self._waiting.popleft()
            except IndexError:
                yield TONE if self.echo() else SILENCE


class TurnRecognizer(ScriptedRecognizer):
    """A `Listener`: each hold with speech in it is the next of `sentences`; without one left, nothing is understood."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("")
        self.sentences = deque(sentences)
        self.holds = 0

    def transcribe_live(
        self,
        sound_format: SoundFormat,
        incoming: SimpleQueue[bytes | RecordingMark],
        options: TranscriptionOptions,
        spare: Event,
        on_probabilities: OnProbabilities | None = None,
    ) -> Iterator[LiveTranscript]:
        self.holds += 1
        said: tuple[Word, ...] | None = None
        samples, gate = 0, round(RATE * FRAME_SECONDS)
        while (item := incoming.get()) is not RecordingMark.DISCARDED:
            if item is RecordingMark.ENDED:
                yield LiveTranscript(said or (), language="en", final=True)
                return
            if not isinstance(item, bytes):
                continue
            loud = max(array("f", item)) > 0.01
            samples += len(item) // 4
            if on_probabilities is not None and samples >= gate:
                on_probabilities([1.0 if loud else 0.0] * (samples // gate))
                samples %= gate
            if loud and said is None:
                said = words(self.sentences.popleft()) if self.sentences else ()
                if said:
                    yield LiveTranscript((), said, 0, "en")
