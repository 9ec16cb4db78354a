"""What hears the user while the microphone is open, and files meanwhile: Whisper behind the speech gate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import onnxruntime
import psutil

from fanlight import paths
from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.ports import OnProbabilities, Transcriber
from fanlight.domain.speech import Decoded, Effort, LiveTranscript, Samples, TranscriptionOptions
from fanlight.domain.transcription import TranscriptionEvent
from fanlight.speech.audio import Audio, Resampler
from fanlight.speech.live_input import transcribe_stream
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.vad import VoiceActivityDetector, new_vad

SPARING_SECONDS = 2.5
"""Between drafts while others need the processor, at least; what a pause settles is never put off."""
PLENTY_OF_CORES = 8
"""With so many nobody waits for a draft."""


class WhisperRecognizer:
    """A `Listener`. Without `session` the gate's network is loaded for each hold."""

    def __init__(
        self, transcriber: Transcriber, session: onnxruntime.InferenceSession | None = None,
        gate: Callable[[onnxruntime.InferenceSession | None], VoiceActivityDetector] = new_vad,
    ) -> None:  # fmt: skip
        self._transcriber, self._session, self._gate = transcriber, session, gate
        self._cores = psutil.cpu_count(logical=False) or 1

    def transcribe_live(
        self,
        arrives_as: SoundFormat,
        incoming: SimpleQueue[bytes | RecordingMark],
        asked: TranscriptionOptions,
        spare: Event,
        watch: OnProbabilities | None = None,
    ) -> Iterator[LiveTranscript]:
        """See `domain.ports.Listener`."""
        transcriber = self._transcriber
        if self._cores < PLENTY_OF_CORES:
            transcriber = _Sparing(transcriber, spare)
        gate = self._gate(self._session)
        live = LiveTranscription(transcriber, gate if watch is None else _Watched(gate, watch), asked)
        return transcribe_stream(live, Resampler(arrives_as.rate, arrives_as.channels), incoming)  # type: ignore[arg-type]

    def transcribe_file(
        self, path: Path, asked: TranscriptionOptions, fresh: bool = False
    ) -> Generator[TranscriptionEvent, None, None]:
        """See `domain.ports.Listener`."""
        from fanlight.speech.file_transcription import (  # FFmpeg's libraries: who only speaks needs none
            BRIEF,
            transcribe_file,
        )

        folder = paths.cache() / "speech" / "parts"
        gate = self._gate(self._session)
        return transcribe_file(path, self._transcriber, gate, asked, folder, fresh, lambda: BRIEF)

    def close(self) -> None:
        self._transcriber.close()


class _Watched:
    """A gate whose verdicts somebody else sees, too."""

    def __init__(self, gate: VoiceActivityDetector, watch: OnProbabilities) -> None:
        self._gate, self._watch = gate, watch

    def probabilities(self, audio: Audio) -> list[float]:
        verdicts = self._gate.probabilities(audio)
        if verdicts:
            self._watch(verdicts)
        return verdicts


class _Sparing:
    """A transcriber whose drafts are few while `spare` is set: the vision model generates, and both would crawl. The
    first words are not put off: they say that somebody is heard."""

    def __init__(self, transcriber: Transcriber, spare: Event) -> None:
        self._transcriber, self._spare = transcriber, spare
        self.info = transcriber.info
        self._drafted_at = -math.inf

    def decode(
        self, samples: Samples, asked: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        if effort == "draft":
            if self._spare.is_set() and time.monotonic() - self._drafted_at < SPARING_SECONDS:
                return Decoded((), asked.language or "")
            self._drafted_at = time.monotonic()
        return self._transcriber.decode(samples, asked, effort, context)

    def close(self) -> None:
        self._transcriber.close()
