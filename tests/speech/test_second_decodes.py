"""A doubtful text is decoded again: what is taken then, whatever the processor's rounding. The numbers are Whisper
base's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fanlight.domain.speech import SAMPLE_RATE, Decoded, SpeechInfo, TranscriptionOptions, Word
from fanlight.speech.whisper import WhisperTranscriber


def decoded(text: str, no_speech: float, logprob: float) -> Decoded:
    return Decoded((Word(f" {text}", 0, 1),), "en", logprob=logprob, no_speech=no_speech)


@pytest.mark.parametrize(
    ("first", "again", "text"),
    [
        (decoded("No!", 0.35, -1.13), decoded("Hey!", 0.53, -0.92), ""),  # a sheep, with oneDNN's kernels
        (decoded("No!", 0.408, -0.999), decoded("Hey!", 0.53, -0.92), ""),
        (decoded("You sure?", 0.09, -1.03), decoded("Enjoy!", 0.404, -0.971), ""),  # half a word in noise
        (decoded("Panker", 0.272, -1.264), decoded("Danke.", 0.365, -0.818), "Danke."),  # said
        (decoded("For the", 0.2, -1.03), decoded("For the secret", 0.31, -0.69), "For the secret"),  # said
        (decoded("Okay.", 0.36, -1.3), decoded("Okay.", 0.48, -0.4), "Okay."),  # it is sure
    ],
)
def test_a_second_decode_that_is_not_sure_is_believed_where_speech_is_probable(
    monkeypatch: pytest.MonkeyPatch, first: Decoded, again: Decoded, text: str
) -> None:
    transcriber = WhisperTranscriber(None, SpeechInfo("base", "cpu", ("en",)))
    texts: Iterator[Decoded] = iter((first, again))
    monkeypatch.setattr(transcriber, "_decode_once", lambda *_args: next(texts))
    options: Any = TranscriptionOptions("en")
    assert transcriber.decode(np.zeros(SAMPLE_RATE, np.float32), options, "final").text == text
