"""An answer comes out of the loudspeaker as speech that can be understood, and Esc ends it in the sound itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import fanlight
from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.whisper import WhisperTranscriber
from support.sound_server import Monitor, SoundServer

SUPPORT = Path(__file__).parents[2] / "support"

pytestmark = [
    pytest.mark.gui,
    pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed"),
]


def started(server: SoundServer, home: Path, *options: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(Path(fanlight.__file__).parents[1]), str(SUPPORT.parent)])
    env = {**server.env, "FANLIGHT_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": path}
    command = [sys.executable, str(SUPPORT / "speaking_child.py"), str(home), *options]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def window(server: SoundServer, home: Path, *options: str) -> list[tuple[str, float]]:
    """What the window told, with the clock's time."""
    with started(server, home, *options) as program:
        out, errors = program.communicate(timeout=120)
    assert program.returncode == 0, errors
    lines = [line.rsplit(" ", 1) for line in out.splitlines()]
    assert not [what for what, _ in lines if what.startswith("problem")], out
    return [(what, float(at)) for what, at in lines]


def test_the_number_in_the_answer_is_heard_from_the_loudspeaker(
    server: SoundServer, home: Path, model_folder: Path
) -> None:
    with Monitor(server) as monitor:
        told = window(server, home)
        time.sleep(1)  # what is still in the server is played
    assert [what for what, _ in told] == ["speaking", "silent"]
    assert len(monitor.speech()) > Monitor.RATE
    with closing(WhisperTranscriber.load(model_folder)) as whisper:
        text = whisper.decode(monitor.speech(), TranscriptionOptions("en")).text.lower()
    assert "37" in text or "thirty-seven" in text or "thirty seven" in text, text
    assert "square" in text


def test_escape_silences_the_loudspeaker_within_300_ms(server: SoundServer, home: Path) -> None:
    with Monitor(server) as monitor:
        told = dict(window(server, home, "stop-after", "2.5"))
    assert -0.7 < monitor.last_sound_at - told["escape"] < 0.3, "it spoke until it was stopped, and no longer"


def test_a_sound_server_that_dies_while_it_speaks_is_one_sentence(server: SoundServer, home: Path) -> None:
    with started(server, home, "stop-after", "60", "sound") as program:
        assert program.stdout
        assert [program.stdout.readline().split()[0] for _ in range(2)] == ["speaking", "sound"]
        time.sleep(1)  # in the middle of the answer
        server.kill()
        killed = time.monotonic()
        out, errors = program.communicate(timeout=60)
    assert program.returncode == 0, errors
    lines = [line.rsplit(" ", 1) for line in out.splitlines()]
    assert [what.split("“")[0] for what, _ in lines] == ["silent", "problem The speaker "], out
    assert float(lines[0][1]) - killed < 8
