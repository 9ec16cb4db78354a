"""What a parsing process does with a video."""

from __future__ import annotations

import os
from collections.abc import Generator

from fanlight.domain.clip_errors import VideoPartMissing
from fanlight.domain.packages import package_imports
from fanlight.parsing.channel import Packet

MOST_SHOTS = 1500
"""That are reported: a packet is small."""


def decode_clip(request: Packet) -> Generator[Packet, None, None]:
    """{"info": …}, {"progress": 0 to 1} while its index is made, {"index": …}, and a {"frame": seconds} with its JPEG
    for each that is chosen. Raises ClipError."""
    with package_imports(lambda error: VideoPartMissing(str(error)), lambda error: VideoPartMissing(str(error))):
        from fanlight.video import clip_reading, frames

    asked = request.values
    wanted = clip_reading.Wanted(asked["start"], asked["end"], asked["most"], asked["longest_side"])
    source = os.dup(request.files[0]) if request.files else asked["path"]
    with open(source, "rb") as file, frames.opened_video(file, asked["name"], asked["subject"]) as video:  # noqa: PTH123
        info = video.info
        yield Packet({"info": [info.seconds, info.width, info.height, info.has_sound]})
        for step in clip_reading.read_clip(video, wanted, asked["subject"]):
            match step:
                case clip_reading.ClipProgress(done):
                    yield Packet({"progress": done})
                case clip_reading.ClipIndex(chosen, shots, end):
                    yield Packet({"index": len(chosen), "shots": list(shots[:MOST_SHOTS]), "end": end})
                case clip_reading.FrameFound(seconds, jpeg):
                    yield Packet({"frame": seconds}, [jpeg])


def describe_clip(request: Packet) -> Generator[Packet, None, None]:
    """{"info": …}. Raises ClipError."""
    with package_imports(lambda error: VideoPartMissing(str(error)), lambda error: VideoPartMissing(str(error))):
        from fanlight.video import frames

    asked = request.values
    source = os.dup(request.files[0]) if request.files else asked["path"]
    with open(source, "rb") as file, frames.opened_video(file, asked["name"], asked["subject"]) as video:  # noqa: PTH123
        info = video.info
        yield Packet({"info": [info.seconds, info.width, info.height, info.has_sound]})
