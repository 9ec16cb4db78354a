"""Small pictures for tests that need one on disk."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from fanlight.core.chat.turns import Attachment


def red_circle(path: Path, side: int = 96) -> Path:
    """A red circle on white, in the format the name asks for."""
    picture = Image.new("RGB", (side, side), "white")
    ImageDraw.Draw(picture).ellipse((side // 4, side // 4, 3 * side // 4, 3 * side // 4), fill=(220, 30, 30))
    picture.save(path)
    return path


def image_id(attachment: Attachment) -> str:
    assert attachment.image is not None
    return attachment.image.id
