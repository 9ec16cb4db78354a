"""A PulseAudio of its own, with a microphone into which recordings are played and a loudspeaker that can be heard."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

RATE = 48_000
_CONFIGURATION = """\
load-module module-native-protocol-unix
load-module module-null-sink sink_name=mouth rate=48000 channels=1
load-module module-remap-source master=mouth.monitor source_name=virtmic
load-module module-null-sink sink_name=loudspeaker rate=48000 channels=2
set-default-sink loudspeaker
set-default-source virtmic
"""


@dataclass
class SoundServer:
    """`needs` is what a program's environment must hold, so that it hears and speaks through it."""

    folder: Path
    needs: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, **self.needs}

    def run(self, *command: str) -> str:
        ran = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, check=True)
        return ran.stdout

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes.append(subprocess.Popen(command, env=self.env, **quiet))  # type: ignore[call-overload]
        return self.processes[-1]

    def say(self, recording: Path) -> subprocess.Popen[bytes]:
        """Into the microphone; ends when it is played."""
        return self.start("paplay", "--latency-msec=20", "--device=mouth", str(recording))

    def listeners(self) -> list[str]:
        """Streams that record now."""
        lines = self.run("pactl", "list", "short", "source-outputs").splitlines()
        return [line for line in lines if line.split("\t")[2] != "-"]  # the server's own have no client

    def unplug(self) -> None:
        """The microphone's module goes."""
        modules = self.run("pactl", "list", "short", "modules").splitlines()
        (number,) = (line.split()[0] for line in modules if "module-remap-source" in line)
        self.run("pactl", "unload-module", number)

    def end(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(10)


@contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """Skips the test where a program is missing."""
    wanted = ("pulseaudio", "pactl", "paplay", "pacat", "parec")
    if missing := [program for program in wanted if not shutil.which(program)]:
        pytest.skip(f"not installed: {', '.join(missing)} (packaging/system-libraries.sh test)")
    runtime, home = folder / "rt", folder / "home"
    (runtime / "pulse").mkdir(parents=True, mode=0o700)
    runtime.chmod(0o700)
    home.mkdir(mode=0o700)
    (home / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    (folder / "start.pa").write_text(_CONFIGURATION)
    needs = {"XDG_RUNTIME_DIR": str(runtime), "PULSE_RUNTIME_PATH": str(runtime / "pulse"), "HOME": str(home)}
    needs["PULSE_SERVER"] = f"unix:{runtime / 'pulse' / 'native'}"
    server = SoundServer(folder, needs)
    try:
        options = ("--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no", "--high-priority=no")
        server.start("pulseaudio", "-n", "-F", str(folder / "start.pa"), *options)
        until = time.monotonic() + 30
        while subprocess.run(
            ["pactl", "info"], env=server.env, capture_output=True, timeout=30, check=False
        ).returncode:
            assert time.monotonic() < until, "PulseAudio did not start"
            time.sleep(0.1)
        # A null sink that nobody plays into works in pieces of two seconds; with this stream, in 20 ms.
        zeros = ("--raw", "--rate=48000", "--channels=1", "--format=s16le", "--device=mouth", "/dev/zero")
        server.start("pacat", "--latency-msec=20", *zeros)
        time.sleep(0.5)
        yield server
    finally:
        server.end()


@contextmanager
def loudspeaker_heard(server: SoundServer, path: Path) -> Iterator[None]:
    """What comes out of the loudspeaker meanwhile is in `path` afterwards, 48 kHz, mono."""
    raw = path.with_suffix(".raw")
    with raw.open("wb") as file:
        recorder = subprocess.Popen(
            ["parec", "--device=loudspeaker.monitor", "--rate=48000", "--channels=1", "--format=s16le",
             "--latency-msec=50"], env=server.env, stdout=file, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            time.sleep(0.5)
            yield
            time.sleep(1)
        finally:
            recorder.terminate()
            recorder.wait(10)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(raw.read_bytes())
