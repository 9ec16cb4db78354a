"""The pictures in a folder of the user's: looked at in their place, never copied."""

from __future__ import annotations

import os
from pathlib import Path

from fanlight.domain.picture_finding import KnownPicture, PicturePlace
from fanlight.domain.stop import StopFlag

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic")
MOST = 200_000


def pictures_in(folder: str, stop: StopFlag | None = None) -> list[KnownPicture] | None:
    """By their names; in it and below, but not in hidden folders, nor behind links. None where it cannot be looked at
    (a disk that is not there now), or where `stop` was set. Slow; any thread."""
    found: list[KnownPicture] = []
    if not Path(folder).is_dir():
        return None
    for parent, below, names in os.walk(folder):
        if stop is not None and stop.is_set():
            return None
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in names:
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                if (known := _known(Path(parent, name), folder)) is not None:
                    found.append(known)
                if len(found) >= MOST:
                    return found
    return found


def _known(path: Path, folder: str) -> KnownPicture | None:
    """None for what is no file, or gone."""
    try:
        state = path.stat()
    except OSError:
        return None
    if not path.is_file():
        return None
    title = str(path.relative_to(folder)).encode("utf-8", "replace").decode()
    return KnownPicture(PicturePlace(str(path)), title, state.st_mtime, f"{state.st_size} {state.st_mtime_ns}")
