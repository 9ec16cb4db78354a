"""Names of a list, and words that are to be read nearby, in what Whisper base writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
import pytest

from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.audio import Audio, resampled
from fanlight.speech.similar_names import names_written
from fanlight.speech.whisper import WhisperTranscriber
from fanlight.synthesis.bundled_voice import RATE, BundledVoice
from support.rare_names import NAMES, SPOKEN
from support.recordings import recording

pytestmark = pytest.mark.model

ENGLISH = TranscriptionOptions("en")
SAID = ("Kowalczyk", "Thorvaldsen", "Lindqvist", "amitriptyline", "bougainvillea", "Tegucigalpa")
"""None of them is written right without a list."""


@pytest.fixture(scope="module")
def spoken() -> Iterator[dict[str, Audio]]:
    voice = BundledVoice()
    if not voice.is_available():
        pytest.skip("not installed: hibari-tts")
    with closing(voice):
        sentences = {name: sentence.format(name) for name, sentence in SPOKEN if name in SAID}
        pcm = {name: voice.synthesize(sentence, "", 1.0, Event()).data for name, sentence in sentences.items()}
        yield {
            name: resampled((np.frombuffer(data, np.int16) / 32768).astype(np.float32), RATE)
            for name, data in pcm.items()
        }


def written(whisper: WhisperTranscriber, spoken: dict[str, Audio], options: TranscriptionOptions) -> int:
    return sum(
        bool(names_written(whisper.decode(audio, options, "final").text, (name,))) for name, audio in spoken.items()
    )


def test_names_of_a_long_list_are_written_as_they_are_there(
    whisper: WhisperTranscriber, spoken: dict[str, Audio]
) -> None:
    assert written(whisper, spoken, replace(ENGLISH, names=NAMES)) >= 4


def test_words_that_are_to_be_read_nearby_are_written_so(whisper: WhisperTranscriber, spoken: dict[str, Audio]) -> None:
    nearby = (*NAMES, "the", "house", "window", "somebody", "interesting")
    assert written(whisper, spoken, replace(ENGLISH, nearby=nearby)) >= 3


def test_a_list_changes_nothing_where_its_names_are_not_said(whisper: WhisperTranscriber) -> None:
    audio = recording("austen920")
    text = whisper.decode(audio, ENGLISH, "final").text
    assert whisper.decode(audio, replace(ENGLISH, nearby=NAMES), "final").text == text


def test_a_draft_is_decoded_once(whisper: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    passes = whisper._passes
    generate = passes.generate

    def generated(*arguments: Any) -> Any:
        calls.append(arguments)
        return generate(*arguments)

    monkeypatch.setattr(passes, "generate", generated)
    whisper.decode(recording("austen920"), replace(ENGLISH, names=("Marryed", "Hadley")), "draft")
    assert len(calls) == 1
