"""The real portal: xdg-desktop-portal with its wlroots backend in a headless sway, and Qt on Wayland.

Slow, and not set up by `make test`; on Debian 12 it needs
    apt-get install --no-install-recommends sway grim pipewire xdg-desktop-portal xdg-desktop-portal-wlr \
        xdg-desktop-portal-gtk
All of it is real but the hand that draws the rectangle: the portal runs `slurp` for that, and finds one that answers.
That portal has no GlobalShortcuts (wlroots has none), so keys end at the explanation how to bind one in sway.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import fanlight
from support.sway import headless_sway

PROGRAMS = ("grim", "pipewire", "dbus-run-session")
PORTALS = tuple(Path("/usr/libexec") / name for name in ("xdg-desktop-portal", "xdg-desktop-portal-wlr"))
CHILD = Path(__file__).parents[2] / "support" / "portal_child.py"
SESSION = """
pipewire & sleep 1
/usr/libexec/xdg-desktop-portal-wlr & sleep 1
/usr/libexec/xdg-desktop-portal & sleep 3
"$PYTHON" "$CHILD" > "$SAID"
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def session() -> Iterator[dict[str, str]]:
    """The environment of a Wayland session with one screen, 800 x 600, of one colour."""
    if missing := [str(path) for path in PORTALS if not path.exists()]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    config = "output HEADLESS-1 resolution 800x600\noutput * bg #336699 solid_color\n"
    with headless_sway(config, PROGRAMS) as env:
        slurp = Path(env["HOME"]).with_name("bin") / "slurp"
        slurp.write_text('#!/bin/sh\necho "10,20 40x30"\n')
        slurp.chmod(0o755)
        yield env


def test_a_part_of_a_real_wayland_screen_is_pictured_and_its_file_is_gone(session: dict[str, str]) -> None:
    said = Path(session["HOME"]) / "said"
    env = {
        **session, "PYTHON": sys.executable, "CHILD": str(CHILD), "SAID": str(said),
        "PYTHONPATH": str(Path(fanlight.__file__).parents[1]),
    }  # fmt: skip
    before = set(Path(tempfile.gettempdir()).glob("*.png"))
    command = ["dbus-run-session", "--", "sh", "-c", f"trap 'kill 0' EXIT\n{SESSION}"]
    subprocess.run(
        command, env=env, timeout=120, check=False, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    platform, picture, keys = said.read_text("utf-8").splitlines()
    assert platform == "platform wayland"
    assert picture == "picture 40 30 #336699"
    assert keys == "keys null"
    assert set(Path(tempfile.gettempdir()).glob("*.png")) == before
    assert not list(Path(session["HOME"]).rglob("*.png"))
