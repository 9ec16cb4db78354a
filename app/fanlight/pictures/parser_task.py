"""What a parsing process does with a picture file."""

from __future__ import annotations

import os
from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from fanlight.parsing.channel import Packet, Written
from fanlight.pictures.limits import MAX_BYTES

if TYPE_CHECKING:
    from PIL import Image


def decode_picture(request: Packet) -> Generator[Packet, None, None]:
    """From the file, or its bytes, to its pixels, which are sent first, and what is kept of it unless that is the file
    itself. Raises PictureError."""
    from fanlight.pictures.decode import ShownPicture, stages

    data = request.blobs[0] if request.blobs else _content(request.files[0])
    asked = request.values
    for stage in stages(data, asked["name"], asked["longest_side"], asked["page"]):
        if isinstance(stage, ShownPicture):
            width, height = stage.image.size
            yield Packet(
                {"shown": [width, height]}, written=Written(3 * width * height, partial(_write_pixels, stage.image))
            )
            continue
        same = stage.data == data
        values = {
            "kind": stage.kind, "width": stage.width, "height": stage.height, "pages": stage.pages, "page": stage.page,
            "same": same,
        }  # fmt: skip
        yield Packet(values, [] if same else [stage.data])


def _content(descriptor: int) -> bytes:
    """Read without moving the place in the file: Fanlight reads from the same one."""
    size = min(os.fstat(descriptor).st_size, MAX_BYTES + 1)
    content = os.pread(descriptor, size, 0)
    while 0 < len(content) < size and (more := os.pread(descriptor, size - len(content), len(content))):
        content += more
    return content


def _write_pixels(image: Image.Image, file: BinaryIO) -> None:
    """As `tobytes` gives them, by Pillow's encoder, which writes into the file itself."""
    from PIL import ImageFile

    image.encoderconfig = ()  # what it was coded as before has left its own there
    ImageFile._save(image, file, [ImageFile._Tile("raw", (0, 0, *image.size), 0, "RGB")])
