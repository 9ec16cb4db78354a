"""`bin/fanlight`, which starts the Python beside it."""

from __future__ import annotations

from pathlib import Path

from deb import names_for_apt

LAUNCHER = """#!/bin/sh
# Fanlight, wherever its folder stands.
here=$(dirname "$(readlink -f "$0")")
if ! said=$("$here/python3" -V 2>&1); then
    echo "fanlight: Fanlight's Python does not start: $said" >&2
    echo "  On Debian 12, Ubuntu 22.04, and newer ones: sudo apt install PACKAGES" >&2
    exit 1
fi
exec "$here/python3" -I -m fanlight "$@"
"""


def write_launcher(path: Path) -> None:
    """It names all libraries at once where the archive was unpacked and one is missing: the loader names the first."""
    path.write_text(LAUNCHER.replace("PACKAGES", " ".join(names_for_apt())))
    path.chmod(0o755)
