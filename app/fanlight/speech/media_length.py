"""Whether a part of a recording's file is missing: its header promises more than could be decoded, or its end is not
there. Of a stream without a header FFmpeg guesses the length from the bit rate, which says nothing about that."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

_MARKS = (b"Xing", b"Info", b"VBRI")
"""In the first frame of an MP3 whose encoder has counted them."""
_SEARCHED_BYTES = 4096
_MISSING_SECONDS, _MISSING_SHARE = 1.0, 0.02
"""What headers and codecs round away."""
_UNKNOWN_SIZE = 0x7FFF_0000
"""Programs that stream write a size from here on, since they do not know it."""
_LARGEST_PAGE, _LAST_PAGE_FLAG = 65_307, 4
"""Of Ogg: bytes, and a bit in the sixth byte."""


def unkept_length(path: Path, promised: float | None, decoded: float) -> float:
    """The seconds that the file's header promises, where much less was decoded; else 0. `promised`: as FFmpeg has read
    them."""
    try:
        with path.open("rb") as file:
            if not _states_length(file):
                return 0.0
            length = max(promised or 0.0, _wave_seconds(file))
    except (OSError, ValueError):
        return 0.0
    return length if length - decoded > max(_MISSING_SECONDS, _MISSING_SHARE * length) else 0.0


def is_end_missing(path: Path) -> bool:
    """Whether an Ogg file stops before its last page. Its header states no length."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"OggS":
                return False
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _LARGEST_PAGE))
            tail = file.read()
    except OSError:
        return False
    last = tail.rfind(b"OggS\0")
    return last < 0 or len(tail) < last + 6 or not tail[last + 5] & _LAST_PAGE_FLAG


def _states_length(file: BinaryIO) -> bool:
    file.seek(0)
    head = file.read(10)
    if head[:3] == b"ID3":
        size = sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        file.seek(10 + size)
        head = b""
    head += file.read(_SEARCHED_BYTES)
    is_bare_stream = (head[:1] == b"\xff" and head[1:2] >= b"\xe0") or head[:2] == b"\x0b\x77"
    return not is_bare_stream or any(mark in head for mark in _MARKS)


def _wave_seconds(file: BinaryIO) -> float:
    """What a WAV's header says; FFmpeg goes by the file's size instead. 0 for another file, or a streamed one."""
    file.seek(0)
    if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
        return 0.0
    rate = 0
    while len(head := file.read(8)) == 8:
        size = int.from_bytes(head[4:], "little")
        if head[:4] == b"data":
            return size / rate if rate and size < _UNKNOWN_SIZE else 0.0
        if head[:4] == b"fmt ":
            rate = int.from_bytes(file.read(12)[8:], "little")
            size -= 12
        file.seek(size + size % 2, os.SEEK_CUR)
    return 0.0
