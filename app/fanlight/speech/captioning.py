"""Captions: live transcription of a stretch that may go on for hours, in steps that others may come between. Neither
its sound nor its words stay in memory here: words are handed on once they are settled."""

from __future__ import annotations

from dataclasses import replace

from fanlight.domain.heap import trim_heap
from fanlight.domain.speech import CaptionWords, LiveTranscript, TranscriptionOptions
from fanlight.speech.audio import Resampler
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.own_words import as_written

TRIM_SECONDS = 60.0
"""Of sound. Decodes of all lengths leave some 15 MB a minute in glibc's heap, for as long as it goes on."""


class SpeechCaptions:
    """A `CaptionStream`."""

    def __init__(self, live: LiveTranscription, resampler: Resampler, options: TranscriptionOptions) -> None:
        self._live, self._resampler, self._options = live, resampler, options
        self._trimmed_at = 0.0

    def feed(self, block: bytes) -> None:
        """See `domain.ports.CaptionStream`."""
        self._live.feed(self._resampler.resample(block))

    @property
    def open_seconds(self) -> float:
        """See `domain.ports.CaptionStream`."""
        return self._live.open_seconds

    def step(self) -> CaptionWords | None:
        """See `domain.ports.CaptionStream`."""
        transcript = self._live.step()
        return None if transcript is None else self._handed_on(transcript)

    def finish(self) -> CaptionWords:
        """See `domain.ports.CaptionStream`."""
        self._live.feed(self._resampler.flush())
        return self._handed_on(self._live.finish())

    def _handed_on(self, transcript: LiveTranscript) -> CaptionWords:
        new = replace(transcript, committed=self._live.take_committed())
        if new.committed and new.committed[-1].end - self._trimmed_at >= TRIM_SECONDS:
            self._trimmed_at = new.committed[-1].end
            trim_heap()
        written = as_written(new, self._options)
        return CaptionWords(written.committed, written.hypothesis, written.stable_count, written.language)
