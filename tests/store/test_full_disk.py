from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="limits of POSIX")

CHILD = Path(__file__).parents[1] / "support" / "full_disk_child.py"


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_a_real_full_disk_costs_nothing_that_was_shown(tmp_path: Path) -> None:
    """A file system of 2 MB, mounted in a name space that ends with the child."""
    if not shutil.which("unshare"):
        pytest.skip("needs `unshare` to mount a small file system")
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    mount = f"mount -t tmpfs -o size=2m tmpfs {shlex.quote(str(tmp_path))}"
    if run([*own, "sh", "-c", mount]).returncode:
        pytest.skip("this machine does not let us mount a small file system")
    child = shlex.join([sys.executable, str(CHILD), str(tmp_path), "fill"])
    done = run([*own, "sh", "-c", f"{mount} && exec {child}"])
    assert (done.returncode, done.stdout) == (0, "all there\n"), done.stderr


def test_a_limit_on_the_size_of_files_costs_nothing_that_was_shown(tmp_path: Path) -> None:
    done = run([sys.executable, str(CHILD), str(tmp_path), "limit"])
    assert (done.returncode, done.stdout) == (0, "all there\n"), done.stderr
