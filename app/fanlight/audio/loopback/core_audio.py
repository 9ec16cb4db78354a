"""macOS: the virtual device BlackHole, into which the user's multi-output device plays, too. macOS itself lets no
program hear what others play without one, before version 14.2.

NOT RUN: written from the documentation of BlackHole and sounddevice; it has not been run on macOS yet.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from fanlight.audio.loopback.backend import BLOCK_SAMPLES, FORMAT, Loopback, OnLoopback
from fanlight.audio.loopback.frames import BLOCK, OUTPUT, listen, write_frame
from fanlight.audio.loopback.listening_process import ListeningProcess
from fanlight.i18n import N_

_DEVICE = "BlackHole"
_DRIVERS = Path("/Library/Audio/Plug-Ins/HAL")


class CoreAudio:
    name = "coreaudio"
    needs = N_("macOS with the virtual sound device BlackHole, in a multi-output device with your loudspeakers.")

    def is_available(self) -> bool:
        return (
            sys.platform == "darwin"
            and importlib.util.find_spec("sounddevice") is not None
            and any(_DRIVERS.glob(f"{_DEVICE}*.driver"))
        )

    def open(self, on_loopback: OnLoopback) -> Loopback:
        return ListeningProcess(__name__, on_loopback)


def main() -> None:
    listen(_listen, (Exception,))  # of a foreign library, at the end of this process


def _listen() -> None:
    import sounddevice

    with sounddevice.RawInputStream(
        FORMAT.rate, BLOCK_SAMPLES, device=_DEVICE, channels=FORMAT.channels, dtype="float32"
    ) as stream:
        write_frame(OUTPUT, _DEVICE.encode())
        while True:
            data, _overflowed = stream.read(BLOCK_SAMPLES)
            write_frame(BLOCK, bytes(data))


if __name__ == "__main__":
    main()
