"""The voice inside a Python package: English, in this process, without a program and without the network."""

from __future__ import annotations

import socket
import sys
from array import array
from threading import Event
from types import ModuleType
from typing import Any

import pytest

from fanlight.domain.errors import SpeakerError
from fanlight.synthesis import backends
from fanlight.synthesis.backends import BACKENDS
from fanlight.synthesis.bundled_voice import RATE, BundledVoice
from support.speaking import FakeVoice

pytestmark = pytest.mark.skipif(not BundledVoice().is_available(), reason="hibari-tts is not installed")
SENTENCE = "The picture shows 3 red circles."


@pytest.fixture(scope="module")
def voice() -> BundledVoice:
    return BundledVoice()


def test_a_sentence_is_sound_and_the_speed_counts(voice: BundledVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", None)  # it would fetch another voice
    usual, fast = (voice.synthesize(SENTENCE, "heart", speed, Event()) for speed in (1.0, 2.0))
    assert usual.rate == RATE
    assert 1 < usual.seconds < 4
    assert fast.seconds == pytest.approx(usual.seconds / 2, rel=0.2)
    assert max(array("h", usual.data)) > 3000


@pytest.mark.parametrize("text", ["", "…", "日本語", "\N{GRINNING FACE}", "\x00", "a" * 3000, "See [x](/y/)."])
def test_any_text_is_taken(voice: BundledVoice, text: str) -> None:
    assert voice.synthesize(text, "", 1.0, Event()).rate == RATE


def test_once_it_is_stopped_nothing_is_spoken(voice: BundledVoice) -> None:
    stop = Event()
    stop.set()
    assert voice.synthesize(SENTENCE, "", 1.0, stop).data == b""


def test_a_package_that_is_damaged_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(ModuleType):
        def Hibari(self) -> Any:
            raise OSError("no such file: hibari.onnx")

    monkeypatch.setitem(sys.modules, "hibari", Broken("hibari"))
    with pytest.raises(SpeakerError, match=r"The English voice does not work: no such file: hibari\.onnx\.") as said:
        BundledVoice().synthesize(SENTENCE, "", 1.0, Event())
    assert "hibari-tts" in said.value.hint


def test_it_is_freed_when_it_is_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []

    class Counted(ModuleType):
        def Hibari(self) -> Any:
            loaded.append(self)
            return self

        def stream(self, text: str, speed: float) -> list[object]:
            return []

    monkeypatch.setitem(sys.modules, "hibari", Counted("hibari"))
    voice = BundledVoice()
    for _ in range(2):
        voice.synthesize(SENTENCE, "", 1.0, Event())
    assert len(loaded) == 1
    voice.close()  # as the timer does
    voice.synthesize(SENTENCE, "", 1.0, Event())
    assert len(loaded) == 2


def test_it_speaks_english_before_voices_of_programs_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [backend.name for backend in BACKENDS]
    assert names.index("piper") < names.index("hibari") < names.index("espeak")
    program = FakeVoice()
    monkeypatch.setattr("locale.getlocale", lambda: ("en", "UTF-8"))  # of the program's voice, exactly
    both = (BundledVoice(), program)
    assert backends.pick_for_language("", "en", both) == (both[0], "heart")
    assert backends.pick_for_language("", "de", both) == (program, "otto")
    assert backends.pick_for_language("told:anna", "en", both) == (program, "anna")
