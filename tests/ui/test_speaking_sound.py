"""An answer comes out of the loudspeaker as speech that can be understood, and Esc ends it in the sound itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
import wave
from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import fanlight
from fanlight.domain.speech import Asked
from fanlight.speech.folder import whisper_base
from fanlight.speech.whisper import WhisperTranscriber
from support.sound_server import SoundServer, loudspeaker_heard, sound_server

SUPPORT = Path(__file__).parents[1] / "support"
SOUNDS = 300
"""Louder than that is speech."""

pytestmark = [
    pytest.mark.gui,
    pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SoundServer]:
    with sound_server(tmp_path / "sound") as started:
        zeros = ("--raw", "--rate=48000", "--channels=2", "--format=s16le", "--device=loudspeaker", "/dev/zero")
        started.start("pacat", "--latency-msec=20", *zeros)
        yield started


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
    server: SoundServer, home: Path, tmp_path: Path
) -> None:
    with loudspeaker_heard(server, tmp_path / "heard.wav"):
        told = window(server, home)
    assert [what for what, _ in told] == ["speaking", "silent"]
    with wave.open(str(tmp_path / "heard.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    assert len(loud) > 48_000
    speech = samples[max(0, loud[0] - 4_800) : loud[-1] + 4_800][::3].copy()
    with closing(WhisperTranscriber.load(whisper_base(tmp_path / "cache"))) as whisper:
        text = whisper.decode(speech, Asked("en")).text.lower()
    assert "37" in text or "thirty-seven" in text or "thirty seven" in text, text
    assert "square" in text


class Monitor:
    """Hears the loudspeaker; `last_sound_at` is when it was last not silent."""

    def __init__(self, server: SoundServer) -> None:
        command = ["parec", "--device=loudspeaker.monitor", "--rate=48000", "--channels=1", "--format=s16le"]
        self._process = subprocess.Popen(
            [*command, "--latency-msec=10"], env=server.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.last_sound_at = 0.0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._thread.join(10)

    def _listen(self) -> None:
        assert self._process.stdout
        with self._process.stdout as heard:
            while data := heard.read(960):
                if max(array("h", data[: len(data) // 2 * 2]), default=0) > SOUNDS:
                    self.last_sound_at = time.monotonic()


def test_escape_silences_the_loudspeaker_within_300_ms(server: SoundServer, home: Path) -> None:
    monitor = Monitor(server)
    try:
        told = dict(window(server, home, "stop-after", "2.5"))
    finally:
        monitor.end()
    assert -0.7 < monitor.last_sound_at - told["escape"] < 0.3, "it spoke until it was stopped, and no longer"


def test_a_sound_server_that_dies_while_it_speaks_is_one_sentence(server: SoundServer, home: Path) -> None:
    with started(server, home, "stop-after", "60") as program:
        assert program.stdout
        assert program.stdout.readline().startswith("speaking")
        time.sleep(2.5)
        server.processes[0].kill()
        killed = time.monotonic()
        out, errors = program.communicate(timeout=60)
    assert program.returncode == 0, errors
    lines = [line.rsplit(" ", 1) for line in out.splitlines()]
    assert [what.split("“")[0] for what, _ in lines] == ["silent", "problem The loudspeaker "], out
    assert float(lines[0][1]) - killed < 8
