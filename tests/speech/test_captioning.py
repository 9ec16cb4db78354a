"""Captions of speech that goes on for hours: all of its words, and no more in memory than the end of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from fanlight.domain.replacements import Replacement
from fanlight.domain.speech import TranscriptionOptions, Word, joined
from fanlight.speech import captioning
from fanlight.speech.audio import Audio, Resampler, silence
from fanlight.speech.captioning import SpeechCaptions
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.vad import LoudnessVad
from support.transcribing import speech

BLOCK = 1_280


class Counting:
    """Says "one", "two" and so on: a number for each passage that is decoded to its end."""

    def __init__(self) -> None:
        self.passages = 0

    def __call__(self, _audio: Audio, effort: str) -> str:
        if effort != "draft":
            self.passages += 1
        return f"passage {self.passages} of many"


def captions(says: Counting, options: TranscriptionOptions | None = None) -> tuple[SpeechCaptions, LiveTranscription]:
    live = LiveTranscription(ScriptedTranscriber(says), LoudnessVad(), options, clock=lambda: 0.0)
    return SpeechCaptions(live, Resampler(16_000), options or TranscriptionOptions()), live


def heard(stream: SpeechCaptions, audio: Audio) -> list[Word]:
    words: list[Word] = []
    for at in range(0, len(audio), BLOCK):
        stream.feed(audio[at : at + BLOCK].tobytes())
        if (new := stream.step()) is not None:
            words += new.settled
    return words


def test_a_long_stream_gives_each_word_once_and_keeps_only_its_end() -> None:
    says = Counting()
    stream, live = captions(says)
    passage = np.concatenate([speech(6.0), silence(3.0)])
    words: list[Word] = []
    for _ in range(60):
        words += heard(stream, passage)
        assert stream.open_seconds < 15
        assert len(live.transcript.committed) <= 60
    words += stream.finish().settled
    assert joined(words).count("passage") == says.passages == 60
    assert all(before.end <= after.start for before, after in pairwise(words))
    assert words[-1].end > 500


def test_what_was_said_before_is_still_the_context_of_a_decode() -> None:
    says = Counting()
    transcriber = ScriptedTranscriber(says)
    stream = SpeechCaptions(
        LiveTranscription(transcriber, LoudnessVad(), clock=lambda: 0.0), Resampler(16_000), TranscriptionOptions()
    )
    for _ in range(30):
        heard(stream, np.concatenate([speech(6.0), silence(3.0)]))
    assert "passage 29" in transcriber.calls[-1].context


def test_own_spellings_are_written_in_settled_words_and_in_the_hypothesis() -> None:
    options = TranscriptionOptions("en", replacements=(Replacement("passage", "chapter"),))
    stream, _live = captions(Counting(), options)
    settled = heard(stream, np.concatenate([speech(6.0), silence(3.0)]))
    assert joined(settled).startswith("chapter 1")


def test_silence_alone_costs_no_decode_and_no_memory() -> None:
    says = Counting()
    stream, live = captions(says)
    assert heard(stream, silence(600.0)) == []
    assert says.passages == 0
    assert stream.open_seconds < 2
    assert not live.transcript.committed


def test_memory_that_decodes_leave_behind_is_given_back_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    trims: list[float] = []
    monkeypatch.setattr(captioning, "trim_heap", lambda: trims.append(0.0))
    stream, _live = captions(Counting())
    for _ in range(30):
        heard(stream, np.concatenate([speech(6.0), silence(3.0)]))
    assert 3 <= len(trims) <= 270 // captioning.TRIM_SECONDS
