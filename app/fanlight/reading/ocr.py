"""The text in a picture: found, then read line by line. One thread loads, uses and closes a reader.

What it costs is bounded: a picture of more than MOST_PIXELS is scaled down first, the search runs over tiles, and a
line is looked at in pieces of at most LONGEST times its height. The flag is looked at in between, so a stop takes as
long as one tile or one line.
"""

from __future__ import annotations

import ctypes
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine, in_order
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _
from fanlight.reading import networks
from fanlight.reading.runs import FAINTEST, ReadLine, divided, ink
from fanlight.reading.tiles import MOST_PIXELS as TILE_PIXELS
from fanlight.reading.tiles import OVERLAP, Quad, Tile, bounds, height, put_together, tiles, with_large

Pixels = NDArray[np.uint8]
"""Height, width, 3: blue, green, red, as the networks were trained."""

MOST_PIXELS = 16_000_000
"""A screen of 3840 × 2160 has half as many."""
SMALL_SIDE = 128
"""A picture whose shorter side has fewer pixels is enlarged for the search: a letter alone is not found otherwise. Type
of 9 pixels is found as it is; RapidOCR enlarges up to 736, which takes a third longer and reads no better."""
LARGEST_ENLARGEMENT = 2.0
LEAST_CONFIDENCE = 0.5
TILTED = 0.03
"""Slope from which a line is turned upright before it is read; lines on screens have none."""
UPRIGHT = 1.5
"""Height to width from which a text, when it is also far higher than the others, runs from top to bottom."""
LONGEST = 50
"""Width to height of what is read at once."""
_SIDE = 32
"""Both networks halve their input five times."""


class RapidReader:
    """Implements `TextReader` with RapidOCR's networks."""

    def __init__(self, finder: Any, reader: Any) -> None:
        """RapidOCR's TextDetector and TextRecognizer; `load` has them."""
        self._finder, self._reader = finder, reader

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 0) -> RapidReader:
        """From the files in `folder`, or those of the installed wheel; 0 threads: a quarter of the cores. Raises
        ReaderMissing, ReaderBroken."""
        return cls(*networks.load(folder or networks.folder(), threads or networks.threads()))

    def read(self, image: Image, stop: StopFlag | None = None) -> tuple[TextLine, ...]:
        """Runs of text in reading order; () where nothing is written, and for a reader that was stopped. Raises
        ReadingError."""
        from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

        flag = stop or StopFlag()
        try:
            pixels, scale = _pixels(image)
            lines = [line for line in self._lines(pixels, flag) if line.text and line.confidence >= LEAST_CONFIDENCE]
        except (MemoryError, ONNXRuntimeError) as error:
            raise OcrError(
                _("There is not enough memory to read the text in the picture."),
                _("Close other programs, or capture less of the screen."),
            ) from error
        finally:
            _give_back()
        if flag.is_set():
            return ()
        return in_order([_scaled(line, scale) for line in lines])

    def close(self) -> None:
        self._finder = self._reader = None
        _give_back()

    def _lines(self, pixels: Pixels, stop: StopFlag) -> Iterator[TextLine]:
        quads = self._found(pixels, stop)
        usual = float(np.median([height(quad) for quad in quads])) if quads else 0.0
        for quad in quads:
            if stop.is_set():
                return
            yield from self._read_line(pixels, quad, usual)

    def _found(self, pixels: Pixels, stop: StopFlag) -> list[Quad]:
        high, wide = pixels.shape[:2]
        scale = min(LARGEST_ENLARGEMENT, max(1.0, SMALL_SIDE / min(high, wide)))
        places = tiles(wide, high, round(TILE_PIXELS / scale**2))
        found: list[Quad] = []
        for tile in places:
            if stop.is_set():
                return []
            found += self._search(pixels, tile, scale)
        if len(places) == 1:
            return found
        found = put_together(found)
        if min(high, wide) <= OVERLAP:
            return found
        return with_large(found, self._search(pixels, (0, 0, wide, high), math.sqrt(TILE_PIXELS / (wide * high))))

    def _search(self, pixels: Pixels, tile: Tile, scale: float) -> list[Quad]:
        left, top, right, bottom = tile
        part = pixels[top:bottom, left:right]
        if int(part.max()) - int(part.min()) < FAINTEST:
            return []
        shown = _resized(part, part.shape[1] * scale, part.shape[0] * scale, _SIDE)
        boxes = self._finder(shown).boxes
        if boxes is None:
            return []
        across, down = part.shape[1] / shown.shape[1], part.shape[0] / shown.shape[0]
        corners = np.asarray(boxes, np.float64) * (across, down) + (left, top)
        return [cast("Quad", tuple((x, y) for x, y in quad)) for quad in corners.tolist()]

    def _read_line(self, pixels: Pixels, quad: Quad, usual: float) -> list[TextLine]:
        left, top, right, bottom = _whole(quad, pixels.shape[1], pixels.shape[0])
        if right - left < 2 or bottom - top < 2:
            return []
        if _slope(quad) > TILTED:
            return [_plain(self._letters(_turned(pixels, quad)), quad)]
        line = pixels[top:bottom, left:right]
        if bottom - top >= UPRIGHT * (right - left) and bottom - top > 3 * usual:
            return [_plain(self._letters(np.rot90(line)), quad)]
        columns = ink(line.max(axis=2))
        return divided(self._letters(line, columns), columns, left, top, bottom - top)

    def _letters(self, line: Pixels, columns: NDArray[np.bool_] | None = None) -> ReadLine:
        """A long line is read in pieces, cut where there is no ink."""
        cuts = _cuts(line.shape[1], line.shape[0] * LONGEST, columns)
        read = [self._piece(line[:, begin:end], begin) for begin, end in cuts]
        read = [piece for piece in read if piece.text] or [ReadLine("", 0.0)]
        letters = sum(len(piece.text) for piece in read) or 1
        return ReadLine(
            " ".join(piece.text for piece in read),
            sum(piece.confidence * len(piece.text) for piece in read) / letters,
            tuple(place for piece in read for place in piece.places),
        )

    def _piece(self, line: Pixels, left: int) -> ReadLine:
        from rapidocr.ch_ppocr_rec import TextRecInput

        side = networks.MIN_SIDE_OF_TEXT
        shown = _resized(line, line.shape[1] * side / line.shape[0], side)
        said = self._reader(TextRecInput(img=[shown], return_word_box=True))
        where = said.word_results[0]
        steps = [step for word in where.word_cols for step in word]
        width = line.shape[1] / where.line_txt_len if where.line_txt_len else 0.0
        return ReadLine(
            said.txts[0].strip(), float(said.scores[0]), tuple(left + (step + 0.5) * width for step in steps)
        )


