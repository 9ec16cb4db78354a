"""strace, for tests that look at a program from outside."""

from __future__ import annotations

import shutil
import subprocess


def can_trace() -> bool:
    """Containers may forbid ptrace."""
    strace = shutil.which("strace")
    return strace is not None and subprocess.run([strace, "-qq", "true"], capture_output=True).returncode == 0
