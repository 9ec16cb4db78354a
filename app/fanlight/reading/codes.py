"""QR codes and bar codes in a picture, by zxing-cpp. Without that library there are none."""

from __future__ import annotations

import numpy as np

from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine


def read_codes(image: Image) -> tuple[TextLine, ...]:
    """What each says, and the upright box around it. What says nothing that can be shown is left out."""
    try:
        import zxingcpp
    except ImportError:
        return ()
    rgb = np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)
    gray = np.ascontiguousarray(rgb[:, :, 1])
    found = []
    for code in zxingcpp.read_barcodes(gray):
        corners = (
            code.position.top_left, code.position.top_right, code.position.bottom_right, code.position.bottom_left,
        )  # fmt: skip
        left, right = min(corner.x for corner in corners), max(corner.x for corner in corners)
        top, bottom = min(corner.y for corner in corners), max(corner.y for corner in corners)
        if text := code.text.strip():
            found.append(TextLine(text, left, top, max(1, right - left), max(1, bottom - top)))
    return tuple(found)
