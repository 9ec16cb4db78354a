"""Sound and video files become blocks of sound: opened here, decoded in a parsing process (`fanlight.parsing`), checked
here."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fanlight.domain.errors import AudioError, SpeechMissing
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import InputRefused, ParserCrashed, ParsingFailure
from fanlight.parsing.launching import ParserKind
from fanlight.parsing.pool import ParserPool, pool_of
from fanlight.speech.media_source import MediaInfo, open_recording
from fanlight.speech.media_task import decode_recording, describe_recording
from fanlight.speech.packages import check_packages

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag
    from fanlight.speech.audio import Audio

PARSER = ParserKind(
    "sound",
    ("fanlight.speech.media_task", "fanlight.speech.media"),
    processes=2,
    memory_bytes=2 * 2**30,
    wait_seconds=2.0,
)
"""Two: the header of one file is read while another one is transcribed. One more where these are held up:
transcriptions that were stopped keep theirs, to be resumed."""
SECONDS = 9.0
"""For the header, and for each block: so that the sentence has come after 10."""
_MOST_SAMPLES = 1 << 22


def probe(path: Path, stop: StopFlag | None = None, language: str = "") -> MediaInfo:
    """Read the header. Raises AudioError for a file that is not a recording or has no sound, and SpeechMissing."""
    check_packages()
    with open_recording(path) as file, _translated(path):
        values = {"path": str(path), "language": language}
        return parser().call(describe_recording, values, files=[file.fileno()], check=_info, seconds=SECONDS, stop=stop)


def blocks(path: Path, start: float = 0.0, stop: StopFlag | None = None, language: str = "") -> Iterator[Audio]:
    """The sound of the track in `language`, else of the default one, from `start` seconds on, 16 kHz mono, about a
    second a block; an empty block for each SKIPPED_SECONDS before. Decoded a few blocks ahead. Raises AudioError, also
    in the middle, and SpeechMissing."""
    check_packages()
    values = {"path": str(path), "start": start, "language": language}
    with open_recording(path) as file, _translated(path):
        run = parser().run(decode_recording, values, files=[file.fileno()], seconds=SECONDS, stop=stop)
        yield from _sounds(run)


def parser() -> ParserPool:
    """The processes that decode sound."""
    return pool_of(PARSER)


def _sounds(run: Generator[Packet, None, None]) -> Iterator[Audio]:
    with closing(run) as replies:
        for reply in replies:
            yield _sound(reply)


def _sound(reply: Packet) -> Audio:
    if len(reply.blobs) != 1 or len(reply.blobs[0]) > 4 * _MOST_SAMPLES or len(reply.blobs[0]) % 4:
        raise ParserCrashed("no sound")
    return np.frombuffer(reply.blobs[0], np.float32)


def _info(reply: Packet) -> MediaInfo:
    seconds, channels = reply.values.get("seconds"), reply.values.get("channels")
    if seconds is not None and not (isinstance(seconds, int | float) and math.isfinite(seconds)):
        raise ParserCrashed("no length")
    if type(channels) is not int:
        raise ParserCrashed("no channels")
    tracks, track = reply.values.get("tracks"), reply.values.get("track")
    if type(tracks) is not int or type(track) is not int:
        raise ParserCrashed("no channels")
    return MediaInfo(seconds, channels, tracks, track)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except ParsingFailure as failure:
        missing = isinstance(failure, InputRefused) and failure.error == SpeechMissing.__name__
        raise (SpeechMissing if missing else AudioError)(*failure.explained(f"“{path.name}”")) from failure
