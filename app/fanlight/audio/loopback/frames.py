"""How a listening process says what it hears: frames of a kind, a length, and that many bytes, on its standard output.
Standard library only."""

from __future__ import annotations

import os
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO

BLOCK, OUTPUT, NO_OUTPUT, FAILED = b"B", b"O", b"N", b"X"
_HEADER = struct.Struct("<cI")
_LONGEST = 2**20


def write_frame(kind: bytes, data: bytes = b"") -> None:
    """Ends this process where nobody reads any more."""
    try:
        sys.stdout.buffer.write(_HEADER.pack(kind, len(data)) + data)
        sys.stdout.buffer.flush()
    except OSError:
        os._exit(0)


def read_frames(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Until the other end closes, or says nonsense."""
    while len(header := stream.read(_HEADER.size)) == _HEADER.size:
        kind, length = _HEADER.unpack(header)
        if length > _LONGEST:
            return
        data = stream.read(length)
        if len(data) < length:
            return
        yield kind, data


def listen(run: Callable[[], object], failures: tuple[type[Exception], ...]) -> None:
    """The whole of a listening process: `run` goes on until one of its `failures`, which is written."""
    _end_with_parent()
    try:
        run()
    except failures as error:
        write_frame(FAILED, str(error).encode())


def _end_with_parent() -> None:
    """This process ends when its standard input does."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
