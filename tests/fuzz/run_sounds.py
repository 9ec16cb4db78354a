"""Broken sound and video files, each heard as the program hears it, in a child process that stands for the window's:
its own parsing process may die of a file, it must not, and nothing may hold it up.

What the window does with such a file itself (its kind, its end, its fingerprint) is tried as well.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fuzz.campaign import Attempt
from fuzz.child import Child, Told, Try, told_of
from fuzz.sound_changes import broken_sound

SECONDS = 10.0
_ENOUGH_SECONDS = 6.0
"""A file that goes on with sound for so long is no hang."""
_LOUDEST = 1000.0
"""What no sound is that was not damaged; the model's input must be numbers in any case."""


def attempts(numbers: Iterable[int], seed: int = 0) -> Iterator[Attempt]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        child = Child(folder / "log", _prepare, SECONDS)
        try:
            for number in numbers:
                what, ending, data = broken_sound(number, seed)
                path = folder / f"{number}.{ending}"
                path.write_bytes(data)
                began = time.monotonic()
                outcome, said = child.ask(str(path))
                yield Attempt(number, what, outcome, said, time.monotonic() - began)
                path.unlink()
        finally:
            child.close()


def _prepare() -> Try:
    from fanlight.speech import media_files

    media_files.parser().prepare()
    return hear


def hear(case: Any) -> Told:
    from fanlight.domain.errors import FanlightError
    from fanlight.parsing.failures import ParserCrashed, ParserOutOfMemory, ParserOverdue

    try:
        return _heard(Path(case))
    except FanlightError as error:
        outcome, said = told_of(error, FanlightError)
        contained = isinstance(error.__cause__, ParserCrashed | ParserOverdue | ParserOutOfMemory)
        return ("contained" if contained and outcome == "refused" else outcome), said
    except Exception as error:
        return "wrong", f"{type(error).__name__}: {error}"


def _heard(path: Path) -> Told:
    """Raises AudioError."""
    import numpy as np

    from fanlight.domain.speech import SAMPLE_RATE, TranscriptionOptions
    from fanlight.pictures import recordings
    from fanlight.speech import media_files
    from fanlight.speech.journal import fingerprint
    from fanlight.speech.media_length import is_end_missing, unkept_length

    recordings.is_recording(path)
    info = media_files.probe(path)
    for _ in fingerprint(path, TranscriptionOptions(), "model"):
        pass
    began, samples = time.monotonic(), 0
    for block in media_files.blocks(path):
        if not np.isfinite(block).all() or (len(block) and np.abs(block).max() > _LOUDEST):
            return "wrong", f"no sound: {block.min()} to {block.max()} after {samples / SAMPLE_RATE:.1f} s"
        samples += len(block)
        if time.monotonic() - began > _ENOUGH_SECONDS:
            break
    unkept_length(path, info.seconds, samples / SAMPLE_RATE)
    is_end_missing(path)
    return "answered", f"{samples / SAMPLE_RATE:.1f} s"
