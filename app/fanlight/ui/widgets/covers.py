"""How a translation covers its block of text: in the colors that the text has there, in a size that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage, QPainter, QTextLayout, QTextOption

from fanlight.desktop.capture.geometry import Box
from fanlight.domain.text_blocks import TextBlock
from fanlight.domain.unicode import reads_right_to_left
from fanlight.ui.colours import contrast

_TYPE_SIZE = 0.82
"""Of the height of a line as it is read, which has a little room above and below the letters."""
_SMALLER, _SMALLEST = 0.8, 0.55
"""Of that size: how much smaller letters become before, and after, the free room around the block is used."""
_WIDER = 1.6
_LEAST_PIXELS = 7
_LEAST_CONTRAST = 3.0
_EDGE, _MOST_EDGE = 0.8, 6
_ALIKE = 40
"""Of the sum of three channels: pixels of one ground differ by less."""
_MOST_SAMPLES = 6_000
_PAD = 2
_BLACK, _WHITE = QColor(20, 20, 20), QColor(245, 245, 245)


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """`y` is its base line."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Cover:
    """In device pixels of the screen. `box` holds all of it."""

    box: Box
    ground: QColor
    ink: QColor
    font: QFont
    lines: tuple[PlacedLine, ...]

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(QRect(*self.box), self.ground)
        painter.setFont(self.font)
        painter.setPen(self.ink)
        for line in self.lines:
            painter.drawText(QPointF(line.x, line.y), line.text)


def cover_of(block: TextBlock, text: str, image: QImage, others: Sequence[Box], room: Box) -> Cover:
    """`others` are the blocks beside it, which stay visible; nothing is painted outside `room`."""
    ground, ink = _colours(image, _box_of(block))
    box = _without_edges(image, _box_of(block), ground)
    size = max(_LEAST_PIXELS, round(_TYPE_SIZE * block.line_height))
    free = _free(image, box, ground, others, room)
    tries = [(box, _SMALLER), (free, _SMALLER), (free, _SMALLEST)]
    if is_label := len(block.lines) == 1:  # it stays one as long as it can be read
        wider = Box(box.left, box.top, free.width, box.height)
        tries[1:] = [(wider, _SMALLER), (_wider_on_the_left(image, wider, ground, others, room), _SMALLEST), tries[2]]
    for place, least in tries:
        for pixels in range(size, max(_LEAST_PIXELS, round(least * size)) - 1, -1):
            font = _font(pixels)
            if (lines := _laid_out(text, font, place, box.left)) is not None:
                return _cover(box, ground, ink, font, lines)
    font = _font(max(_LEAST_PIXELS, round(_SMALLEST * size)))
    return _cover(box, ground, ink, font, _shortened(text, font, tries[2][0] if is_label else free))


def _box_of(block: TextBlock) -> Box:
    left, top = round(block.left) - _PAD, round(block.top) - _PAD
    return Box(left, top, round(block.right) + _PAD - left, round(block.bottom) + _PAD - top)


def _font(pixels: int) -> QFont:
    font = QFont(QGuiApplication.font())
    font.setPixelSize(pixels)
    return font


def _free(image: QImage, box: Box, ground: QColor, others: Sequence[Box], room: Box) -> Box:
    """The box and the plain ground to its right and below it, up to `_WIDER` times as much: not over the edge of a
    button, an icon, or other text."""
    right = min(room.right, box.left + round(_WIDER * box.width))
    bottom = min(room.bottom, box.top + round(_WIDER * box.height))
    for other in others:
        if other.top < box.bottom and other.bottom > box.top and other.left >= box.right - _PAD:
            right = min(right, other.left - _PAD)
    rows, columns = range(box.top, box.bottom, 2), range(box.left, box.right, 2)
    right = next((x - _PAD for x in range(box.right, right) if not _is_plain(image, [x], rows, ground)), right)
    right = max(right, box.right)
    for other in others:
        if other.left < right and other.right > box.left and other.top >= box.bottom - 2 * _PAD:
            bottom = min(bottom, other.top - _PAD)
    bottom = next((y - _PAD for y in range(box.bottom, bottom) if not _is_plain(image, columns, [y], ground)), bottom)
    return Box(box.left, box.top, right - box.left, max(bottom, box.bottom) - box.top)


