"""The global key held in another program, a voice played into a real (virtual) microphone, Whisper base: the words
stand at that program's cursor, and the clipboard is as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support import recordings
from support.display import Display
from support.editors import Editor, focus, on_clipboard
from support.screens import programs, wait_for
from support.sound_server import SoundServer, sound_server
from support.synthetic import spoken
from support.voice_desk import Sit, Speaker

pytestmark = [pytest.mark.gui, pytest.mark.xvfb, pytest.mark.timeout(600)]

PILL = "Dictation – Fanlight"
KEYS = ("ctrl", "alt", "d")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    with sound_server(tmp_path_factory.mktemp("pulse")) as started:
        yield started


@pytest.fixture
def editor(display: Display) -> Iterator[Callable[[str], Editor]]:
    with programs(display, Editor) as start:

        def made(title: str = "Qt editor") -> Editor:
            child = start("qt_editor.py", title)
            child.until("ready")
            return child

        yield made


def down(speaker: Speaker) -> None:
    for name in KEYS:
        speaker.display.run("xdotool", "keydown", name)
    try:
        speaker.until("listening")
    except AssertionError:
        up(speaker)  # the tests after this one press it again
        raise


def up(speaker: Speaker) -> None:
    for name in reversed(KEYS):
        speaker.display.run("xdotool", "keyup", name)


def dictate(speaker: Speaker, recording: Path) -> None:
    down(speaker)
    try:
        speaker.play(recording)
    finally:
        up(speaker)
    assert speaker.until("done", "nothing", "error")["what"] == "done"


def pills(display: Display) -> list[str]:
    return display.run("xdotool", "search", "--onlyvisible", "--name", PILL, check=False).split()


def focused(display: Display) -> str:
    return display.run("xdotool", "getwindowfocus", "getwindowname", check=False)


def copy(display: Display, text: bytes) -> None:
    subprocess.run(["xclip", "-selection", "clipboard"], input=text, env=display.env, check=True, timeout=60)


def test_what_is_said_stands_at_the_cursor_of_the_other_program(
    sit: Sit, display: Display, editor: Callable[[str], Editor]
) -> None:
    speaker = sit("talk_mode=hold")
    other = editor("Qt editor")
    focus(display, "Qt editor")
    copy(display, b"copied before")
    down(speaker)
    wait_for(lambda: bool(pills(display)))
    assert focused(display) == "Qt editor"  # the pill takes nothing
    speaker.play(recordings.FOLDER / "austen880.wav")
    up(speaker)
    assert speaker.until("done", "nothing", "error")["what"] == "done"
    wait_for(lambda: "young man" in other.text.lower())
    assert not speaker.said["text"]  # Fanlight's own box
    wait_for(lambda: on_clipboard(display) == b"copied before")
    wait_for(lambda: not pills(display))
    speaker.closed()


def test_words_wait_when_the_user_has_moved_on_and_escape_takes_them_back_from_where_they_went(
    sit: Sit, display: Display, editor: Callable[[str], Editor], tmp_path: Path
) -> None:
    speaker = sit("talk_mode=hold", "slowly")
    first, second = editor("Qt editor"), editor("Second editor")
    focus(display, "Qt editor")
    down(speaker)
    speaker.play(spoken("How many shapes are there?", tmp_path))
    focus(display, "Second editor")
    up(speaker)
    assert speaker.until("done", "nothing", "error")["what"] == "done"
    wait_for(lambda: bool(pills(display)))
    speaker.closed()
    assert (first.text, second.text) == ("", "")
    wait_for(lambda: click_insert(display, lambda: "many" in second.text), 60)
    assert focused(display) == "Second editor"
    assert first.text == ""
    display.run("xdotool", "key", "Escape")
    wait_for(lambda: second.text == "")
    wait_for(lambda: not pills(display))


def click_insert(display: Display, done: Callable[[], bool]) -> bool:
    """Its button, at the pill's lower left."""
    for pill in pills(display):
        place = dict(
            line.split("=", 1)
            for line in display.run("xdotool", "getwindowgeometry", "--shell", pill, check=False).splitlines()
            if "=" in line
        )
        if place:
            x, y = int(place["X"]) + 60, int(place["Y"]) + int(place["HEIGHT"]) - 28
            display.run("xdotool", "mousemove", str(x), str(y), "click", "1")
    try:
        wait_for(done, 3)
    except AssertionError:
        return False
    return True


def test_escape_while_speaking_types_nothing(sit: Sit, display: Display, editor: Callable[[str], Editor]) -> None:
    speaker = sit("talk_mode=hold")
    other = editor("Qt editor")
    focus(display, "Qt editor")
    down(speaker)
    display.run("xdotool", "key", "Escape")
    speaker.until("closed")
    up(speaker)
    speaker.closed()
    wait_for(lambda: not pills(display))
    assert other.text == ""


def test_in_fanlights_own_window_the_words_go_into_its_box(sit: Sit, display: Display, tmp_path: Path) -> None:
    speaker = sit("talk_mode=hold")
    focus(display, "Fanlight$")
    dictate(speaker, spoken("How many shapes are there?", tmp_path))
    assert "many" in speaker.said["text"]
    speaker.closed()
