"""What it costs that pictures are decoded in a process of their own: each is decoded here and there, in turn."""

from __future__ import annotations

import random
import statistics
from io import BytesIO
from time import perf_counter

from PIL import Image

from bench.readings import Notebook
from fanlight.pictures import decode, files

_SIDE = 1536
_REPEATS = 5


def measure(notebook: Notebook, quick: bool) -> None:
    pictures = {"photo": _photo(), "screenshot": _screenshot()}
    for _ in range(2 if quick else 9):
        apart: list[float] = []
        ratios: list[float] = []
        for name, data in pictures.items():
            here, there = _medians(data)
            apart.append(1000 * (there - here))
            ratios.append(there / here)
            notebook.write(f"parsing_{name}_ms", 1000 * there)
        notebook.write("parsing_more_ms", max(apart))
        notebook.write("parsing_ratio", max(ratios))
    for _ in range(2 if quick else 5):
        files.parser().end_all()
        start = perf_counter()
        files.read_bytes(pictures["screenshot"], "", _SIDE)
        notebook.write("parsing_first_ms", 1000 * (perf_counter() - start))


def _medians(data: bytes) -> tuple[float, float]:
    """Seconds: in this process, and through the other one."""
    here: list[float] = []
    there: list[float] = []
    for _ in range(_REPEATS):
        for times, read in ((here, decode.read_bytes), (there, files.read_bytes)):
            start = perf_counter()
            read(data, "", _SIDE)
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
