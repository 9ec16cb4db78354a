"""Why a camera gives no picture, and what to do about it, as sentences."""

from __future__ import annotations

import sys
from pathlib import Path

from fanlight.domain.desktop_errors import CameraError
from fanlight.domain.installation import how_to_add
from fanlight.i18n import _
from fanlight.video.cameras import Camera

SILENT, DIED, MISSING = "silent", "died", "missing"
"""No picture came in time; the process that reads it ended; what it needs is not installed. Other codes are names of
system errors, as "EBUSY"."""
_GONE = ("ENODEV", "ENXIO", "ENOENT", "EIO", "ended")
_FLATPAK = Path("/.flatpak-info")
_KNOWN_DEVICES = Path("/sys/class/video4linux")


def camera_problem(code: str, camera: Camera, reason: str = "") -> CameraError:
    """`reason`: the system's own words, for what has no sentence here."""
    name = camera.name
    if code in ("EACCES", "EPERM") or (code == "ENOENT" and _is_hidden(camera)):
        return CameraError(_("Fanlight may not use “{name}”.").format(name=name), _how_to_allow())
    if code == "EBUSY":
        return CameraError(
            _("“{name}” is in use by another program.").format(name=name),
            _("Close that program, or the video call in it, and try again."),
        )
    if code == "ENOSPC":
        return CameraError(
            _("The USB connection has no room for “{name}”.").format(name=name),
            _("Unplug other cameras, or plug it in elsewhere, not into a hub."),
        )
    if code in _GONE:
        return CameraError(
            _("“{name}” does not answer any more.").format(name=name),
            _("Plug it in again, and choose “Look Again”."),
        )
    if code == SILENT:
        return CameraError(
            _("“{name}” gives no picture.").format(name=name),
            _("If it has a switch or a cover, open it; else unplug it and plug it in again."),
        )
    if code == MISSING:
        return CameraError(
            _("What reads cameras is not installed ({reason}).").format(reason=reason), how_to_add("video")
        )
    if code == DIED:
        return CameraError(_("The process that reads “{name}” ended unexpectedly.").format(name=name), _("Try again."))
    return CameraError(
        _("“{name}” cannot be used: {reason}.").format(name=name, reason=reason.rstrip(".") or code),
        _("Try another camera, or take the picture with another program and attach the file."),
    )


def _is_hidden(camera: Camera) -> bool:
    """The kernel has it, but this program does not see its file: it runs in a sandbox."""
    return bool(camera.path) and (_KNOWN_DEVICES / Path(camera.path).name).exists()


def _how_to_allow() -> str:
    if _FLATPAK.exists():
        command = "flatpak override --user --device=all org.fanlight.Fanlight"
        return _("Allow it with: {command}. Then start Fanlight again.").format(command=command)
    if sys.platform.startswith("linux"):
        return _("Add yourself to the group “video”, and log in once more.")
    return _("Allow Fanlight to use the camera in the system's privacy settings, then start it again.")
