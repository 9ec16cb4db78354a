"""Holds that are short, broken off, or whose microphone dies, on a real (virtual) microphone: never stuck open, and
nothing that was said is lost. The keys are an X server's, the sound is PulseAudio's, the words are Whisper's."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable

import pytest

from support import recordings
from support.sound_server import SoundServer
from support.voice_desk import OVER, Sit, Speaker

pytestmark = [pytest.mark.gui, pytest.mark.xvfb, pytest.mark.model, pytest.mark.timeout(900)]
SAID = "austen880"
WORDS = "young man"
"""Of what is said in it."""


class Holds:
    """Of every kind, at random moments. `spoken` is how often `SAID` was said in one that was not forgotten."""

    def __init__(self, speaker: Speaker, mode: str, seed: int) -> None:
        self.speaker, self.mode, self.chance = speaker, mode, random.Random(seed)
        self.spoken = 0
        self._kinds: tuple[Callable[[], None], ...] = (
            self.tap, self.down_up_down, self.escape, self.escape_after_release, self.hold,
        )  # fmt: skip

    def one(self, number: int) -> None:
        speaker = self.speaker
        if number % 5 == 4:
            self.speak()
        else:
            self._kinds[number % len(self._kinds)]()
        speaker.closed()
        assert speaker.program.process.poll() is None

    def tap(self) -> None:
        self._do("keydown", "F9", "keyup", "F9")
        self._over()

    def down_up_down(self) -> None:
        """Within 50 ms; where two taps lock, Esc or a third one ends it."""
        self._do("keydown", "F9", "sleep", "0.01", "keyup", "F9", "sleep", "0.03", "keydown", "F9")
        self._wait(0.3)
        self._do("keyup", "F9")
        if self.mode == "either":
            while not self.speaker.said.get("locked"):
                self.speaker.until("opening", "listening")
            self._do("sleep", "0.06", "key", self.chance.choice(("Escape", "F9")))  # within 25 ms it would be a repeat
        self._over()

    def escape(self) -> None:
        self._do("keydown", "F9")
        self._wait(0.8)
        self._do("key", "Escape", "keyup", "F9")
        self._over()

    def escape_after_release(self) -> None:
        self._do("keydown", "F9")
        self._wait(0.5)
        self._do("keyup", "F9")
        self._wait(0.5)
        self._do("key", "Escape")
        self._over()

    def hold(self) -> None:
        self._do("keydown", "F9")
        self.speaker.until("listening")
        self._wait(0.4)
        self._do("keyup", "F9")
        self._over()

    def speak(self) -> None:
        """The key slips in the middle."""
        self._do("keydown", "F9")
        self.speaker.until("listening")
        played = self.speaker.server.say(recordings.FOLDER / f"{SAID}.wav")
        time.sleep(1.0)  # in the middle of the sentence
        self._do("keyup", "F9", "sleep", "0.04", "keydown", "F9")
        assert played.wait(60) == 0
        self._do("keyup", "F9")
        self.spoken += 1
        self._over()
        assert self.speaker.said["text"].lower().count(WORDS) == self.spoken, self.speaker.said

    def _over(self) -> None:
        self.speaker.until(*OVER)

    def _do(self, *words: str) -> None:
        self.speaker.said = {}
        self.speaker.display.run("xdotool", *words)

    def _wait(self, most: float) -> None:
        time.sleep(most * self.chance.random())


@pytest.mark.parametrize(
    ("mode", "count"),
    [
        ("hold", 10),
        ("either", 10),
        pytest.param("hold", 100, marks=pytest.mark.slow),
        pytest.param("either", 100, marks=pytest.mark.slow),
    ],
)
def test_short_holds_leave_no_microphone_open_and_lose_no_speech(sit: Sit, mode: str, count: int) -> None:
    speaker = sit(f"talk_mode={mode}")
    holds = Holds(speaker, mode, seed=count)
    for number in range(count):
        holds.one(number)
    assert holds.spoken == count // 5
    assert len(speaker.said["text"].split()) <= 9 * holds.spoken  # and nothing was invented in the others


def kill_before_the_first_block(speaker: Speaker) -> None:
    speaker.server.hang()
    speaker.down()
    speaker.until("opening")
    time.sleep(0.5)  # no block comes: the server hangs
    speaker.server.kill()


def kill_while_speaking(speaker: Speaker) -> None:
    said = speak(speaker)
    assert said.wait(60) == 0
    speaker.server.kill()


def kill_in_the_post_roll(speaker: Speaker) -> None:
    said = speak(speaker)
    assert said.wait(60) == 0
    speaker.up()
    time.sleep(0.1)  # in the post-roll
    speaker.server.kill()


def kill_while_the_last_words_are_decoded(speaker: Speaker) -> None:
    said = speak(speaker)
    assert said.wait(60) == 0
    speaker.up()
    time.sleep(0.4)  # after it
    speaker.server.kill()


def speak(speaker: Speaker) -> subprocess.Popen[bytes]:
    speaker.down()
    speaker.until("listening")
    return speaker.server.say(recordings.FOLDER / f"{SAID}.wav")


@pytest.mark.parametrize(
    ("kill", "keeps", "says"),
    [
        (kill_before_the_first_block, False, True),
        (kill_while_speaking, True, True),
        (kill_in_the_post_roll, True, None),
        (kill_while_the_last_words_are_decoded, True, None),
    ],
)
def test_a_microphone_that_dies_at_any_moment_keeps_what_was_said(
    sit: Sit, server: SoundServer, kill: Callable[[Speaker], None], keeps: bool, says: bool | None
) -> None:
    """`says`: that the microphone went away; None where it may have heard all of it before."""
    speaker = sit("talk_mode=hold")
    kill(speaker)
    over = speaker.until("done", "nothing", "error")
    assert (WORDS in over["text"].lower()) == keeps, over
    if says:
        assert over["what"] == "error"
        assert "microphone" in over["words"].lower()
        assert ("are kept" in over["words"]) == keeps
    speaker.up()
    server.begin()
    time.sleep(0.2)  # a key that is down again within 25 ms is a held key that repeats
    assert speak(speaker).wait(60) == 0
    speaker.up()
    again = speaker.until("done", "nothing", "error")
    assert again["text"].lower().count(WORDS) == 1 + keeps, again
    speaker.closed()
