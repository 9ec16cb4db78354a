"""Where the window of this user listens. Standard library only, as `ipc.client`, which comes before all other imports.

The socket is in XDG_RUNTIME_DIR, where its name tells one FANLIGHT_HOME from another, or, where that is missing or not
ours alone, in Fanlight's own folder (in /tmp if the path to it is too long for a socket). On Windows it is a named
pipe.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib

LONGEST_PATH = 98
"""Bytes; sockaddr_un has room for 103 on macOS, 107 on Linux, and Qt makes the socket under a longer name first."""


def home() -> str:
    """The user's folder, as `paths.home` finds it (a test compares them), without making it."""
    if (override := os.environ.get("FANLIGHT_HOME", "")).strip():
        return os.path.realpath(os.path.expanduser(os.path.expandvars(override)))
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local"), "fanlight")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support/fanlight")
    data = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
    return os.path.realpath(os.path.join(data, "fanlight"))


def addresses() -> list[str]:
    """Where the window of this home may listen, the best place first. Folders may have to be made (`make_private`)."""
    own = home()
    name = os.fsencode(own)
    mark = f"fanlight-{zlib.crc32(name):08x}{zlib.adler32(name):08x}"
    if sys.platform == "win32":
        return [mark]
    found = [os.path.join(own, "run", "window"), f"/tmp/fanlight-{os.getuid()}/{mark}"]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and is_private(runtime):
        found.insert(0, os.path.join(runtime, mark))
    return [path for path in found if len(os.fsencode(path)) <= LONGEST_PATH]


def is_private(folder: str) -> bool:
    """Whether it is a folder of this user's, which no other can look into."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077
