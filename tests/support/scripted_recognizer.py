"""A recognizer with a script, as soon as there is sound: neither numpy nor a model is loaded."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.errors import SpeechError
from fanlight.domain.ports import OnProbabilities
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions, Word
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


def scripted_recognizer(settings: Settings) -> ScriptedRecognizer:
    return ScriptedRecognizer()
