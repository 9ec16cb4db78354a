"""What the other modules ask of the file system and of programs."""

from __future__ import annotations

import subprocess
from pathlib import Path


def output_of(*command: str) -> str:
    """What a program writes, without the spaces around it. Raises CalledProcessError."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def regular_files(folder: Path) -> list[Path]:
    """All below `folder`, in order; links are none."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in regular_files(folder))