def _wider_on_the_left(image: QImage, box: Box, ground: QColor, others: Sequence[Box], room: Box) -> Box:
    """As `_free`, to the left: a label that is in the middle of its button has as much room there."""
    left, rows = max(room.left, box.left - box.width // 3), range(box.top, box.bottom, 2)
    for other in others:
        if other.top < box.bottom and other.bottom > box.top and other.right <= box.left + _PAD:
            left = max(left, other.right + _PAD)
    steps = range(box.left - 1, left - 1, -1)
    left = next((x + 1 + _PAD for x in steps if not _is_plain(image, [x], rows, ground)), left)
    return Box(min(left, box.left), box.top, box.right - min(left, box.left), box.height)


def _without_edges(image: QImage, box: Box, ground: QColor) -> Box:
    """Without the lines of a frame that it reaches: rows and columns at its border that have hardly any ground."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    for _step in range(_MOST_EDGE):
        columns, rows = range(left, right, 2), range(top, bottom, 2)
        top += _is_edge(image, columns, [top], ground)
        bottom -= _is_edge(image, columns, [bottom - 1], ground)
        left += _is_edge(image, [left], rows, ground)
        right -= _is_edge(image, [right - 1], rows, ground)
    return Box(left, top, right - left, bottom - top)


def _is_edge(image: QImage, columns: Sequence[int], rows: Sequence[int], ground: QColor) -> bool:
    places = [(x, y) for x in columns for y in rows if image.valid(x, y)]
    other = sum(_distance(image.pixel(x, y), ground) > _ALIKE for x, y in places)
    return other > _EDGE * len(places)


def _is_plain(image: QImage, columns: Sequence[int], rows: Sequence[int], ground: QColor) -> bool:
    return all(_distance(image.pixel(x, y), ground) <= _ALIKE for x in columns for y in rows if image.valid(x, y))


def _laid_out(text: str, font: QFont, place: Box, left: int) -> list[PlacedLine] | None:
    """The lines in that place, from `left` on where they fit so; None where they have no room. No word is divided."""
    metrics, width = QFontMetricsF(font), place.width - 2 * _PAD
    if any(metrics.horizontalAdvance(word) > width for word in _words(text)):
        return None
    lines = _broken(text, font, width)
    high = (len(lines) - 1) * metrics.lineSpacing() + metrics.height()
    if high > place.height + 1:
        return None
    return _placed(lines, metrics, place, left)


def _shortened(text: str, font: QFont, place: Box) -> list[PlacedLine]:
    """As many lines as there is room for, at least one; the last one says that there is more."""
    metrics, width = QFontMetricsF(font), place.width - 2 * _PAD
    count = max(1, int((place.height + 1) / metrics.lineSpacing()))
    lines = _broken(text, font, width)
    rest = " ".join(lines[count - 1 :])
    last = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)
    return _placed([*lines[: count - 1], last], metrics, place, place.left)


def _broken(text: str, font: QFont, width: float) -> list[str]:
    """Into lines of that width, as Qt does it for the script."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines = list[str]()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return lines


def _placed(lines: Sequence[str], metrics: QFontMetricsF, place: Box, left: int) -> list[PlacedLine]:
    """From the top; a single line stands in the middle of a block of one line."""
    high = (len(lines) - 1) * metrics.lineSpacing() + metrics.height()
    top = place.top + (min(0.0, place.height - high) if len(lines) > 1 else (place.height - high) / 2)
    placed = list[PlacedLine]()
    for number, line in enumerate(lines):
        last = place.right - _PAD - metrics.horizontalAdvance(line)
        x = last if reads_right_to_left(line) else max(place.left + _PAD, min(left + _PAD, last))
        placed.append(PlacedLine(x, top + metrics.ascent() + number * metrics.lineSpacing(), line))
    return placed


def _cover(box: Box, ground: QColor, ink: QColor, font: QFont, lines: Sequence[PlacedLine]) -> Cover:
    """As large as the block, and as far beyond it as there is text."""
    metrics = QFontMetricsF(font)
    right = max((line.x + metrics.horizontalAdvance(line.text) for line in lines), default=box.right)
    left = min((line.x for line in lines), default=box.left)
    bottom = max((line.y + metrics.descent() for line in lines), default=box.bottom)
    left, right = min(box.left, int(left) - _PAD), max(box.right, int(right) + 1 + _PAD)
    whole = Box(left, box.top, right - left, max(box.bottom, int(bottom) + 1) - box.top)
    return Cover(whole, ground, ink, font, tuple(lines))


def _words(text: str) -> list[str]:
    """What is not divided: nothing, in scripts without spaces."""
    return [word for word in text.split() if not any("\u3040" <= letter <= "\u9fff" for letter in word)]


def _colours(image: QImage, box: Box) -> tuple[QColor, QColor]:
    """The commonest color there, and the mean of those that differ most from it; black or white where that could not
    be read."""
    step = max(1, int((box.area / _MOST_SAMPLES) ** 0.5))
    part = box.cut(Box(0, 0, image.width(), image.height()))
    pixels = [
        image.pixel(x, y) & 0xFFFFFF
        for y in range(part.top, part.bottom, step)
        for x in range(part.left, part.right, step)
    ]
    if not pixels:
        return _WHITE, _BLACK
    common = Counter(pixel & 0xF0F0F0 for pixel in pixels).most_common(1)[0][0]
    ground = QColor(Counter(pixel for pixel in pixels if pixel & 0xF0F0F0 == common).most_common(1)[0][0])
    far = sorted(pixels, key=lambda pixel: _distance(pixel, ground))[-max(1, len(pixels) // 40) :]
    ink = _mean(far)
    if contrast(ink.name(), ground.name()) < _LEAST_CONTRAST:
        ink = max(_BLACK, _WHITE, key=lambda one: contrast(one.name(), ground.name()))
    return ground, ink


def _mean(pixels: Sequence[int]) -> QColor:
    red, green, blue = (sum((pixel >> shift) & 255 for pixel in pixels) // len(pixels) for shift in (16, 8, 0))
    return QColor(red, green, blue)


def _distance(pixel: int, colour: QColor) -> int:
    red, green, blue = (pixel >> 16) & 255, (pixel >> 8) & 255, pixel & 255
    return abs(red - colour.red()) + abs(green - colour.green()) + abs(blue - colour.blue())
