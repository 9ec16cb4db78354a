"""OCR: text is detected in tiles, then recognized line by line. One thread loads, uses and closes a reader.

Memory and time are bounded: a picture of more than MOST_PIXELS is scaled down first, detection runs on tiles, and a
line is recognized in pieces of at most LONGEST times its height. The stop flag is checked between tiles and lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.errors import OcrError
from fanlight.domain.heap import trim_heap
from fanlight.domain.messages import Image
from fanlight.domain.reading import FaceBox, TextLine, reading_order
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _
from fanlight.reading import networks
from fanlight.reading.askew import Straightened, sheets_apart, slope_of
from fanlight.reading.codes import read_codes
from fanlight.reading.faces import find_faces
from fanlight.reading.line_split import FAINTEST, RecognizedLine, ink_columns, split_at_gaps
from fanlight.reading.lookalikes import without_lookalikes
from fanlight.reading.nearest import FoundBoxes, tiles_from
from fanlight.reading.tiles import MOST_PIXELS as TILE_PIXELS
from fanlight.reading.tiles import OVERLAP, Quad, Tile, add_large_boxes, bounds, height, large_boxes, merge_boxes, tiles

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3): blue, green, red, as the networks were trained."""

MOST_PIXELS = 16_000_000
"""A screen of 3840 × 2160 has half as many."""
SMALL_SIDE = 128
"""A picture with a shorter side is enlarged for detection: a single letter is not detected otherwise. Type of 9 pixels
is detected as it is; RapidOCR enlarges up to 736, which takes a third longer and reads no better."""
LARGEST_ENLARGEMENT = 2.0
LEAST_CONFIDENCE = 0.5
TILTED = 0.03
"""Slope from which a line is rotated before recognition; lines on screens have none."""
UPRIGHT = 1.5
"""Ratio of height to width from which a text that is also much higher than the others runs from top to bottom."""
LONGEST = 50
"""Largest ratio of width to height that is recognized at once."""
_SIDE = 32
"""Multiple of the input's sides: the networks halve their input five times."""


