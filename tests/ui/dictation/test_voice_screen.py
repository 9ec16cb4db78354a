"""A key held on a real (virtual) screen, a voice played into a real (virtual) microphone, Whisper base: all of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from support import recordings
from support.screens import Program
from support.sound_server import SoundServer, sound_server
from support.synthetic import spoken
from support.voice_desk import Sit, Speaker
from support.word_errors import Errors

pytestmark = [pytest.mark.gui, pytest.mark.xvfb, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    with sound_server(tmp_path_factory.mktemp("pulse")) as started:
        yield started


def test_what_is_said_while_the_key_is_held_is_in_the_box(sit: Sit) -> None:
    speaker = sit()
    assert not speaker.server.listeners()  # nothing is open before the key
    speaker.hold_and_play(recordings.FOLDER / "jfk.wav")
    heard = speaker.until("done", "nothing", "error")
    assert heard["what"] == "done", heard
    errors = Errors()
    assert errors.add(recordings.transcript("jfk"), heard["text"]) <= 2, heard["text"]
    assert not heard["asked"]
    speaker.closed()


def test_another_voice_is_sent_at_the_release(sit: Sit, tmp_path: Path) -> None:
    words = "How many shapes are there?"
    speaker = sit("talk_sends=True")
    speaker.hold_and_play(spoken(words, tmp_path))
    assert speaker.until("done", "nothing", "error")["what"] == "done"
    sent = speaker.until("closed")
    assert not sent["text"]
    assert Errors().add(words, sent["asked"][0]) == 0, sent
    speaker.closed()


@pytest.mark.model
def test_a_question_spoken_over_a_capture_is_answered_rightly_in_the_panel(sit: Sit, tmp_path: Path) -> None:
    picture = Image.new("RGB", (640, 480), (245, 245, 240))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 60, 200, 200), fill=(205, 30, 35))
    draw.rectangle((380, 80, 520, 220), fill=(30, 70, 200))
    draw.ellipse((240, 280, 380, 420), fill=(30, 150, 60))
    picture.save(tmp_path / "shapes.png")
    speaker = sit(str(tmp_path / "shapes.png"), "talk_sends=True", "talk_mode=hold")
    speaker.display.run("xdotool", "windowfocus", "--sync", speaker.display.window("^Capture"))
    speaker.down()
    speaker.until("listening")
    assert speaker.server.say(spoken("How many shapes are there?", tmp_path)).wait(60) == 0
    speaker.up()
    answered = speaker.until("answered", "nothing", "error")
    assert any(right in answered["answer"].lower() for right in ("three", "3")), answered
    speaker.closed()


def test_silence_is_nothing_heard_and_closes_the_microphone(sit: Sit) -> None:
    speaker = sit("talk_mode=hold")
    speaker.down()
    speaker.until("listening")
    time.sleep(1.5)  # silence, recorded
    speaker.up()
    assert speaker.until("done", "nothing", "error")["what"] == "nothing"
    assert not speaker.said["text"]
    speaker.closed()


def test_taps_and_escape_leave_nothing_open(sit: Sit) -> None:
    speaker = sit()
    speaker.display.run("xdotool", "keydown", "F9", "keyup", "F9", "sleep", "0.1", "keydown", "F9", "keyup", "F9")
    while not speaker.until("listening")["locked"]:
        pass
    speaker.key("Escape")
    speaker.until("closed")
    speaker.closed()
    for _ in range(10):
        speaker.key("F9")
        speaker.until("nothing", "done", "error")
        speaker.closed()


def test_the_key_is_heard_while_another_program_has_the_keyboard(sit: Sit, server: SoundServer) -> None:
    speaker = sit("talk_mode=hold")
    other = Program(speaker.display, "key_window.py", env=server.needs)
    try:
        window = speaker.display.window("Another program")
        speaker.display.run("xdotool", "windowactivate", "--sync", window)
        for name in ("ctrl", "alt", "m"):
            speaker.display.run("xdotool", "keydown", name)
        speaker.until("listening")
        assert server.say(recordings.FOLDER / "austen880.wav").wait(60) == 0
        for name in ("m", "alt", "ctrl"):
            speaker.display.run("xdotool", "keyup", name)
        heard = speaker.until("done", "nothing", "error")
        assert "young man" in heard["text"].lower()
        speaker.closed()
    finally:
        other.end()


def test_a_microphone_that_is_pulled_out_keeps_what_was_said(
    display: Any, home: Path, model_folder: Path, tmp_path: Path
) -> None:
    with sound_server(tmp_path / "pulse") as server:
        speaker = Speaker(display, server, home, model_folder)
        try:
            speaker.down()
            speaker.until("listening")
            assert server.say(recordings.FOLDER / "austen880.wav").wait(60) == 0
            server.kill()
            end = speaker.until("done", "nothing", "error")
            assert end["what"] == "error"
            assert "are kept" in end["words"]
            assert "young man" in end["text"].lower()
            speaker.up()
            time.sleep(0.2)  # a key that is down again within 25 ms is a held key that repeats
            speaker.down()
            assert "microphone" in speaker.until("error")["words"]
        finally:
            speaker.up()
            speaker.program.end()
