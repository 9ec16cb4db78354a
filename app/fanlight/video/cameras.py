"""Cameras, as Linux knows them without opening any."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

MOST_CAMERAS = 50
_DEVICES, _UDEV = Path("/sys/class/video4linux"), Path("/run/udev/data")
_NUMBERED = re.compile(r"video(\d+)")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Camera:
    """`device` and `format` are as FFmpeg names them; `name` is for people."""

    device: str
    name: str
    format: str = "v4l2"

    @property
    def path(self) -> str:
        """The file that is opened; "" where it has none."""
        return self.device if os.path.isabs(self.device) else ""  # noqa: PTH117


def is_available() -> bool:
    """Whether what reads cameras is installed."""
    return importlib.util.find_spec("av") is not None


def linux_cameras(devices: Path = _DEVICES, udev: Path = _UDEV) -> list[Camera]:
    """Those that capture, in the order of their numbers: a camera has a device for its metadata, too. What a device can
    is known of udev; where that says nothing, it is the first one of each camera."""
    found = []
    try:
        numbered = [(int(match[1]), path) for path in devices.iterdir() if (match := _NUMBERED.fullmatch(path.name))]
    except OSError:
        return []
    for _number, path in sorted(numbered):
        known = _capabilities(udev, _text(path / "dev"))
        captures = ":capture:" in known if known else _text(path / "index") in ("0", "")
        if captures:
            found.append(Camera(f"/dev/{path.name}", _name(_text(path / "name")) or path.name))
    return named_apart(found[:MOST_CAMERAS])


def may_be_opened(camera: Camera) -> bool:
    """Without opening it."""
    return not camera.path or os.access(camera.path, os.R_OK | os.W_OK)


def named_apart(cameras: Iterable[Camera]) -> list[Camera]:
    """Cameras with the same name have their devices behind it."""
    known = list(cameras)
    names = [camera.name for camera in known]
    return [
        replace(one, name=f"{one.name} ({Path(one.device).name})") if names.count(one.name) > 1 else one
        for one in known
    ]


def plain_name(text: str) -> str:
    """One line of what can be printed."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:_LONGEST_NAME]


def _name(text: str) -> str:
    """The kernel cuts names off: "Integrated Camera: Integrated C"."""
    first, colon, rest = plain_name(text).partition(": ")
    return first if colon and first.startswith(rest) else plain_name(text)


def _capabilities(udev: Path, number: str) -> str:
    """As ":capture:"; "" where they are not known."""
    lines = _text(udev / f"c{number}").splitlines() if number else []
    return next((line.partition("=")[2] for line in lines if line.startswith("E:ID_V4L_CAPABILITIES=")), "")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
