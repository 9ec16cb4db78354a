"""The chat templates that llama.cpp ships, by name (tests/data/templates)."""

from __future__ import annotations

import tarfile
from functools import cache
from pathlib import Path

_ARCHIVE = Path(__file__).parents[1] / "data" / "templates" / "llama-cpp.tar.xz"


@cache
def shipped_templates() -> dict[str, str]:
    found = {}
    with tarfile.open(_ARCHIVE) as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None
            found[member.name.removesuffix(".jinja")] = file.read().decode()
    return found
