"""Several monitors, each of its own scale, one that comes and one that goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.display import Display
from support.overlay_rig import Bench, is_pattern
from support.pattern_child import pixels
from support.screens import add_monitor, remove_monitor, wait_for, x_server

pytestmark = [pytest.mark.gui, pytest.mark.xvfb]

LEFT, RIGHT, LOWER = ("L", 0, 0, 1000, 800), ("R", 1000, 0, 901, 700), ("R", 1000, 100, 901, 700)
"""901 pixels are no whole number of logical ones at 1.25, 1.5 and 2."""


@pytest.fixture(scope="module")
def two_monitors() -> Iterator[Display]:
    with x_server(1901, 800, manager=False) as display:
        add_monitor(display, LEFT, "screen")
        add_monitor(display, RIGHT)
        yield display


@pytest.mark.parametrize("scales", ["1;1", "1.25;1.25", "1.5;1.5", "2;2", "1;2", "2;1.5", "1.25;1"])
def test_the_very_pixels_come_out_at_any_scale(two_monitors: Display, tmp_path: Path, scales: str) -> None:
    bench = Bench(two_monitors, tmp_path, scales=scales)
    try:
        bench.pattern(40, 30, 1800, 600)
        overlay = bench.overlay()
        frames = bench.take(overlay)["frames"]
        assert [frame[:4] for frame in frames] == [[0, 0, 1000, 800], [1000, 0, 901, 700]]
        bench.drag(301, 203, 523, 408)
        said = overlay.hears("chosen")
        assert (said["screen"], said["device"]) == ("L", [301, 203, 223, 206])
        assert is_pattern(bench.picture(said), 261, 173)

        corners = ((1101, 99), (1777, 99), (1101, 601), (1777, 601))
        wait_for(lambda: all(bench.pixel(x, y) == tuple(pixels(x - 40, y - 30, 1, 1)) for x, y in corners))
        bench.take(overlay)
        bench.drag(1777, 601, 1101, 99)
        said = overlay.hears("chosen")
        assert (said["screen"], said["device"], said["desktop"]) == ("R", [101, 99, 677, 503], [1101, 99, 677, 503])
        assert is_pattern(bench.picture(said), 1061, 69)

        bench.take(overlay)
        bench.drag(800, 100, 1400, 300)
        said = overlay.hears("chosen")
        assert (said["screen"], said["device"]) == ("L", [800, 100, 200, 201])

        bench.take(overlay)
        bench.do("mousemove", 1500, 650, "key", "Return")
        said = overlay.hears("chosen")
        assert (said["screen"], said["device"]) == ("R", [0, 0, 901, 700])
    finally:
        bench.end()


def test_a_scale_for_all_screens_is_as_good(two_monitors: Display, tmp_path: Path) -> None:
    bench = Bench(two_monitors, tmp_path, scale="1.5")
    try:
        bench.pattern(40, 30, 1800, 600)
        overlay = bench.overlay()
        bench.take(overlay)
        bench.drag(1101, 99, 1500, 500)
        said = overlay.hears("chosen")
        assert said["device"] == [101, 99, 400, 402]
        assert is_pattern(bench.picture(said), 1061, 69)
    finally:
        bench.end()


def test_a_monitor_that_vanishes_under_the_overlay_ends_it_and_one_that_appears_gets_one(
    two_monitors: Display, tmp_path: Path
) -> None:
    bench = Bench(two_monitors, tmp_path)
    try:
        overlay = bench.overlay()
        bench.take(overlay)
        remove_monitor(two_monitors, RIGHT)
        overlay.hears("left")
        assert [frame[5] for frame in bench.take(overlay)["frames"]] == ["L"]
        bench.do("key", "Escape")
        overlay.hears("left")
        add_monitor(two_monitors, LOWER)
        while len(frames := bench.take(overlay)["frames"]) < 2:
            bench.do("key", "Escape")
            overlay.hears("left")
        assert frames[1][:4] == [1000, 100, 901, 700]
        bench.do("mousemove", 1200, 200, "mousedown", 1, "mousemove", 1250, 300)
        remove_monitor(two_monitors, RIGHT)
        overlay.hears("left")
        bench.do("mouseup", 1)
        assert overlay.silent()
        bench.take(overlay)
        bench.do("key", "Escape")
        overlay.hears("left")
    finally:
        bench.end()
        add_monitor(two_monitors, RIGHT)


def test_a_server_with_sixteen_bits_a_pixel_is_pictured_by_qt(tmp_path: Path) -> None:
    with x_server(640, 480, manager=False, depth=16) as display:
        bench = Bench(display, tmp_path)
        try:
            bench.pattern(100, 100, 300, 200)
            overlay = bench.overlay()
            bench.take(overlay)
            bench.drag(150, 150, 299, 249)
            image = bench.picture(overlay.hears("chosen"))
            assert image.size == (150, 100)
            near = [abs(a - b) for a, b in zip(image.tobytes(), pixels(50, 50, 150, 100), strict=True)]
            assert max(near) <= 8
        finally:
            bench.end()