class RapidOcrReader:
    """Implements `TextReader` with RapidOCR's networks."""

    def __init__(self, detector: Any, recognizer: Any) -> None:
        """RapidOCR's TextDetector and TextRecognizer; see `load`."""
        self._detector, self._recognizer = detector, recognizer

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 0) -> RapidOcrReader:
        """Load the files in `folder`, or those of the installed wheel; 0 threads: a quarter of the cores. Raises
        OcrMissing, OcrBroken."""
        return cls(*networks.load(folder or networks.folder(), threads or networks.threads()))

    def read(self, image: Image, stop: StopFlag | None = None) -> tuple[TextLine, ...]:
        """Runs of text in reading order, in pixels of the picture; () where there is no text, and when it was stopped.
        Raises OcrError."""
        flag = stop or StopFlag()
        with _bounded():
            pixels, scale = _pixels(image)
            lines = [line for line in self._recognize(pixels, flag) if _is_sure(line)]
        if flag.is_set():
            return ()
        return reading_order([_scaled(line, scale) for line in lines])

    def read_from(
        self, near: tuple[float, float], image: Image, stop: StopFlag | None = None
    ) -> Iterator[tuple[TextLine, ...]]:
        """The same runs of text, those near a point of the picture first, as soon as they are read; nothing more once
        it was stopped. Raises OcrError."""
        flag = stop or StopFlag()
        with _bounded():
            pixels, scale = _pixels(image)
            for quads in self._detect_from((near[0] / scale, near[1] / scale), pixels, flag):
                usual = float(np.median([height(quad) for quad in quads])) if quads else 0.0
                for quad in quads:
                    if flag.is_set():
                        return
                    lines = [line for line in self._recognize_box(pixels, quad, usual) if _is_sure(line)]
                    if lines:
                        yield tuple(_scaled(line, scale) for line in lines)

    def _detect_from(self, near: tuple[float, float], pixels: Pixels, stop: StopFlag) -> Iterator[list[Quad]]:
        high, wide = pixels.shape[:2]
        scale = min(LARGEST_ENLARGEMENT, max(1.0, SMALL_SIDE / min(high, wide)))
        boxes = FoundBoxes(near, wide, high)
        searched = 0
        for tile in tiles_from(near, wide, high, round(TILE_PIXELS / scale**2)):
            if stop.is_set():
                return
            searched += 1
            yield boxes.add(self._detect_in_tile(pixels, tile, scale), tile)
        yield boxes.rest()
        if searched > 1 and min(high, wide) > OVERLAP and not stop.is_set():
            coarse = self._detect_in_tile(pixels, (0, 0, wide, high), math.sqrt(TILE_PIXELS / (wide * high)))
            yield boxes.add_large(large_boxes(boxes.all, coarse))

    def read_codes(self, image: Image) -> tuple[TextLine, ...]:
        return read_codes(image)

    def find_faces(self, image: Image, stop: StopFlag | None = None) -> tuple[FaceBox, ...]:
        return find_faces(image, stop)

    def close(self) -> None:
        self._detector = self._recognizer = None
        trim_heap()

    def _recognize(self, pixels: Pixels, stop: StopFlag) -> Iterator[TextLine]:
        found, coarse = self._detect(pixels, stop)
        page = None
        if slope := slope_of(found):
            page = Straightened(slope, pixels.shape[1], pixels.shape[0])
            pixels = page.picture(pixels)
            quads = _straightened(page, found, coarse)
        else:
            quads = _merged(found, coarse)
        usual = float(np.median([height(quad) for quad in quads])) if quads else 0.0
        for quad in quads:
            if stop.is_set():
                return
            lines = self._recognize_box(pixels, quad, usual)
            yield from (map(page.as_it_lay, lines) if page is not None else lines)

    def _detect(self, pixels: Pixels, stop: StopFlag) -> tuple[list[Quad], list[Quad] | None]:
        """The boxes in the tiles, and those in the picture as a whole; None where it is one tile."""
        high, wide = pixels.shape[:2]
        scale = min(LARGEST_ENLARGEMENT, max(1.0, SMALL_SIDE / min(high, wide)))
        places = tiles(wide, high, round(TILE_PIXELS / scale**2))
        found: list[Quad] = []
        for tile in places:
            if stop.is_set():
                return [], None
            found += self._detect_in_tile(pixels, tile, scale)
        if len(places) == 1:
            return found, None
        if min(high, wide) <= OVERLAP:
            return found, []
        return found, self._detect_in_tile(pixels, (0, 0, wide, high), math.sqrt(TILE_PIXELS / (wide * high)))

    def _detect_in_tile(self, pixels: Pixels, tile: Tile, scale: float) -> list[Quad]:
        left, top, right, bottom = tile
        part = pixels[top:bottom, left:right]
        if int(part.max()) - int(part.min()) < FAINTEST:
            return []
        shown = _resized(part, part.shape[1] * scale, part.shape[0] * scale, _SIDE)
        boxes = self._detector(shown).boxes
        if boxes is None:
            return []
        across, down = part.shape[1] / shown.shape[1], part.shape[0] / shown.shape[0]
        corners = np.asarray(boxes, np.float64) * (across, down) + (left, top)
        return [cast("Quad", tuple((x, y) for x, y in quad)) for quad in corners.tolist()]

    def _recognize_box(self, pixels: Pixels, quad: Quad, usual: float) -> list[TextLine]:
        left, top, right, bottom = _whole(quad, pixels.shape[1], pixels.shape[0])
        if right - left < 2 or bottom - top < 2:
            return []
        if _slope(quad) > TILTED:
            return [_plain(self._recognize_line(_rotated(pixels, quad)), quad)]
        line = pixels[top:bottom, left:right]
        if bottom - top >= UPRIGHT * (right - left) and bottom - top > 3 * usual:
            return [_plain(self._recognize_line(np.rot90(line)), quad)]
        columns = ink_columns(line)
        runs = split_at_gaps(self._recognize_line(line, columns), columns, left, top, bottom - top)
        return [without_lookalikes(run) for run in runs]

    def _recognize_line(self, line: Pixels, columns: NDArray[np.bool_] | None = None) -> RecognizedLine:
        """Recognize a line; a long one in pieces, divided where there is no ink."""
        cuts = _pieces(line.shape[1], line.shape[0] * LONGEST, columns)
        read = [self._recognize_piece(line[:, begin:end], begin) for begin, end in cuts]
        read = [piece for piece in read if piece.text] or [RecognizedLine("", 0.0)]
        letters = sum(len(piece.text) for piece in read) or 1
        return RecognizedLine(
            " ".join(piece.text for piece in read),
            sum(piece.confidence * len(piece.text) for piece in read) / letters,
            tuple(center for piece in read for center in piece.letter_centers),
        )

    def _recognize_piece(self, line: Pixels, left: int) -> RecognizedLine:
        from rapidocr.ch_ppocr_rec import TextRecInput

        side = networks.LINE_HEIGHT
        shown = _resized(line, line.shape[1] * side / line.shape[0], side)
        output = self._recognizer(TextRecInput(img=[shown], return_word_box=True))
        where = output.word_results[0]
        steps = [step for word in where.word_cols for step in word]
        width = line.shape[1] / where.line_txt_len if where.line_txt_len else 0.0
        return RecognizedLine(
            output.txts[0].strip(), float(output.scores[0]), tuple(left + (step + 0.5) * width for step in steps)
        )


