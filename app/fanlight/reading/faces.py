"""Faces in a picture, by BlazeFace's full-range network (Bazarevsky et al., 2019; MediaPipe, Apache-2.0) in OpenCV.

The network sees 192 x 192 pixels and finds faces of a tenth of that and more, so the picture is shown to it as a whole,
and in overlapping tiles of half the size each time. Where OpenCV or the network is missing, no faces are found.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.messages import Image
from fanlight.domain.reading import FaceBox
from fanlight.domain.stop import StopFlag
from fanlight.paths import resources

Pixels = NDArray[np.uint8]
_Scored = tuple[float, FaceBox]

_FILE = "face_detection_full_range.tflite"
_OUTPUTS = ("reshaped_regressor_face_4", "reshaped_classifier_face_4")
_SIDE, _CELLS = 192, 48
_LEAST_SCORE = 0.65
"""In photos with faces the lowest was 0.74; the highest on something else 0.61."""
_SMALLEST_TILE, _MOST_PIXELS = 256, 2048**2
"""Of its side, and of the picture: faces of 24 pixels and more are found, and larger ones in pictures of more pixels,
so that there are no more tiles. One takes 15 ms, and a screen of 1920 x 1080 pixels makes some 70 of them."""
_AROUND = 1.7
"""The largest square, in sides of the picture: a face that fills it is found with room around it."""
_STEP, _NEAR = 0.75, 1.25
_SAME = 0.4
"""So much of the smaller one is common to two boxes of the same face."""


def network_file() -> Path:
    return resources() / "networks" / _FILE


def find_faces(image: Image, stop: StopFlag | None = None) -> tuple[FaceBox, ...]:
    """Boxes from the brows to the chin, in pixels of the picture, the surest first; () once it was stopped."""
    network = _network()
    if network is None:
        return ()
    rgb = np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)
    found: list[_Scored] = []
    for side in _sides(image.width, image.height):
        for tile, left, top in _tiles(rgb, side):
            if stop is not None and stop.is_set():
                return ()
            found += _faces_in_tile(network, tile, left, top, side)
    return _distinct(found)


@functools.cache
def _network() -> Any:
    """A cv2.dnn.Net, or None."""
    try:
        import cv2
    except ImportError:
        return None
    # OpenCV 5's new engine keeps one of the two outputs alone.
    chosen = [cv2.dnn.ENGINE_CLASSIC] if hasattr(cv2.dnn, "ENGINE_CLASSIC") else []
    try:
        return cv2.dnn.readNetFromTFLite(str(network_file()), *chosen)
    except (AttributeError, cv2.error):
        return None


def _sides(width: int, height: int) -> Iterator[float]:
    """Of squares, in pixels of the picture, the largest first."""
    longest = float(max(width, height))
    smallest = _SMALLEST_TILE * max(1.0, math.sqrt(width * height / _MOST_PIXELS))
    yield _AROUND * longest
    yield longest
    side = max(float(min(width, height)), smallest)
    if side < longest:
        yield side
    while side > _NEAR * smallest:
        side /= 2
        yield side


def _tiles(rgb: Pixels, side: float) -> Iterator[tuple[Pixels, float, float]]:
    """Each as the network sees it, with its left and upper edge in pixels of the picture."""
    import cv2

    scale = _SIDE / side
    high, wide = (max(1, round(size * scale)) for size in rgb.shape[:2])
    small = cv2.resize(rgb, (wide, high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    for top in _starts(high):
        for left in _starts(wide):
            tile = np.zeros((_SIDE, _SIDE, 3), np.uint8)
            part = small[max(0, top) : top + _SIDE, max(0, left) : left + _SIDE]
            down, across = max(0, -top), max(0, -left)
            tile[down : down + part.shape[0], across : across + part.shape[1]] = part
            yield tile, left / scale, top / scale


def _starts(size: int) -> list[int]:
    """Of tiles along an edge; below 0 where one is larger than the picture, which stands in its middle then."""
    room = size - _SIDE
    if room <= 0:
        return [-(-room // 2)]
    count = math.ceil(room / (_STEP * _SIDE)) + 1
    return [round(room * number / (count - 1)) for number in range(count)]


def _faces_in_tile(network: Any, tile: Pixels, left: float, top: float, side: float) -> Iterator[_Scored]:
    network.setInput(np.ascontiguousarray((tile.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]))
    boxes, scores = (np.asarray(rows).reshape(_CELLS * _CELLS, -1) for rows in network.forward(_OUTPUTS))
    sure = 1 / (1 + np.exp(-np.clip(scores[:, 0], -80, 80)))
    for index in np.flatnonzero(sure >= _LEAST_SCORE):
        row, column = divmod(int(index), _CELLS)
        across, down, wide, high = (float(value) / _SIDE for value in boxes[index, :4])
        middle = left + side * ((column + 0.5) / _CELLS + across), top + side * ((row + 0.5) / _CELLS + down)
        half = side * wide / 2, side * high / 2
        box = FaceBox(middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
        yield float(sure[index]), box


def _distinct(found: Sequence[_Scored]) -> tuple[FaceBox, ...]:
    """One box for each face."""
    kept: list[FaceBox] = []
    for _score, box in sorted(found, reverse=True):
        if all(_common(box, other) < _SAME for other in kept):
            kept.append(box)
    return tuple(kept)


def _common(one: FaceBox, other: FaceBox) -> float:
    """The part of the smaller box that lies in both."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / max(1e-9, min(one.area, other.area))
