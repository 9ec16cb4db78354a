"""Whisper behind the VAD, for live speech and for files: the resource of the speech worker."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import onnxruntime
import psutil

from fanlight import paths
from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.ports import OnProbabilities, Transcriber
from fanlight.domain.speech import Decoded, Effort, LiveTranscript, Samples, TranscriptionOptions
from fanlight.domain.stop import StopFlag
from fanlight.domain.transcription import TranscriptionEvent
from fanlight.speech.audio import Audio, Resampler
from fanlight.speech.captioning import SpeechCaptions
from fanlight.speech.live_input import transcribe_stream
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.own_words import as_written
from fanlight.speech.segmenter import SHORT_PARTS
from fanlight.speech.vad import VoiceActivityDetector, new_vad

SPARING_SECONDS = 2.5
"""Between drafts while the processor is shared, at least. Final decodes are never delayed."""
PLENTY_OF_CORES = 8
"""From this number of cores on drafts are never delayed."""


class WhisperRecognizer:
    """A `SpeechRecognizer`. Without `session` the VAD's network is loaded for each utterance."""

    def __init__(
        self, transcriber: Transcriber, session: onnxruntime.InferenceSession | None = None,
        vad: Callable[[onnxruntime.InferenceSession | None], VoiceActivityDetector] = new_vad,
    ) -> None:  # fmt: skip
        self._transcriber, self._session, self._new_vad = transcriber, session, vad
        self._cores = psutil.cpu_count(logical=False) or 1

    def transcribe_live(
        self,
        sound_format: SoundFormat,
        incoming: SimpleQueue[bytes | RecordingMark],
        options: TranscriptionOptions,
        spare: Event,
        on_probabilities: OnProbabilities | None = None,
    ) -> Iterator[LiveTranscript]:
        """See `domain.ports.SpeechRecognizer`."""
        vad = self._new_vad(self._session)
        live = LiveTranscription(
            self._sparing(spare), vad if on_probabilities is None else _ReportingVad(vad, on_probabilities), options
        )
        heard = transcribe_stream(live, Resampler(sound_format.rate, sound_format.channels), incoming)  # type: ignore[arg-type]
        return (as_written(transcript, options) for transcript in heard)

    def caption(self, sound_format: SoundFormat, options: TranscriptionOptions, spare: Event) -> SpeechCaptions:
        """See `domain.ports.SpeechRecognizer`."""
        live = LiveTranscription(self._sparing(spare), self._new_vad(self._session), options)
        return SpeechCaptions(live, Resampler(sound_format.rate, sound_format.channels), options)

    def _sparing(self, spare: Event) -> Transcriber:
        return self._transcriber if self._cores >= PLENTY_OF_CORES else _FewerDrafts(self._transcriber, spare)

    def transcribe_file(
        self, path: Path, options: TranscriptionOptions, fresh: bool = False, stop: StopFlag | None = None
    ) -> Generator[TranscriptionEvent, None, None]:
        """See `domain.ports.SpeechRecognizer`."""
        from fanlight.speech.file_transcription import transcribe_file  # FFmpeg's libraries: live speech needs none

        folder = paths.cache() / "speech" / "parts"
        vad = self._new_vad(self._session)
        return transcribe_file(path, self._transcriber, vad, options, folder, fresh, lambda: SHORT_PARTS, stop)

    def close(self) -> None:
        self._transcriber.close()


class _ReportingVad:
    """A VAD whose probabilities are reported, too."""

    def __init__(self, vad: VoiceActivityDetector, on_probabilities: OnProbabilities) -> None:
        self._vad, self._on_probabilities = vad, on_probabilities

    def probabilities(self, audio: Audio) -> list[float]:
        probabilities = self._vad.probabilities(audio)
        if probabilities:
            self._on_probabilities(probabilities)
        return probabilities


class _FewerDrafts:
    """A transcriber that answers most drafts with nothing while `spare` is set: the vision model generates, and both
    would be slow. The first draft is not delayed: it shows that speech is recognized."""

    def __init__(self, transcriber: Transcriber, spare: Event) -> None:
        self._transcriber, self._spare = transcriber, spare
        self.info = transcriber.info
        self._drafted_at = -math.inf

    def decode(
        self, samples: Samples, options: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        if effort == "draft":
            if self._spare.is_set() and time.monotonic() - self._drafted_at < SPARING_SECONDS:
                return Decoded((), options.language or "")
            self._drafted_at = time.monotonic()
        return self._transcriber.decode(samples, options, effort, context)

    def languages(
        self, samples: Samples, passages: Sequence[tuple[float, float]], options: TranscriptionOptions
    ) -> Sequence[str]:
        return self._transcriber.languages(samples, passages, options)

    def close(self) -> None:
        self._transcriber.close()
