"""A recognizer with a script, as soon as there is sound: neither numpy nor a model is loaded."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.errors import SpeechError
from fanlight.domain.ports import OnProbabilities
from fanlight.domain.speech import CaptionWords, LiveTranscript, TranscriptionOptions, Word
from fanlight.domain.stop import StopFlag
from fanlight.domain.transcription import TranscriptionEvent, TranscriptionPart, TranscriptionStarted
from fanlight.settings import Settings


def words(text: str, unsure: Sequence[str] = ()) -> tuple[Word, ...]:
    """One each tenth of a second; those in `unsure` at a probability of 0.3."""
    return tuple(
        Word(f" {word}", i / 10, (i + 1) / 10, 0.3 if word in unsure else 0.95) for i, word in enumerate(text.split())
    )


class ScriptedRecognizer:
    """Each block adds a word of `text`; the last two are the hypothesis. An empty `text` is silence."""

    def __init__(self, text: str = "how many shapes are there", unsure: Sequence[str] = ()) -> None:
        self.words = words(text, unsure)
        self.asked: list[TranscriptionOptions] = []
        self.formats: list[SoundFormat] = []
        self.error: SpeechError | None = None
        self.closed = False

    def transcribe_live(
        self,
        sound_format: SoundFormat,
        incoming: SimpleQueue[bytes | RecordingMark],
        options: TranscriptionOptions,
        spare: Event,
        on_probabilities: OnProbabilities | None = None,
    ) -> Iterator[LiveTranscript]:
        self.asked.append(options)
        self.formats.append(sound_format)
        if self.error:
            raise self.error
        known, came = 0, False
        while (item := incoming.get()) is not RecordingMark.DISCARDED:
            if item is RecordingMark.ENDED:
                yield LiveTranscript(self.words if came else (), language="en", final=True)
                return
            if isinstance(item, bytes):
                came = True
                if known < len(self.words):
                    known += 1
                    committed = max(0, known - 2)
                    yield LiveTranscript(
                        self.words[:committed], self.words[committed:known], min(1, known - committed), "en"
                    )

    def caption(self, sound_format: SoundFormat, options: TranscriptionOptions, spare: Event) -> ScriptedCaptions:
        self.asked.append(options)
        self.formats.append(sound_format)
        return ScriptedCaptions(self)

    def transcribe_file(
        self, path: Path, options: TranscriptionOptions, fresh: bool = False, stop: StopFlag | None = None
    ) -> Generator[TranscriptionEvent, None, None]:
        """All of it at once, whatever the file is."""
        if self.error:
            raise self.error
        end = self.words[-1].end if self.words else 0.0
        yield TranscriptionStarted(end, 0.0, whole=False, key="told", model="told")
        yield TranscriptionPart(end, self.words, "en")

    def close(self) -> None:
        self.closed = True


class ScriptedCaptions:
    """Each block that is not silent says the next word, a second after the one before; the last one is the hypothesis
    until the next one comes."""

    open_seconds = 0.0

    def __init__(self, recognizer: ScriptedRecognizer) -> None:
        self._recognizer = recognizer
        self._said: list[Word] = []
        self._given = 0
        self._blocks = 0

    def feed(self, block: bytes) -> None:
        texts = [word.text for word in self._recognizer.words]
        if any(block) and texts:
            self._said.append(Word(texts[len(self._said) % len(texts)], self._blocks, self._blocks + 1))
        self._blocks += 1

    def step(self) -> CaptionWords | None:
        if self._recognizer.error:
            raise self._recognizer.error
        new = self._said[self._given : -1]
        self._given += len(new)
        return CaptionWords(tuple(new), tuple(self._said[-1:]), 0, "en") if self._said else None

    def finish(self) -> CaptionWords:
        new = self._said[self._given :]
        self._given = len(self._said)
        return CaptionWords(tuple(new), (), 0, "en")


def scripted_recognizer(settings: Settings) -> ScriptedRecognizer:
    return ScriptedRecognizer()