def _merged(found: list[Quad], coarse: list[Quad] | None) -> list[Quad]:
    """Both as of `_detect`."""
    return found if coarse is None else add_large_boxes(merge_boxes(found), coarse)


def _straightened(page: Straightened, found: list[Quad], coarse: list[Quad] | None) -> list[Quad]:
    """The same on the straightened page, where its lines are upright; those of another sheet beside it are not."""
    (found, others), (lying, large) = sheets_apart(found, page.slope), sheets_apart(coarse or [], page.slope)
    one_tile = coarse is None
    upright = _merged([page.quad(quad) for quad in found], None if one_tile else [page.quad(quad) for quad in lying])
    return [*upright, *map(page.turned, _merged(others, None if one_tile else large))]


def _pixels(image: Image) -> tuple[Pixels, float]:
    """The picture in BGR, scaled down if needed, and the factor from its pixels to those of the picture."""
    rgb = np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)
    scale = math.sqrt(max(1.0, image.width * image.height / MOST_PIXELS))
    if scale > 1.0:
        rgb = _resized(rgb, image.width / scale, image.height / scale)
    return np.ascontiguousarray(rgb[:, :, ::-1]), scale


def _is_sure(line: TextLine) -> bool:
    return bool(line.text) and line.confidence >= LEAST_CONFIDENCE


@contextmanager
def _bounded() -> Iterator[None]:
    """Raises OcrError where there is too little memory, and returns what was taken."""
    from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

    try:
        yield
    except (MemoryError, ONNXRuntimeError) as error:
        raise OcrError(
            _("There is not enough memory to read the text in the picture."),
            _("Close other programs, or capture less of the screen."),
        ) from error
    finally:
        trim_heap()  # detection on a large screen leaves some 350 MB there


def _resized(pixels: Pixels, width: float, height: float, multiple: int = 1) -> Pixels:
    import cv2

    size = [max(multiple, round(side / multiple) * multiple) for side in (width, height)]
    if size == [pixels.shape[1], pixels.shape[0]]:
        return pixels
    smaller = size[0] * size[1] < pixels.shape[0] * pixels.shape[1]
    return cast("Pixels", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC))


def _rotated(pixels: Pixels, quad: Quad) -> Pixels:
    from rapidocr.utils.process_img import get_rotate_crop_image

    return cast("Pixels", get_rotate_crop_image(pixels, np.array(quad, np.float32)))


def _pieces(width: int, most: int, columns: NDArray[np.bool_] | None) -> list[tuple[int, int]]:
    """Ranges of columns no wider than `most`; each but the last ends in the middle of the widest gap in its second
    half."""
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
    """Slope of the box's top edge, or of its right edge when it is upright; 0 for a box of less than 32 pixels."""
    (x0, y0), (x1, y1), (x2, y2) = quad[:3]
    wide, high = abs(x1 - x0), abs(y2 - y1)
    if max(wide, high) < 32:
        return 0.0
    return abs(y1 - y0) / wide if wide >= high else abs(x2 - x1) / high


def _plain(letters: RecognizedLine, quad: Quad) -> TextLine:
    left, top, right, bottom = bounds(quad)
    return TextLine(letters.text, left, top, right - left, bottom - top, letters.confidence)


def _scaled(line: TextLine, scale: float) -> TextLine:
    if scale == 1.0:
        return line
    places = tuple((begin * scale, end * scale) for begin, end in line.places)
    return replace(
        line,
        left=line.left * scale,
        top=line.top * scale,
        width=line.width * scale,
        height=line.height * scale,
        places=places,
    )
