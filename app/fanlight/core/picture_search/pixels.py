"""What a picture is looked at as, when nobody waits for it."""

from __future__ import annotations

from pathlib import Path

from fanlight.domain.messages import Image


def pixels_of(source: bytes | Path, side: int) -> Image:
    """`source`: a picture file, or what is in one; `side`: the most pixels of the longer side. Slow; any thread.
    Raises PictureError."""
    from fanlight.pictures.files import read_bytes, read_file

    return (read_file(source, side) if isinstance(source, Path) else read_bytes(source, "", side)).image
