"""Whisper base in other languages: found out, heard, translated. A recorded voice, and a synthetic one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.vad import VoiceActivityDetector
from fanlight.speech.whisper import WhisperTranscriber
from support.recordings import recording
from support.synthetic import said
from support.utterances import transcribed_live

pytestmark = [pytest.mark.model, pytest.mark.accuracy]

MakeVad = Callable[[], VoiceActivityDetector]
FRENCH = "french"


def test_french_is_found_out_and_heard(whisper: WhisperTranscriber, make_vad: MakeVad) -> None:
    live = LiveTranscription(whisper, make_vad(), TranscriptionOptions(None))
    live.feed(recording(FRENCH))
    final = live.finish()
    assert final.language == "fr"
    text = final.text.lower()
    assert all(word in text for word in ("accepter cet appel", "refuser", "appuyez sur")), text


@pytest.mark.parametrize("language", [None, "fr"])
def test_french_is_translated_into_english(
    whisper: WhisperTranscriber, make_vad: MakeVad, language: str | None
) -> None:
    text = transcribed_live(
        whisper, make_vad(), recording(FRENCH), TranscriptionOptions(language, translate=True)
    ).lower()
    assert all(word in text for word in ("accept", "call", "press")), text
    assert "appuyez" not in text


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_a_translation_is_divided_into_the_words_of_english(whisper: WhisperTranscriber, language: str) -> None:
    """Not into characters, as the spoken language would be."""
    decoded = whisper.decode(recording("austen890"), TranscriptionOptions(language, translate=True), "final")
    assert [word.text.strip() for word in decoded.words] == decoded.text.split()
    assert "selfish" in decoded.text


def test_a_language_that_is_fixed_is_not_asked_for(whisper: WhisperTranscriber) -> None:
    decoded = whisper.decode(recording(FRENCH), TranscriptionOptions("fr"), "final")
    assert (decoded.language, decoded.certainty) == ("fr", 1.0)


def test_spanish_of_a_synthetic_voice_is_found_out_and_heard(whisper: WhisperTranscriber, tmp_path: Path) -> None:
    audio = said("Buenos días. ¿Cuántas personas hay en la casa? Hoy quiero leer un libro nuevo.", tmp_path, "es")
    decoded = whisper.decode(audio, TranscriptionOptions(None), "final")
    assert decoded.language == "es"
    text = decoded.text.lower()
    assert all(word in text for word in ("buenos días", "en la casa", "libro nuevo")), text
