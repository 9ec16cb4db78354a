"""Windows: WASAPI's loopback of the current output.

NOT RUN: written from the documentation of the library SoundCard, which opens it; it has not been run on Windows yet.
"""

from __future__ import annotations

import importlib.util
import sys

from fanlight.audio.loopback.backend import BLOCK_SAMPLES, FORMAT, Loopback, OnLoopback
from fanlight.audio.loopback.frames import BLOCK, OUTPUT, listen, write_frame
from fanlight.audio.loopback.listening_process import ListeningProcess
from fanlight.i18n import N_

_BLOCKS_BEFORE_LOOK = 12
"""About once a second it is looked whether the output is still the system's choice."""


class Wasapi:
    name = "wasapi"
    needs = N_("Windows, and the Python package SoundCard.")

    def is_available(self) -> bool:
        return sys.platform == "win32" and importlib.util.find_spec("soundcard") is not None

    def open(self, on_loopback: OnLoopback) -> Loopback:
        return ListeningProcess(__name__, on_loopback)


def main() -> None:
    listen(_listen, (Exception,))  # of a foreign library, at the end of this process


def _listen() -> None:
    import soundcard

    while True:
        speaker = soundcard.default_speaker()
        source = soundcard.get_microphone(speaker.id, include_loopback=True)
        with source.recorder(FORMAT.rate, channels=FORMAT.channels) as recorder:
            write_frame(OUTPUT, str(speaker.name).encode())
            while soundcard.default_speaker().id == speaker.id:
                for _ in range(_BLOCKS_BEFORE_LOOK):
                    write_frame(BLOCK, recorder.record(BLOCK_SAMPLES).astype("<f4").tobytes())


if __name__ == "__main__":
    main()
