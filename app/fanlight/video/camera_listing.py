"""Which cameras there are, on every system. On Linux nothing is opened for that; elsewhere a process is asked
(`camera_child`)."""

from __future__ import annotations

import sys

from fanlight.domain.os_errors import os_reason
from fanlight.parsing.channel import BadPacket, ChannelClosed
from fanlight.video.camera import PROGRAM, launched_reader
from fanlight.video.camera_problems import DIED, MISSING, SILENT, camera_problem
from fanlight.video.cameras import MOST_CAMERAS, Camera, linux_cameras, named_apart, plain_name

_LIST_SECONDS = 30.0


def list_cameras() -> list[Camera]:
    """Each with a name of its own. Slow where the system is not Linux; any thread. Raises CameraError."""
    if sys.platform.startswith("linux"):
        return linux_cameras()
    return named_apart(_ask_for_cameras())


def _ask_for_cameras() -> list[Camera]:
    """Where the system does not list them as files. Raises CameraError.

    NOT RUN: written from PyAV's documentation; it has not been run on Windows or macOS yet."""
    kind = {"win32": "dshow", "darwin": "avfoundation"}.get(sys.platform, "v4l2")
    anyone = Camera("", sys.platform, kind)
    try:
        channel, process = launched_reader(PROGRAM, {"list": True, "format": kind})
    except OSError as error:
        raise camera_problem(DIED, anyone, os_reason(error)) from error
    try:
        if not channel.wait(_LIST_SECONDS):
            raise camera_problem(SILENT, anyone)
        answer = channel.receive().values
        if "failed" in answer:
            raise camera_problem(MISSING, anyone, plain_name(str(answer.get("reason", ""))))
        listed = answer["cameras"][:MOST_CAMERAS]
        return [Camera(str(device), plain_name(str(name)), kind) for device, name in listed]
    except (ChannelClosed, BadPacket, LookupError, TypeError, ValueError) as error:
        raise camera_problem(DIED, anyone) from error
    finally:
        process.kill()
        process.wait()
        channel.close()
