"""Recordings with pauses, a long silence before the first word, two languages, and numbers: in files and live."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from fanlight.domain.speech import TranscriptionOptions, Word
from fanlight.domain.transcription import TranscriptionPart
from fanlight.speech.audio import Audio, silence
from fanlight.speech.file_transcription import decode_parts
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.segmenter import LONG_PARTS, SHORT_PARTS, PartLimits
from fanlight.speech.vad import VoiceActivityDetector
from fanlight.speech.whisper import WhisperTranscriber
from support.conditions import Spoken, after_room_noise, conditions
from support.recordings import NAMES, NOISE, at_level, recording, transcript, write_wav
from support.synthetic import said
from support.utterances import transcribed_live
from support.word_errors import Errors

pytestmark = [pytest.mark.model, pytest.mark.accuracy]

MakeVad = Callable[[], VoiceActivityDetector]
FREE = TranscriptionOptions()
PACES = [pytest.param(LONG_PARTS, id="file"), pytest.param(SHORT_PARTS, id="window")]


@pytest.fixture
def transcribe(
    whisper: WhisperTranscriber, make_vad: MakeVad, tmp_path: Path
) -> Callable[..., list[TranscriptionPart]]:
    def parts(
        audio: Audio, asked: TranscriptionOptions = FREE, limits: PartLimits = LONG_PARTS
    ) -> list[TranscriptionPart]:
        path = write_wav(tmp_path / "recording.wav", audio)
        events = decode_parts(path, whisper, make_vad(), asked, limits=lambda: limits)
        return [event for event in events if isinstance(event, TranscriptionPart) and event.words]

    return parts


def start_of(text: str, words: list[Word]) -> float:
    return next(word.start for word in words if text in word.text.lower())


@pytest.mark.parametrize("pace", PACES)
def test_a_word_behind_a_pause_begins_where_it_is_said(
    transcribe: Callable[..., list[TranscriptionPart]], pace: PartLimits
) -> None:
    audio = np.concatenate(
        [recording("austen880"), silence(6), recording("austen890"), silence(3), recording("austen920")]
    )
    words = [word for part in transcribe(audio, limits=pace) for word in part.words]
    seconds = [len(recording(name)) / 16_000 for name in ("austen880", "austen890")]
    assert start_of("unless", words) == pytest.approx(seconds[0] + 6 + 0.2, abs=0.4)
    assert start_of("had", words) == pytest.approx(sum(seconds) + 9 + 0.2, abs=0.4)


def test_live_words_begin_where_they_are_said_too(whisper: WhisperTranscriber, make_vad: MakeVad) -> None:
    audio = np.concatenate([recording("austen880"), silence(1.2), recording("austen890")])
    live = LiveTranscription(whisper, make_vad(), TranscriptionOptions("en"))
    live.feed(audio)
    words = list(live.finish().committed)
    assert start_of("unless", words) == pytest.approx(len(recording("austen880")) / 16_000 + 1.4, abs=0.4)


def test_after_a_minute_of_a_quiet_room_the_first_words_are_there(
    transcribe: Callable[..., list[TranscriptionPart]], whisper: WhisperTranscriber, make_vad: MakeVad
) -> None:
    audio = after_room_noise(at_level(recording("austen920"), -24), seed=4)
    words = [word for part in transcribe(audio) for word in part.words]
    errors = Errors()
    assert errors.add(transcript("austen920"), "".join(word.text for word in words)) <= 1
    assert words[0].start == pytest.approx(60.2, abs=0.4)
    assert transcribed_live(whisper, make_vad(), audio).lower().startswith("had he married")


def test_sentences_are_heard_in_babble(transcribe: Callable[..., list[TranscriptionPart]]) -> None:
    spoken = [Spoken(name, recording(name), transcript(name)) for name in NAMES]
    babble = dict(islice(conditions(spoken), 2))["babble 10 dB"]
    errors = Errors()
    for each in babble[:2]:
        errors.add(each.text, "".join(word.text for part in transcribe(each.audio) for word in part.words))
    assert errors.words == 22
    assert errors.wrong <= 4  # without timestamps 6


def test_in_a_hall_few_words_more_are_wrong(transcribe: Callable[..., list[TranscriptionPart]]) -> None:
    spoken = [Spoken(name, recording(name), transcript(name)) for name in NAMES]
    hall = dict(islice(conditions(spoken), 5))["reverb 0.7 s"]
    errors = Errors()
    for each in hall[:4]:
        errors.add(each.text, "".join(word.text for part in transcribe(each.audio) for word in part.words))
    assert errors.words == 62
    assert errors.wrong <= 4  # with the hall's sound left in 5


@pytest.mark.parametrize("pace", PACES)
def test_each_passage_is_written_in_its_own_language(
    transcribe: Callable[..., list[TranscriptionPart]], pace: PartLimits
) -> None:
    french = at_level(recording("french"), -24)
    parts = transcribe(
        np.concatenate([recording("austen890"), silence(2), french, silence(2), recording("austen920")]), limits=pace
    )
    assert [part.language for part in parts] == ["en", "fr", "en"]
    texts = ["".join(word.text for word in part.words).lower() for part in parts]
    assert "selfish" in texts[0]
    assert "pour accepter cet appel" in texts[1]
    assert "married" in texts[2]


@pytest.mark.parametrize("pause", [0.6, 2.0])
def test_in_a_hold_the_language_may_change_too(whisper: WhisperTranscriber, make_vad: MakeVad, pause: float) -> None:
    audio = np.concatenate([recording("austen890"), silence(pause), at_level(recording("french"), -24)])
    text = transcribed_live(whisper, make_vad(), audio, FREE).lower()
    assert "selfish" in text
    assert "pour accepter cet appel" in text


@pytest.mark.parametrize("pace", PACES)
def test_a_number_said_digit_by_digit_is_written_once(
    transcribe: Callable[..., list[TranscriptionPart]], pace: PartLimits, tmp_path: Path
) -> None:
    number = said("My phone number is. zero, three, zero, one, two, three, four, five, six, seven.", tmp_path)
    (part, *others) = transcribe(np.concatenate([silence(0.5), at_level(number, -24), silence(0.8)]), limits=pace)
    text = "".join(word.text for each in (part, *others) for word in each.words)
    digits = "".join(filter(str.isdigit, text))
    assert digits in ("0301234567", "") or len(digits) <= 11, text


@pytest.mark.parametrize("level", [-12, -16])
def test_a_sheep_says_nothing_in_a_file_either(
    transcribe: Callable[..., list[TranscriptionPart]], level: float
) -> None:
    assert transcribe(at_level(recording("sheep", NOISE), level)) == []


def test_a_phrase_that_is_said_many_times_is_written_as_often(
    transcribe: Callable[..., list[TranscriptionPart]],
) -> None:
    audio = np.concatenate([recording("jfk")[:35_200], silence(0.5)] * 6)
    text = "".join(word.text for part in transcribe(audio) for word in part.words).lower()
    assert 5 <= text.count("my fellow") <= 7
    assert "…" not in text


@pytest.mark.parametrize(("level", "offset"), [(-32, 0.25), (-62, 0.0)])
def test_soft_recordings_and_those_with_a_direct_current_are_heard(
    transcribe: Callable[..., list[TranscriptionPart]], level: float, offset: float
) -> None:
    audio = at_level(recording("jfk"), level) + np.float32(offset)
    errors = Errors()
    errors.add(transcript("jfk"), "".join(word.text for part in transcribe(audio) for word in part.words))
    assert errors.wrong <= 2
