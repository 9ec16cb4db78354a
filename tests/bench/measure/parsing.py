"""What it costs that pictures are decoded in a process of their own: each is decoded here, on one thread as before
there was that process, and there, in turn. A photo comes from a file, a screenshot from the clipboard."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter

from PIL import Image

from bench.readings import Notebook
from fanlight.pictures import colours, decode, files

_SIDE = 1536
_REPEATS = 5

Read = Callable[[], object]


def measure(notebook: Notebook, quick: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, photo, screenshot = Path(folder) / "photo.jpg", _photo(), _screenshot()
        path.write_bytes(photo)
        ways: dict[str, tuple[Read, Read]] = {
            "photo": (lambda: _read_here(path.read_bytes()), lambda: files.read_file(path, _SIDE)),
            "screenshot": (lambda: _read_here(screenshot), lambda: files.read_bytes(screenshot, "", _SIDE)),
        }  # fmt: skip
        for _ in range(2 if quick else 9):
            apart: list[float] = []
            ratios: list[float] = []
            for name, (read_here, read_there) in ways.items():
                here, there = _medians(read_here, read_there)
                apart.append(1000 * (there - here))
                ratios.append(there / here)
                notebook.write(f"parsing_{name}_ms", 1000 * there)
            notebook.write("parsing_more_ms", max(apart))
            notebook.write("parsing_ratio", max(ratios))
    for _ in range(2 if quick else 5):
        files.parser().end_all()
        start = perf_counter()
        files.read_bytes(screenshot, "", _SIDE)
        notebook.write("parsing_first_ms", 1000 * (perf_counter() - start))


def _read_here(data: bytes) -> None:
    halved, colours.LEAST_HALVED = colours.LEAST_HALVED, sys.maxsize
    try:
        decode.read_bytes(data, "", _SIDE)
    finally:
        colours.LEAST_HALVED = halved


def _medians(read_here: Read, read_there: Read) -> tuple[float, float]:
    """Seconds: in this process, and through the other one."""
    here: list[float] = []
    there: list[float] = []
    for _ in range(_REPEATS):
        for times, read in ((here, read_here), (there, read_there)):
            start = perf_counter()
            read()
            times.append(perf_counter() - start)
    return statistics.median(here), statistics.median(there)


def _photo() -> bytes:
    """A JPEG of 12 million pixels and some 5 MB, with grain."""
    rng = random.Random(0)
    grain = Image.frombytes("RGB", (1000, 750), rng.randbytes(1000 * 750 * 3)).resize((4000, 3000))
    blocks = Image.frombytes("RGB", (8, 6), rng.randbytes(8 * 6 * 3)).resize((4000, 3000))
    file = BytesIO()
    Image.blend(blocks, grain, 0.35).save(file, "JPEG", quality=92)
    return file.getvalue()


def _screenshot() -> bytes:
    rng = random.Random(1)
    lines = Image.frombytes("L", (240, 135), rng.randbytes(240 * 135)).resize((1920, 1080), Image.Resampling.NEAREST)
    file = BytesIO()
    lines.convert("RGB").save(file, "PNG")
    return file.getvalue()