def _pixels(image: Image) -> tuple[Pixels, float]:
    """As the networks want them, and how many pixels of the picture one of these is."""
    rgb = np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)
    scale = math.sqrt(max(1.0, image.width * image.height / MOST_PIXELS))
    if scale > 1.0:
        rgb = _resized(rgb, image.width / scale, image.height / scale)
    return np.ascontiguousarray(rgb[:, :, ::-1]), scale


def _give_back() -> None:
    """The search of a large screen leaves some 350 MB with glibc, which would keep them for the next one."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _resized(pixels: Pixels, width: float, height: float, multiple: int = 1) -> Pixels:
    import cv2

    size = [max(multiple, round(side / multiple) * multiple) for side in (width, height)]
    if size == [pixels.shape[1], pixels.shape[0]]:
        return pixels
    smaller = size[0] * size[1] < pixels.shape[0] * pixels.shape[1]
    return cast("Pixels", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC))


def _turned(pixels: Pixels, quad: Quad) -> Pixels:
    from rapidocr.utils.process_img import get_rotate_crop_image

    return cast("Pixels", get_rotate_crop_image(pixels, np.array(quad, np.float32)))


def _cuts(width: int, most: int, columns: NDArray[np.bool_] | None) -> list[tuple[int, int]]:
    """Pieces no wider than `most`; each but the last ends in the middle of the widest blank of its second half."""
    cuts, begin = [], 0
    while width - begin > most:
        half = begin + most // 2
        inked = np.flatnonzero(columns[half : begin + most]) if columns is not None else np.arange(0)
        edges = np.concatenate(([0], inked, [most - most // 2]))
        widest = int(np.diff(edges).argmax())
        end = half + (int(edges[widest]) + int(edges[widest + 1])) // 2
        cuts.append((begin, end))
        begin = end
    return [*cuts, (begin, width)]


def _whole(quad: Quad, wide: int, high: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = bounds(quad)
    return (
        max(0, math.floor(left)), max(0, math.floor(top)), min(wide, math.ceil(right)), min(high, math.ceil(bottom)),
    )  # fmt: skip


def _slope(quad: Quad) -> float:
    """Of its top edge, and of its right one when it stands upright; of a few pixels it says nothing."""
    (x0, y0), (x1, y1), (x2, y2) = quad[:3]
    wide, high = abs(x1 - x0), abs(y2 - y1)
    if max(wide, high) < 32:
        return 0.0
    return abs(y1 - y0) / wide if wide >= high else abs(x2 - x1) / high


def _plain(letters: ReadLine, quad: Quad) -> TextLine:
    left, top, right, bottom = bounds(quad)
    return TextLine(letters.text, left, top, right - left, bottom - top, letters.confidence)


def _scaled(line: TextLine, scale: float) -> TextLine:
    if scale == 1.0:
        return line
    return replace(
        line, left=line.left * scale, top=line.top * scale, width=line.width * scale, height=line.height * scale
    )
