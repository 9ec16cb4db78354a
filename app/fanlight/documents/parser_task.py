"""What a parsing process does with a document."""

from __future__ import annotations

import json
from collections.abc import Generator

from fanlight.parsing.channel import Packet


def read_pdf(request: Packet) -> Generator[Packet, None, None]:
    """How many pages there are, and then the text of each. Raises DocumentError."""
    from fanlight.documents.pdf import opened_pdf, page_text

    asked = request.values
    with opened_pdf(request.blobs[0], asked["subject"], asked["password"]) as pdf:
        yield Packet({"pages": len(pdf)})
        for number in range(1, len(pdf) + 1):
            yield Packet({}, [page_text(pdf, number).encode("utf-8", "replace")])


def convert_document(request: Packet) -> Generator[Packet, None, None]:
    """As `read_pdf`, for the other formats. Raises DocumentError."""
    from fanlight.documents.formats.converting import converted_texts

    asked = request.values
    texts = converted_texts(request.blobs[0], asked["format"], asked["subject"])
    yield Packet({"pages": len(texts)})
    for text in texts:
        yield Packet({}, [text.encode("utf-8", "replace")])


def render_pages(request: Packet) -> Generator[Packet, None, None]:
    """The pixels of the pages that are asked for, where "lines" is asked for with their runs of text. Raises
    DocumentError."""
    from fanlight.documents.pdf import opened_pdf, page_lines, page_pixels

    asked = request.values
    with opened_pdf(request.blobs[0], asked["subject"], asked["password"]) as pdf:
        for number in asked["pages"]:
            width, height, pixels = page_pixels(pdf, number, asked["longest_side"], asked["subject"])
            lines = json.dumps(page_lines(pdf, number)).encode() if asked["lines"] else b"[]"
            yield Packet({"size": [width, height]}, [pixels, lines])
