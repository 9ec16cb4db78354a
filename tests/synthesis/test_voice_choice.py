"""The voice follows the language of what is spoken."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import pytest

from fanlight.domain.errors import SpeakerError
from fanlight.synthesis import backends
from fanlight.synthesis.backends import Voice
from fanlight.synthesis.espeak import Espeak
from fanlight.synthesis.speaker import Speaker, VoiceConfig
from fanlight.synthesis.spoken_text import SpokenSentence
from support.speaking import FakeLoudspeaker, FakeVoice


class _CountedVoice(FakeVoice):
    listed = 0

    def voices(self) -> Sequence[Voice]:
        self.listed += 1
        return super().voices()


def test_a_voice_of_the_language_speaks_where_one_is_installed() -> None:
    first, other, gone = FakeVoice(), FakeVoice(), FakeVoice(here=False)
    other.name = "other"
    both = (gone, other, first)
    assert backends.pick_for_language("told:anna", "de", both) == (first, "otto")
    assert backends.pick_for_language("told:otto", "de", both) == (first, "otto")
    assert backends.pick_for_language("", "de", both) == (other, "otto")
    assert backends.pick_for_language("told:anna", "hi", both) == (first, "anna")
    assert backends.pick_for_language("told:anna", "", both) == (first, "anna")
    with pytest.raises(SpeakerError):
        backends.pick_for_language("", "de", (gone,))


def test_every_sentence_is_spoken_in_its_language_and_voices_are_listed_once() -> None:
    box, voice = FakeLoudspeaker(), _CountedVoice()
    speech = Speaker(box, (voice,)).start_answer(VoiceConfig("told:anna"), lambda _: None)
    for text, language in (("Ja.", "de"), ("Yes.", "en"), ("Nein.", "de"), ("Oui.", "fr"), ("…x", "")):
        speech.add_sentence(SpokenSentence(text, language=language))
    speech.end()
    assert speech.wait(5)
    assert [name for _, name, _ in voice.said] == ["otto", "anna", "otto", "anna", "anna"]
    assert voice.listed == 3


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_espeak_has_voices_by_the_codes_of_languages() -> None:
    espeak = Espeak()
    for language, voice in (("de", "de"), ("zh", "cmn"), ("hi", "hi"), ("no", "nb")):
        assert backends.pick_for_language("espeak:af", language, (espeak,))[1] == voice
