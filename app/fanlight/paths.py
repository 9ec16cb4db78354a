"""Folders: bundled ones, and the user's.

`FANLIGHT_HOME` puts all of the user's files into one folder (a portable installation, a test).
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    """A bundled folder: inside the package in a wheel, at the top of the tree in a checkout."""
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def resources() -> Path:
    return _shipped("resources")


def shipped_models() -> Path:
    return _shipped("models")


def home() -> Path:
    """The user's data: settings, conversations, models. Created with mode 0700 when missing."""
    override = os.environ.get("FANLIGHT_HOME")
    return _private(Path(override) if override else Path(platformdirs.user_data_dir("fanlight", appauthor=False)))


def cache() -> Path:
    """Files that can be made again."""
    override = os.environ.get("FANLIGHT_HOME")
    return _private(
        Path(override) / "cache" if override else Path(platformdirs.user_cache_dir("fanlight", appauthor=False))
    )


def logs() -> Path:
    return _private(home() / "logs")


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
