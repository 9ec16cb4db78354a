"""What a parsing process does with a sound or video file."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fanlight.parsing.channel import Packet
from fanlight.speech.packages import speech_imports


def describe_recording(request: Packet) -> Generator[Packet, None, None]:
    """Its length and channels. Raises AudioError and SpeechMissing."""
    with speech_imports():
        from fanlight.speech import media

    with _handed(request) as (path, file):
        info = media.probe(path, file, request.values.get("language", ""))
    yield Packet({"seconds": info.seconds, "channels": info.channels, "tracks": info.tracks, "track": info.track})


def decode_recording(request: Packet) -> Generator[Packet, None, None]:
    """Its blocks, as float32. Raises AudioError and SpeechMissing."""
    with speech_imports():
        from fanlight.speech import media

    with _handed(request) as (path, file):
        for block in media.blocks(path, request.values["start"], file, request.values.get("language", "")):
            yield Packet({}, [block.tobytes()])


@contextmanager
def _handed(request: Packet) -> Iterator[tuple[Path, BinaryIO]]:
    """The open file that was handed over, or, where that is not possible, the one of that name."""
    path = Path(request.values["path"])
    source = os.dup(request.files[0]) if request.files else path
    with open(source, "rb") as file:  # noqa: PTH123
        yield path, file
