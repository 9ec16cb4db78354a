"""What `fanlight doctor` says of cameras, and of hearing what this computer plays. Nothing is opened for that."""

from __future__ import annotations

import sys

from fanlight.audio import loopback
from fanlight.domain.errors import LoopbackMissing
from fanlight.domain.installation import is_left_out
from fanlight.i18n import N_, _
from fanlight.video import cameras
from fanlight.video.camera_problems import camera_problem


def note_cameras(paths: dict[str, str], notes: list[str]) -> None:
    """Those that Linux lists; elsewhere that would take a process. Their names may be those of people: they are among
    the paths, which a file for strangers has not."""
    if not cameras.is_available():
        return
    found = cameras.linux_cameras()
    if found:
        paths[N_("cameras")] = ", ".join(f"{camera.path} ({camera.name})" for camera in found)
    notes += [camera_problem("EACCES", camera).text for camera in found if not cameras.may_be_opened(camera)]


def note_played_sound(versions: dict[str, str], notes: list[str]) -> None:
    """What live captions and `fanlight captions` hear by."""
    if is_left_out("speech"):
        return
    backend = loopback.pick()
    if backend is not None:
        versions[N_("captions heard by")] = backend.name
    else:
        notes.append(LoopbackMissing(_(loopback.wanted(sys.platform).needs)).text)
