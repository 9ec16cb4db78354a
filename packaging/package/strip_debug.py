"""Takes the tables for debuggers out of compiled modules; wheels hold 50 MB of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from system import regular_files

MAGIC = b"\x7fELF"
TABLES = (b"\0.debug_info\0", b"\0.symtab\0")


def strip_modules(site: Path) -> int:
    """The bytes that were taken out below `site`. What lies in a folder `*.libs` was moved about by those who made the
    wheel, which `strip` does not understand: it stays as it is."""
    taken = 0
    for path in regular_files(site):
        if any(part.endswith(".libs") for part in path.parent.parts) or ".so" not in path.name:
            continue
        data = path.read_bytes()
        if data.startswith(MAGIC) and any(table in data for table in TABLES):
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)
            taken += len(data) - path.stat().st_size
    return taken
