"""Which files are sound or video: by their names during a drag, by their content otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fanlight.domain.clips import is_transport_stream
from fanlight.domain.errors import PictureError
from fanlight.pictures.kinds import recognise

_SOUND_SUFFIXES = (
    ".3ga", ".aac", ".ac3", ".aif", ".aiff", ".amr", ".ape", ".au", ".caf", ".dts", ".flac", ".m4a", ".m4b", ".mka",
    ".mp2", ".mp3", ".oga", ".ogg", ".opus", ".ra", ".snd", ".spx", ".tta", ".voc", ".w64", ".wav", ".weba", ".wma",
    ".wv",
)  # fmt: skip
VIDEO_SUFFIXES = (
    ".3g2", ".3gp", ".asf", ".avi", ".divx", ".dv", ".f4v", ".flv", ".m2ts", ".m2v", ".m4v", ".mkv", ".mov", ".mp4",
    ".mpe", ".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".rm", ".rmvb", ".ts", ".vob", ".webm", ".wmv", ".y4m",
)  # fmt: skip
"""Of files that have moving pictures, most probably."""
SUFFIXES = _SOUND_SUFFIXES + VIDEO_SUFFIXES
_CODE_SUFFIXES = (".mts", ".ts")
"""TypeScript has them, too: the content tells."""
_HEAD_BYTES = 4096
_STARTS = (
    b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV\x01", b"#!AMR", b"caff",
    b".snd", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"wvpk", b"MAC ", b"TTA1", b"YUV4MPEG2 ", b".RMF", b"\x1f\x07\x00",
    b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9",  # MPEG audio and AAC frames
)  # fmt: skip


def by_name(path: Path) -> bool:
    """Whether the name's suffix is that of a recording, and of nothing else."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES and suffix not in _CODE_SUFFIXES


def is_video_name(path: Path) -> bool:
    """Whether the name's suffix is that of a video, and of nothing else."""
    return by_name(path) and path.suffix.lower() in VIDEO_SUFFIXES


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
    return is_transport_stream(head)


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
