"""A process that reads a camera which does what its device is called: `python -m support.camera_child OPTIONS`.

"EBUSY" and other names of errors: it cannot be opened. "unplugged": it goes after some pictures. "silent": no picture
ever comes. "stuck": none comes after the first. "nonsense": what comes is no picture. "damaged": each second packet
cannot be decoded. "hiccups": nothing is there at times. "dies": with the first picture. "liar": says that a frame is
larger than it is."""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

import av

from fanlight.parsing.channel import Packet
from fanlight.video import camera_child

PICTURES = "testsrc2=size=640x360:rate=30,realtime"


def opened(device: str, kind: str, path: str) -> Any:
    del kind, path
    if number := getattr(errno, device, 0):
        raise OSError(number, os.strerror(number))
    if device == "nonsense":
        raise OSError(0, "Invalid data found when processing input")
    return av.open(PICTURES, format="lavfi")


def packets(container: Any, stream: Any) -> Iterator[Any]:
    source: Any = Hiccups(container) if device == "hiccups" else container
    for number, packet in enumerate(real_packets(source, stream)):
        if device == "silent" or (device == "stuck" and number):
            threading.Event().wait()
        if device == "dies":
            os._exit(3)
        if device == "unplugged" and number >= 5:
            raise OSError(errno.ENODEV, "No such device")
        if device == "damaged" and number % 2 == 0:
            broken: Any = av.Packet(b"no frame")
            broken.stream = stream
            yield broken
            continue
        yield packet


def answer(frame: Any, width: int, height: int) -> Packet:
    said = real_answer(frame, width, height)
    return Packet({**said.values, "height": 100_000}, said.blobs) if device == "liar" else said


class Hiccups:
    """A container that has nothing at first, each time."""

    def __init__(self, container: Any) -> None:
        self.real, self.left = container, 3

    def demux(self, stream: Any) -> Iterator[Any]:
        if self.left:
            self.left -= 1
            raise av.error.BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        found: Iterator[Any] = self.real.demux(stream)
        return found


def main() -> None:
    global device
    device = json.loads(sys.argv[1])["device"]
    camera_child.open_camera = opened
    camera_child.packets_of = packets
    camera_child.preview_of = answer
    camera_child.main()


device = ""
real_packets, real_answer = camera_child.packets_of, camera_child.preview_of

if __name__ == "__main__":
    main()
