"""Messages and pictures: frozen values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Image:
    """Packed RGB pixels, row by row from the top left; `id` is the sha256 of width, height and pixels, so that equal
    pictures share a place in every cache. Build one with `Image.of`."""

    id: str
    width: int
    height: int
    rgb: bytes

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or len(self.rgb) != self.width * self.height * 3:
            raise ValueError(f"expected {self.width}x{self.height} RGB, got {len(self.rgb)} bytes")

    def __repr__(self) -> str:
        return f"Image({self.width}x{self.height}, {self.id[:8]})"

    @classmethod
    def of(cls, width: int, height: int, rgb: bytes) -> Image:
        head = f"{width}x{height}:".encode()
        return cls(hashlib.sha256(head + rgb).hexdigest(), width, height, rgb)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the user gave it: `image` is what the model is sent, at most `Settings.picture_side` long; `data` is
    the file without its metadata, which is what is kept; `width` and `height` are the original's, turned upright."""

    image: Image
    data: bytes
    kind: str
    width: int
    height: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn's half. `thinking` is what the model said to itself before `text`; it is shown, never sent back."""

    role: Role
    text: str
    images: tuple[Image, ...] = ()
    thinking: str = ""

    def __post_init__(self) -> None:
        if self.images and self.role != "user":
            raise ValueError(f"pictures come from the user, not from {self.role}")
