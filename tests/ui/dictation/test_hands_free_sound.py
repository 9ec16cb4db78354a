"""Hands-free talking with a voice in the (virtual) microphone and one in the loudspeaker: no key between the questions,
and no question that Fanlight asked itself."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.whisper import WhisperTranscriber
from support import recordings
from support.screens import wait_for
from support.sound_server import Monitor, SoundServer
from support.synthetic import spoken
from support.voice_desk import Sitter, slots
from support.word_errors import Errors

pytestmark = [
    pytest.mark.gui,
    pytest.mark.xvfb,
    pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed"),
]
KEY = "ctrl+shift+h"


class Talker(Sitter):
    """Somebody who talks to Fanlight, with the keyboard in reach."""

    CHILD = "hands_free_child.py"
    TIMEOUT_SECONDS = 120.0

    def begin(self) -> None:
        self.key(KEY)
        self.until("listening")
        wait_for(self.server.listeners, 20)

    def end(self) -> None:
        self.key(KEY)
        self.until("off")
        self.closed()


Talk = Callable[..., Talker]


@pytest.fixture
def talk(display: Any, server: SoundServer, home: Path, model_folder: Path) -> Iterator[Talk]:
    with slots(Talker, display, server, home, model_folder) as made:
        yield made


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Four shapes: a synthetic "three" is often heard as "free"."""
    image = Image.new("RGB", (640, 480), (245, 245, 240))
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 60, 200, 200), fill=(205, 30, 35))
    draw.rectangle((380, 80, 520, 220), fill=(30, 70, 200))
    draw.ellipse((240, 280, 380, 420), fill=(30, 150, 60))
    draw.ellipse((60, 290, 180, 410), fill=(240, 190, 30))
    image.save(tmp_path / "four.png")
    return tmp_path / "four.png"


def plain(words: str) -> str:
    return "".join(letter for letter in words.lower() if letter.isalpha() or letter == " ").strip()


@pytest.mark.model
def test_two_questions_are_asked_without_a_key_and_its_own_voice_asks_none(
    talk: Talk, server: SoundServer, picture: Path, tmp_path: Path, model_folder: Path
) -> None:
    """The loudspeaker is in the same room as the microphone."""
    server.run("pactl", "load-module", "module-loopback", "source=loudspeaker.monitor", "sink=mouth", "latency_msec=30")
    talker = talk(str(picture))
    assert not server.listeners()
    talker.begin()
    with Monitor(server) as monitor:
        talker.play(spoken("How many shapes are there?", tmp_path))
        talker.until("speaking")
        talker.closed()
        told = talker.until("listening")
    assert [plain(question) for question in told["asked"]] == ["how many shapes are there"], told
    assert any(number in told["answers"][0].lower() for number in ("four", "4")), told
    with closing(WhisperTranscriber.load(model_folder)) as whisper:
        heard = whisper.decode(monitor.speech(), TranscriptionOptions("en")).text.lower()
    assert any(number in heard for number in ("four", "4")), heard
    assert talker.program.silent(4), "it heard itself"
    talker.play(spoken("Is there a square?", tmp_path))
    talker.until("speaking")
    told = talker.until("listening")
    first, second = map(plain, told["asked"])
    assert first == "how many shapes are there", told
    assert second in ("is there a square", "isnt there a square"), told  # the synthetic voice's, by int8 kernel
    assert len(told["answers"]) == 2
    assert all(told["answers"])
    talker.end()


def test_with_headphones_a_voice_interrupts_the_answer_and_asks_the_next_question(
    talk: Talk, server: SoundServer, tmp_path: Path
) -> None:
    talker = talk("hands_free_interrupts=True")
    talker.begin()
    with Monitor(server) as monitor:
        talker.play(spoken("Tell me a long story.", tmp_path))
        talker.until("speaking")
        wait_for(lambda: monitor.last_sound_at > 0, 20)
        question = spoken("Stop it. How many shapes are there?", tmp_path)
        began = time.monotonic()
        server.say(question)
        talker.until("listening")
        wait_for(lambda: monitor.last_sound_at < time.monotonic() - 0.5, 20)
        silent_after = monitor.last_sound_at - began
        told = talker.until("speaking")
    assert plain(told["asked"][1]) == "stop it how many shapes are there", told
    assert silent_after < 1.5, f"it spoke on for {silent_after:.1f} s"
    talker.end()


def test_long_speech_with_pauses_in_it_is_one_question(talk: Talk, tmp_path: Path) -> None:
    """Live transcription settles at these pauses, the longest of them 0.9 s; the turn goes on. (A busy computer plays
    the recording with gaps of its own: the pause that ends a turn is longer here.)"""
    audio, text = recordings.utterance(("lj0131", "austen890", "austen920"), pause=0.4)
    talker = talk("hands_free_pause=1.5")
    talker.begin()
    talker.play(recordings.write_wav(tmp_path / "long.wav", audio))
    told = talker.until("speaking", "off")
    assert len(told["asked"]) == 1
    heard = plain(told["asked"][0])
    assert heard.startswith("unless a system is established")
    assert heard.endswith("still more respectable than he was")
    assert Errors().add(text, heard) <= 10, heard  # of 48; how well it is understood is measured by the bench
    talker.key("Escape")
    talker.until("listening")
    talker.end()


def test_noise_and_music_ask_nothing(talk: Talk, server: SoundServer, tmp_path: Path) -> None:
    talker = talk()
    talker.begin()
    for name, clip in recordings.noises(24, seed=4):
        if any(kind in name for kind in ("music", "typing", "clicks", "breath")) and len(clip) < 6 * 16_000:
            talker.play(recordings.write_wav(tmp_path / "noise.wav", clip))
    time.sleep(2)  # sound that is on its way through the server
    talker.key(KEY)
    told = talker.until("off")
    assert told["asked"] == []
    assert told["text"] == ""


def test_a_sound_server_that_dies_ends_it_with_a_sentence_and_it_can_begin_again(
    talk: Talk, server: SoundServer
) -> None:
    talker = talk()
    talker.begin()
    server.kill()
    told = talker.until("off")
    assert told["ended"].startswith("Hands-free has ended."), told
    assert "microphone" in told["ended"]
    server.begin()
    talker.begin()
    talker.end()
