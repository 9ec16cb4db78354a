"""An X server without a screen, and its pixels as seen from outside any program on it."""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.child import CanNotMeasure

_BYTES_PER_LINE, _COLOURS = 12, 19
"""Places of two numbers in an XWD header, which is 32-bit big-endian words, the first its own size."""


@dataclass(frozen=True, slots=True)
class Screen:
    """`name` is the DISPLAY; the frame buffer is the server's own file."""

    name: str
    frame_buffer: Path
    height: int

    def colours(self, rows_apart: int = 8) -> int:
        """How many different pixel values every eighth row has: 1 or 2 on an empty screen, many once a text is
        painted."""
        import numpy as np

        with self.frame_buffer.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pixels:
            head = struct.unpack(">25I", pixels[:100])
            start, line = head[0] + head[_COLOURS] * 12, head[_BYTES_PER_LINE]
            rows = [pixels[start + y * line : start + (y + 1) * line] for y in range(0, self.height, rows_apart)]
        return len(np.unique(np.frombuffer(b"".join(rows), np.uint32)))


@contextmanager
def xvfb(width: int = 1400, height: int = 1000) -> Iterator[Screen]:
    """Raises CanNotMeasure."""
    if not shutil.which("Xvfb"):
        raise CanNotMeasure("Xvfb is not installed: apt-get install xvfb")
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory(prefix="fanlight-screen-") as folder:
        size = f"{width}x{height}x24"
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-fbdir", folder, "-nolisten", "tcp"]
        server = subprocess.Popen([*command, "-noreset"], pass_fds=(writer,), stderr=subprocess.DEVNULL)
        os.close(writer)
        try:
            with os.fdopen(reader) as said:
                number = said.readline().strip()
            if not number:
                raise CanNotMeasure("Xvfb does not start")
            yield Screen(f":{number}", Path(folder) / "Xvfb_screen0", height)
        finally:
            server.terminate()
            server.wait(10)
