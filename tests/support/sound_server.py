"""A PulseAudio of its own, with a microphone into which recordings are played and a loudspeaker that can be heard."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from fanlight.speech.audio import Audio

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
    _server: subprocess.Popen[bytes] = field(init=False)

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, **self.needs}

    def run(self, *command: str) -> str:
        ran = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, check=True)
        return ran.stdout

    def begin(self) -> None:
        """Once more after `kill`."""
        options = ("--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no", "--high-priority=no")
        self._server = self.start("pulseaudio", "-n", "-F", str(self.folder / "start.pa"), *options)
        until = time.monotonic() + 30
        while subprocess.run(["pactl", "info"], env=self.env, capture_output=True, timeout=30, check=False).returncode:
            assert time.monotonic() < until, "PulseAudio did not start"
            time.sleep(0.1)
        # A null sink that nobody plays into works in pieces of two seconds; with this stream, in 20 ms.
        for sink, channels in (("mouth", 1), ("loudspeaker", 2)):
            shape = ("--raw", "--rate=48000", f"--channels={channels}", "--format=s16le")
            self.start("pacat", "--latency-msec=20", f"--device={sink}", *shape, "/dev/zero")
        time.sleep(0.5)

    def hang(self) -> None:
        """It answers nobody, as a stalled driver does, until it is killed."""
        self._server.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """All at once: PulseAudio itself would move a recording to another microphone."""
        self._server.kill()
        self._server.wait(10)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes.append(subprocess.Popen(command, env=self.env, **quiet))  # type: ignore[call-overload]
        return self.processes[-1]

    def say(self, recording: Path) -> subprocess.Popen[bytes]:
        """Into the microphone; ends when it is played."""
        return self.start("paplay", "--latency-msec=200", "--device=mouth", str(recording))

    def listeners(self) -> list[str]:
        """Streams that record now, but for those that listen to the loudspeaker."""
        sources = [line.split("\t") for line in self.run("pactl", "list", "short", "sources").splitlines()]
        ours = [number for number, name, *_ in sources if name == "loudspeaker.monitor"]
        lines = self.run("pactl", "list", "short", "source-outputs").splitlines()
        streams = [line.split("\t") for line in lines]
        return [stream[0] for stream in streams if stream[1] not in ours and stream[2] != "-"]  # "-": the server's own

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
        server.begin()
        yield server
    finally:
        server.end()


class Monitor:
    """A context manager that hears the loudspeaker from then on: 16 kHz mono. `last_sound_at` is when it was last not
    silent, by `time.monotonic`."""

    RATE = 16_000
    SOUNDS = 300
    """Of 32,768: louder than that is speech."""

    def __init__(self, server: SoundServer) -> None:
        self._server = server
        self._heard = bytearray()
        self.last_sound_at = 0.0

    def __enter__(self) -> Monitor:
        command = ["parec", "--device=loudspeaker.monitor", f"--rate={self.RATE}", "--channels=1", "--format=s16le"]
        self._process = subprocess.Popen(
            [*command, "--latency-msec=10"], env=self._server.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._thread.join(10)

    def forget(self) -> None:
        """What was heard until now."""
        self._heard.clear()
        self.last_sound_at = 0.0

    def has_spoken(self, silence_seconds: float = 2.0) -> bool:
        """Something sounded, and it is over."""
        return 0 < self.last_sound_at < time.monotonic() - silence_seconds

    def speech(self) -> Audio:
        """From the first sound to the last, with some silence around."""
        heard = np.frombuffer(bytes(self._heard[: len(self._heard) // 2 * 2]), "<i2")
        loud = np.flatnonzero(np.abs(heard.astype(int)) > self.SOUNDS)
        around = self.RATE // 4
        part = heard[max(0, loud[0] - around) : loud[-1] + around] if len(loud) else heard[:0]
        return np.asarray(part / 32768, np.float32)

    def _listen(self) -> None:
        assert self._process.stdout
        with self._process.stdout as heard:
            while data := heard.read(320):
                self._heard += data
                if max(array("h", data[: len(data) // 2 * 2]), default=0) > self.SOUNDS:
                    self.last_sound_at = time.monotonic()
