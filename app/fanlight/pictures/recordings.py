"""Which files are sound or video: by their names during a drag, by their content otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fanlight.domain.errors import PictureError
from fanlight.pictures.kinds import recognise

SUFFIXES = (
    ".3g2", ".3ga", ".3gp", ".aac", ".ac3", ".aif", ".aiff", ".amr", ".ape", ".asf", ".au", ".avi", ".caf", ".dts",
    ".f4v", ".flac", ".flv", ".m2ts", ".m4a", ".m4b", ".m4v", ".mka", ".mkv", ".mov", ".mp2", ".mp3", ".mp4", ".mpeg",
    ".mpg", ".mts", ".mxf", ".oga", ".ogg", ".ogv", ".opus", ".ra", ".snd", ".spx", ".tta", ".voc", ".vob", ".w64",
    ".wav", ".weba", ".webm", ".wma", ".wmv", ".wv",
)  # fmt: skip
VIDEO_SUFFIXES = (
    ".3g2", ".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".ogv",
    ".vob", ".webm", ".wmv",
)  # fmt: skip
"""Of files that have moving pictures, most probably."""
_HEAD_BYTES = 4096
_STARTS = (
    b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV\x01", b"#!AMR", b"caff",
    b".snd", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"wvpk", b"MAC ", b"TTA1",
    b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9",  # MPEG audio and AAC frames
)  # fmt: skip
_MPEG_TS_PACKET = 188


def by_name(path: Path) -> bool:
    """Whether the name's suffix is that of a recording."""
    return path.suffix.lower() in SUFFIXES


def by_content(head: bytes) -> bool:
    """Whether `head`, a file's first kilobytes, is that of a recording."""
    if head.startswith(_STARTS):
        return True
    if head[:4] in (b"RIFF", b"RIFX", b"RF64"):
        return head[8:12] in (b"WAVE", b"AVI ")
    if head[:4] == b"FORM":
        return head[8:12] in (b"AIFF", b"AIFC")
    if head[4:8] == b"ftyp":
        return not _is_picture(head)
    return len(head) > 2 * _MPEG_TS_PACKET and head[::_MPEG_TS_PACKET][:3] == b"GGG"


def is_recording(path: Path) -> bool:
    """Reads the first kilobytes: not on the GUI thread. False for an unreadable file."""
    return by_content(_first_bytes(path))


def sorted_out(named: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """(pictures, recordings) among files with names of recordings; unknown files count as recordings, whose reader
    explains the refusal. Reads their first kilobytes: not on the GUI thread."""
    pictures = [path for path in named if _is_picture(_first_bytes(path))]
    return pictures, [path for path in named if path not in pictures]


def _first_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError:
        return b""


def _is_picture(head: bytes) -> bool:
    try:
        recognise(head, "")
    except PictureError:
        return False
    return True
