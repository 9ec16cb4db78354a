"""Sound and video files as FFmpeg's libraries (PyAV) open them: only the file itself is read."""

from __future__ import annotations

from typing import BinaryIO

import av
from av.container import InputContainer

from fanlight.domain.os_errors import os_reason

FAILURES = (av.error.FFmpegError, OSError, ValueError)
"""What opening a file raises."""


class NamedFile:
    """An open file with the name that FFmpeg is told: the suffix decides where the content does not."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = f"file:{name}"
        self.read, self.seek, self.tell, self.seekable = file.read, file.seek, file.tell, file.seekable


def open_container(file: BinaryIO, name: str) -> InputContainer:
    """No protocol is left for what a playlist or a header names. Raises FAILURES."""
    options = {"protocol_whitelist": "none"}
    return av.open(NamedFile(file, name), mode="r", metadata_errors="ignore", options=options)


def reason_of(error: Exception) -> str:
    """The reason without the error's number and the file's path; FFmpeg's errors are not all OSErrors."""
    if isinstance(error, OSError):
        return os_reason(error).rstrip(".")
    return str(getattr(error, "strerror", None) or error).rstrip(".")
