"""sway without a screen, for tests that need a real Wayland compositor."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.screens import wait_for

NOBODY = 65534


@contextmanager
def headless_sway(config: str, needs: Sequence[str] = ()) -> Iterator[dict[str, str]]:
    """The environment of its session, whose HOME is empty; programs in its folder `bin` come first. Skips the test
    where one of the programs that it `needs` is missing."""
    if missing := [name for name in ("sway", "setpriv", *needs) if not shutil.which(name)]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    folder = Path(tempfile.mkdtemp(prefix="fl-"))  # short: it holds sockets
    runtime, programs, home = folder / "rt", folder / "bin", folder / "home"
    for made in (runtime, programs, home):
        made.mkdir(mode=0o700)
    folder.chmod(0o755)
    (folder / "sway.conf").write_text(config)
    env = {
        **os.environ, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(home), "XDG_CURRENT_DESKTOP": "sway",
        "PATH": f"{programs}:{os.environ['PATH']}", "WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman",
        "WLR_LIBINPUT_NO_DEVICES": "1",
    }  # fmt: skip
    env.pop("DISPLAY", None)
    env.pop("WAYLAND_DISPLAY", None)
    command = ["sway", "-c", str(folder / "sway.conf")]
    if os.getuid() == 0:  # sway does not run as root
        os.chown(runtime, NOBODY, NOBODY)
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _sockets(runtime), 30)
        socket = str(_sockets(runtime)[0])
        yield {**env, "SWAYSOCK": str(next(runtime.glob("sway-ipc.*.sock"), "")), "WAYLAND_DISPLAY": socket,
               "XDG_SESSION_TYPE": "wayland", "QT_QPA_PLATFORM": "wayland"}  # fmt: skip
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)  # the document portal may still be unmounting


def _sockets(runtime: Path) -> list[Path]:
    return [path for path in runtime.glob("wayland-*") if path.suffix != ".lock"]
