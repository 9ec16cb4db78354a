"""The whole of it, end to end: the installed program with the practice model on an X server, another program's window
captured by hand, a question spoken into the microphone while a real key is held, and the answer heard from the
loudspeaker. The sound goes through PulseAudio; the screen is read as a screen reader reads it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.whisper import WhisperTranscriber
from support import recordings
from support.accessible import screen_reader
from support.desktops import KEY, PANEL, READ, Desktop
from support.screens import wait_for, x_server
from support.sound_server import Monitor, SoundServer, sound_server
from support.synthetic import spoken
from support.tracing import can_trace

pytestmark = [
    pytest.mark.gui,
    pytest.mark.model,
    pytest.mark.xvfb,
    pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed"),
]
QUESTION = "How many shapes are there?"
SETTINGS = {
    "shot_default_action": "none", "talk_mode": "hold", "talk_sends": True, "talk_sound": False,
    "speech_language": "en", "spoken_answers": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    with sound_server(tmp_path_factory.mktemp("pulse")) as started:
        yield started


@pytest.fixture
def desktop(server: SoundServer, tmp_path: Path) -> Iterator[Desktop]:
    sound = {name: value for name, value in server.needs.items() if name != "XDG_RUNTIME_DIR"}
    with x_server(1280, 900) as screen, screen_reader(screen.env, tmp_path / "run") as reader:
        made = Desktop(reader, tmp_path, sound)
        home = Path(made.display.env["FANLIGHT_HOME"])
        (home / "settings.json").write_text(json.dumps(SETTINGS), "utf-8")
        try:
            yield made
        finally:
            made.do("keyup", "m", "keyup", "alt")
            made.end()


def shown(desktop: Desktop, start: str, window: str = READ) -> str:
    """The first thing the panel, or that window, says that begins so."""
    return next((name for _, name, _ in desktop.reader.nodes(window) if name.startswith(start)), "")


def everything(desktop: Desktop, window: str) -> str:
    """That is written in it; its title is that of the conversation."""
    nodes = desktop.reader.nodes(desktop.do("getwindowname", window))
    return " ".join(f"{name} {text}" for _, name, text in nodes).lower()


def ask(desktop: Desktop, server: SoundServer, question: Path) -> None:
    """With the panel's own key: it has taken the keyboard."""
    desktop.do("keydown", "alt", "keydown", "m")
    wait_for(lambda: bool(shown(desktop, "Listening")))
    assert server.listeners()
    assert server.say(question).wait(60) == 0
    desktop.do("keyup", "m", "keyup", "alt")


@pytest.mark.parametrize(("program", "numbers"), [("shapes", ("two", "2")), ("four", ("four", "4"))])
def test_a_question_spoken_over_a_capture_is_answered_aloud(
    desktop: Desktop, server: SoundServer, tmp_path: Path, model_folder: Path, program: str, numbers: tuple[str, str]
) -> None:
    desktop.start()
    desktop.other(program)
    assert not server.listeners()
    desktop.do("key", KEY)
    desktop.drag(130, 190, 530, 470)
    with Monitor(server) as monitor:
        ask(desktop, server, spoken(QUESTION, tmp_path))
        wait_for(lambda: bool(shown(desktop, "You: ")))
        assert shown(desktop, "You: ").lower().strip(" ?.") == f"you: {QUESTION.lower().strip('?')}"
        answer = desktop.answer().lower()
        assert any(number in answer for number in numbers), answer
        wait_for(lambda: not server.listeners())
        wait_for(monitor.has_spoken)
    assert desktop.focus() == PANEL
    with closing(WhisperTranscriber.load(model_folder)) as whisper:
        said = whisper.decode(monitor.speech(), TranscriptionOptions("en")).text.lower()
    assert any(number in said for number in numbers), said
    assert "shapes" in said
    desktop.do("key", "Escape")
    wait_for(lambda: not desktop.windows(PANEL) and desktop.focus() == f"other {program}")
    desktop.quit()


def test_speaking_and_hearing_the_answer_opens_no_internet_socket(
    desktop: Desktop, server: SoundServer, tmp_path: Path
) -> None:
    if not can_trace():
        pytest.skip("strace is not installed, or tracing is not allowed here")
    trace = tmp_path / "trace"
    desktop.start(under=["strace", "-f", "--seccomp-bpf", "-e", "trace=%net", "-o", str(trace)])
    window = desktop.windows("Fanlight$")[0]
    desktop.do("windowactivate", "--sync", window)
    with Monitor(server) as monitor:
        desktop.do("keydown", "F9")
        wait_for(lambda: bool(shown(desktop, "Listening", "Fanlight")), 120)
        assert server.say(recordings.FOLDER / "jfk.wav").wait(60) == 0
        desktop.do("keyup", "F9")
        wait_for(monitor.has_spoken, 120)
    assert "your country can do for you" in everything(desktop, window)
    desktop.quit()
    calls = trace.read_text("utf-8", "replace")
    assert "exited with 0" in calls  # it was traced to its end
    assert "AF_UNIX" in calls
    assert "AF_INET" not in calls
