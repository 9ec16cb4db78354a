"""What a large screen takes is given back: seen in a fresh process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import psutil
from fanlight.compose import load_reader
from support.written import SANS, Canvas
def used(): return psutil.Process().memory_info().rss >> 20
reader = load_reader()
small, large = Canvas(320, 60), Canvas(1920, 1080)
for canvas in (small, large):
    canvas.row(20, [(20, "Some text on a screen")], SANS[0], 14)
assert reader.read(small.image())
loaded = used()
assert reader.read(large.image())
after = used()
reader.close()
print(after - loaded, used() - loaded)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' allocators give back by themselves, or do not")
def test_a_large_screen_leaves_nothing_behind_and_a_closed_reader_less() -> None:
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root / 'app'}:{root / 'tests'}"}
    ran = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    more, closed = map(int, ran.stdout.split())
    assert more < 60
    assert closed < -20
