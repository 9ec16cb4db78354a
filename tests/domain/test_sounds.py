"""Sounds that a model hears itself, as values, and what becomes of them in a message."""

from __future__ import annotations

import io
import wave
from array import array

import pytest

from fanlight.domain.documents import Document
from fanlight.domain.messages import DocumentPart, Message, SoundPart, TextPart, sent_parts
from fanlight.domain.sounds import SOUND_RATE, Sound

SAID = Document("d" * 64, "talk.mp3", "sound", ("[0:00] Good morning.",), b"file")


def sound(seconds: float = 1.0, level: int = 1000) -> Sound:
    return Sound.of(SOUND_RATE, array("h", [level]).tobytes() * round(seconds * SOUND_RATE))


def test_a_sound_comes_back_from_its_file_as_it_was() -> None:
    one = sound(1.5)
    assert (one.count, one.seconds) == (24_000, 1.5)
    again = Sound.of_wav(one.wav())
    assert (again, again.rate, again.pcm) == (one, one.rate, one.pcm)
    assert one != Sound.of(8000, one.pcm), "another rate is another sound"
    assert one != sound(1.5, 999)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"\0" * 100, b"ID3 an mp3", b"\xff" * 100, sound().wav()[:-2]])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no sound"):
        Sound.of_wav(data)


def test_two_channels_no_samples_and_half_a_sample_are_refused() -> None:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        file.writeframes(bytes(64))
    with pytest.raises(ValueError, match="no sound"):
        Sound.of_wav(made.getvalue())
    for pcm in (b"", b"\0\0\0"):
        with pytest.raises(ValueError, match="no sound"):
            Sound.of(SOUND_RATE, pcm)


def test_a_recording_is_sent_as_its_transcript_or_as_the_sound() -> None:
    read = Message("user", (DocumentPart(SAID, (1,)), TextPart("What is said?")))
    assert read.sounds == ()
    assert "Good morning." in next(part.text for part in sent_parts(read.parts) if isinstance(part, TextPart))
    heard = Message("user", (DocumentPart(SAID, (1,), sound=sound()), TextPart("What is said?")))
    assert heard.sounds == heard.media == (sound(),)
    before, one, asked = sent_parts(heard.parts)
    assert one == SoundPart(sound())
    assert asked == TextPart("What is said?")
    assert isinstance(before, TextPart)
    assert "talk.mp3" in before.text
    assert "Good morning." not in before.text
    assert read != heard


def test_only_the_user_has_sounds() -> None:
    for role in ("system", "assistant"):
        with pytest.raises(ValueError, match="come from the user"):
            Message(role, (SoundPart(sound()), TextPart("a")))
