"""What a parsing process does with a picture file."""

from __future__ import annotations

from collections.abc import Generator

from fanlight.parsing.channel import Packet


def decode_picture(request: Packet) -> Generator[Packet, None, None]:
    """From the file's bytes to its pixels, and what is kept of it unless that is the file itself. Raises
    PictureError."""
    from fanlight.pictures.decode import decoded

    (data,) = request.blobs
    found = decoded(data, request.values["name"], request.values["longest_side"])
    same = found.data == data
    values = {
        "shown": found.shown,
        "kind": found.kind,
        "width": found.width,
        "height": found.height,
        "pages": found.pages,
        "same": same,
    }
    yield Packet(values, [found.rgb] if same else [found.rgb, found.data])
