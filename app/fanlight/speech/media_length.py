"""Whether a file's length is written in it. Of a stream without a header FFmpeg guesses it from the bit rate, which
says nothing about what is missing."""

from __future__ import annotations

from pathlib import Path

_MARKS = (b"Xing", b"Info", b"VBRI")
"""In the first frame of an MP3 whose encoder has counted them."""
_SEARCHED_BYTES = 4096
_MISSING_SECONDS, _MISSING_SHARE = 1.0, 0.02


def missing_seconds(path: Path, promised: float | None, decoded: float) -> float:
    """How much less was decoded than the file's header promises; 0 where it promises nothing, or for a rest that
    headers and codecs round away."""
    if promised is None or promised - decoded <= max(_MISSING_SECONDS, _MISSING_SHARE * promised):
        return 0.0
    return promised - decoded if _states_length(path) else 0.0


def _states_length(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(10)
            if head[:3] == b"ID3":
                size = sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
                file.seek(10 + size)
                head = b""
            head += file.read(_SEARCHED_BYTES)
    except OSError:
        return False
    is_bare_stream = (head[:1] == b"\xff" and head[1:2] >= b"\xe0") or head[:2] == b"\x0b\x77"
    return not is_bare_stream or any(mark in head for mark in _MARKS)
