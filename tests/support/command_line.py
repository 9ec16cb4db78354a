"""What the fixtures of tests/cli give: see its conftest.py."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from fanlight.engine.scripted import ScriptedEngine
from fanlight.speech.scripted import ScriptedTranscriber


@dataclass
class Ran:
    """One run of `fanlight`: exit status, stdout, stderr."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


def interrupted(run: Callable[[], Ran], when: Callable[[], bool], pause_seconds: float = 0.0) -> Ran:
    """What comes of `run` when Ctrl+C is pressed as soon as `when` holds, and a moment later."""

    def press() -> None:
        while not when():
            time.sleep(0.005)
        time.sleep(pause_seconds)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    finger = threading.Thread(target=press)
    finger.start()
    handler = signal.getsignal(signal.SIGINT)
    try:
        return run()
    finally:
        signal.signal(signal.SIGINT, handler)
        finger.join()


Script = Callable[..., ScriptedEngine]
Speak = Callable[[str], ScriptedTranscriber]
