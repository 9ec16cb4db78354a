"""What a parsing process gives up before it sees the first file: memory without end, the network, the user's files."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

from fanlight.parsing import landlock, seccomp

CPU_SECONDS = 120
"""For one step, in case nobody is there any more to end it."""
OPEN_FILES = 64
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/dev/null")
_PARENT_DEATH_SIGNAL = 1


def end_with_parent(parent: int) -> None:
    """Linux kills this process when the thread that started it ends; elsewhere its channel closes."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it ended before
        os._exit(0)


def limit(memory_bytes: int, file_bytes: int) -> bool:
    """Bound what this process can take; whether the system knows limits. When memory is short, Linux ends this process
    before any other."""
    try:
        import resource
    except ImportError:
        return False
    bounds = [("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", file_bytes), ("RLIMIT_NOFILE", OPEN_FILES)]
    if sys.platform == "linux":  # elsewhere it is not held, or counts what is only reserved
        bounds.append(("RLIMIT_AS", memory_bytes))
    for name, bound in bounds:
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        most = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(which, (most, most))
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123
            file.write("1000")
    except OSError:
        return True
    return True


def allow_cpu(seconds: int = CPU_SECONDS) -> None:
    """The kernel ends this process when it computes `seconds` more without another call of this."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def confine(device: str = "") -> list[str]:
    """Give up network, programs, and files; the names of what the kernel enforces from now on. `device`: the path of
    one that is still to be opened, and written to, until `confine_opened` is called."""
    if sys.platform != "linux":
        return []
    on = []
    if version := landlock.restrict(_readable(), device):
        on.append(f"Landlock {version}")
    if seccomp.install(opens_device=bool(device)):
        on.append("seccomp")
    return on


def confine_opened() -> None:
    """The device is open: nothing is opened to be written to any more. From any thread, for all of them."""
    if sys.platform == "linux":
        seccomp.install()


def _readable() -> list[str]:
    """Where modules and their libraries lie: some are imported only when a file needs them."""
    places = {path for path in sys.path if path and os.path.isdir(path)}  # noqa: PTH112
    places.add(str(Path(os.__file__).parent))
    return [*sorted(places), *_LIBRARIES]
