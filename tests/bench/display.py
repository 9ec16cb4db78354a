"""An X server without a screen, and its pixels as seen from outside any program on it."""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.child import CanNotMeasure

_MEMORY = Path("/dev/shm")  # files that are never written to a disk
_ROWS_APART = 20
_BYTES_PER_LINE, _COLOURS = 12, 19
"""Places of two numbers in an XWD header, which is 32-bit big-endian words, the first its own size."""


class Screen:
    """`name` is the DISPLAY; the frame buffer is the server's own file. Looking costs a fraction of a millisecond: who
    watches must not slow down what is watched."""

    def __init__(self, name: str, frame_buffer: Path, height: int) -> None:
        self.name = name
        with frame_buffer.open("rb") as file:
            self._pixels = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack(">25I", self._pixels[:100])
        start, line = head[0] + head[_COLOURS] * 12, head[_BYTES_PER_LINE]
        self._rows = [slice(start + y * line, start + (y + 1) * line) for y in range(0, height, _ROWS_APART)]

    def close(self) -> None:
        self._pixels.close()

    def rows(self) -> bytes:
        """The pixels of some rows from top to bottom, 32 bits each."""
        return b"".join(self._pixels[row] for row in self._rows)

    @staticmethod
    def colours(rows: bytes) -> int:
        """How many different ones: 1 or 2 on an empty screen, many once a text is painted."""
        import numpy as np

        return len(np.unique(np.frombuffer(rows, np.uint32)))


@contextmanager
def xvfb(width: int = 1400, height: int = 1000) -> Iterator[Screen]:
    """Raises CanNotMeasure."""
    if not shutil.which("Xvfb"):
        raise CanNotMeasure("Xvfb is not installed: apt-get install xvfb")
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory(prefix="fanlight-screen-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        size = f"{width}x{height}x24"
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-fbdir", folder, "-nolisten", "tcp"]
        server = subprocess.Popen([*command, "-noreset"], pass_fds=(writer,), stderr=subprocess.DEVNULL)
        os.close(writer)
        try:
            with os.fdopen(reader) as said:
                number = said.readline().strip()
            if not number:
                raise CanNotMeasure("Xvfb does not start")
            with closing(Screen(f":{number}", Path(folder) / "Xvfb_screen0", height)) as screen:
                yield screen
        finally:
            server.terminate()
            server.wait(10)
