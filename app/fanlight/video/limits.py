"""How large a video may be, and how sentences call it."""

from __future__ import annotations

from fanlight.domain.clip_errors import ClipError
from fanlight.i18n import _, format_number

MAX_PIXELS = 36_000_000
"""Of a frame: 8K has 33 million."""
LEAST_SIDE = 8
MOST_SIDE = 2048
"""Of a frame as a model is sent it."""


def subject_of(name: str) -> str:
    """How a sentence calls the video."""
    return f"“{name}”" if name else _("The video")


def too_large(width: int, height: int, subject: str) -> ClipError:
    text = _("The pictures of {subject} have {width} × {height} pixels, which is more than Fanlight can read.")
    return ClipError(text.format(subject=subject, width=format_number(width), height=format_number(height)))
