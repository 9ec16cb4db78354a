"""How the overlay looks: the darkened screen, the lit part, the magnifier, the line with the keys.

All in device pixels, so that the frozen screen is seen one to one at any scale. The colors are the same in light and
dark: what lies below may be anything, so each line is a light one on a dark one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QImage, QPainter, QPen, QRegion

from fanlight.desktop.capture.geometry import Box
from fanlight.ui.theme import DARK, SMALL_PIXELS
from fanlight.ui.widgets.covers import Cover

DARKNESS = QColor(0, 0, 0, 118)
LINE = QColor(DARK.accent)
MARK = QColor(LINE)
MARK.setAlpha(120)
EDGE = QColor(0, 0, 0, 170)
PAPER = QColor(28, 28, 27, 240)
TEXT = QColor(DARK.text)
MUTED = QColor(DARK.muted)
RIM = QColor(255, 255, 255, 80)
GRID = QColor(128, 128, 128, 90)

_BAND = 64
"""Rows that are copied and darkened together: they stay in the processor's cache. 3840 x 2160 takes 4.7 ms, in one
piece 14.9 ms."""
_PIXELS = 15
"""Width and height of what the magnifier shows, an odd number."""
_ZOOM = 8
_GAP = 18
_PADDING = 8
_BORDER = 2
_MARGIN = 24
_ROW_GAP = 4

Key = tuple[str, str]
"""A key and what it does."""


@dataclass(frozen=True, slots=True)
class OverlayScene:
    """What is painted on one screen, in its device pixels. `lens` is the pixel that the magnifier shows; `words` are
    lit, too, and of these the `marked` ones are selected."""

    lit: Box | None = None
    lens: tuple[int, int] | None = None
    caption: str = ""
    hint: tuple[Key, ...] = ()
    """Empty for no line."""
    words: tuple[Box, ...] = ()
    marked: tuple[Box, ...] = ()
    covers: tuple[Cover, ...] = ()
    """Painted over what stands there."""


class OverlayPainter:
    """Paints scenes of one frozen screen."""

    def __init__(self, image: QImage, scale: float) -> None:
        self._image, self._scale = image, scale
        self._whole = QRect(0, 0, image.width(), image.height())
        self._font = QFont(QGuiApplication.font())
        self._font.setPixelSize(max(1, round(SMALL_PIXELS * scale)))
        self._bold = QFont(self._font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._letters, self._bold_letters = QFontMetrics(self._font), QFontMetrics(self._bold)

    def px(self, logical: float) -> int:
        return max(1, round(logical * self._scale))

    def changed(self, before: OverlayScene, after: OverlayScene) -> QRegion:
        """The device pixels in which the two differ, and a little more."""
        region = _region(before.marked).xored(_region(after.marked))
        for one, other in ((before, after), (after, before)):
            region += _region([cover.box for cover in one.covers if cover not in other.covers])
        if (before.lit, before.words) != (after.lit, after.words):
            region += self._lit(before).xored(self._lit(after))
            region += self._border(before)
            region += self._border(after)
        lens, hint = zip(*(self._placed(scene) for scene in (before, after)), strict=True)
        if (before.lens, before.caption, lens[0]) != (after.lens, after.caption, lens[1]):
            region += QRegion(lens[0]) + QRegion(lens[1])
        if (before.hint, hint[0]) != (after.hint, hint[1]):
            region += QRegion(hint[0]) + QRegion(hint[1])
        return region & QRegion(self._whole)

    def paint(self, painter: QPainter, scene: OverlayScene, region: QRegion) -> None:
        self._ground(painter, region, self._lit(scene))
        for rect in region & _region(scene.marked):  # type: ignore[attr-defined]
            painter.fillRect(rect, MARK)
        for cover in scene.covers:
            if region.intersects(QRect(*cover.box)):
                cover.paint(painter)
        if scene.lit is not None:
            self._outline(painter, scene.lit)
        lens, hint = self._placed(scene)
        if region.intersects(hint):
            self._paint_hint(painter, scene, hint)
        if scene.lens and region.intersects(lens):
            self._paint_lens(painter, scene, scene.lens, lens)

    def _placed(self, scene: OverlayScene) -> tuple[QRect, QRect]:
        """Where the magnifier and the line with the keys are; empty where there is none. The magnifier is below and
        right of the pixel it shows, elsewhere where there is no room. The line is at the bottom, at the top where the
        pointer or the magnifier would lie on it."""
        size, height = self._hint_size(scene), self._whole.height()
        left = (self._whole.width() - size.width()) // 2
        tops = [height - self.px(_MARGIN) - size.height(), self.px(_MARGIN)]
        if scene.lens is not None and scene.lens[1] > min(height * 4 // 5, tops[0] - self.px(_GAP)):
            tops.reverse()
        hints = [QRect(QPoint(left, top), size) for top in tops] if scene.hint else [QRect()]
        if scene.lens is None:
            return QRect(), hints[0]
        lenses = [lens for lens in self._lenses(*scene.lens) if self._whole.contains(lens)]
        free = ((lens, hint) for hint in hints for lens in lenses if not lens.intersects(hint))
        clamped = self._lenses(*scene.lens)[0]
        clamped.moveTo(max(0, clamped.left()), max(0, clamped.top()))
        return next(free, (lenses[0] if lenses else clamped, hints[0]))

    def _ground(self, painter: QPainter, region: QRegion, lit: QRegion) -> None:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        for rect in region & QRegion(self._whole):  # type: ignore[attr-defined]
            for top in range(rect.top(), rect.bottom() + 1, _BAND):
                band = QRect(rect.left(), top, rect.width(), min(_BAND, rect.bottom() + 1 - top))
                painter.drawImage(band.topLeft(), self._image, band)
                for dark in QRegion(band) - lit:  # type: ignore[attr-defined]
                    painter.fillRect(dark, DARKNESS)
        for rect in region - QRegion(self._whole):  # type: ignore[attr-defined]
            painter.fillRect(rect, Qt.GlobalColor.black)

    def _lit(self, scene: OverlayScene) -> QRegion:
        lit = _region(scene.words)
        return lit + QRegion(*scene.lit) if scene.lit is not None else lit

    def _border(self, scene: OverlayScene) -> QRegion:
        """Where the outline lies: outside the lit part, but on the screen's edge inside it."""
        if scene.lit is None:
            return QRegion()
        thick, box = self.px(_BORDER) + self.px(1), self._outlined(scene.lit)
        return QRegion(box.adjusted(-thick, -thick, thick, thick)) - QRegion(box)

    def _outlined(self, lit: Box) -> QRect:
        """The lit part, moved in from the screen's edges as far as the line is thick."""
        line = self.px(_BORDER)
        right, bottom = self._whole.width() - line, self._whole.height() - line
        left, top = min(max(lit.left, line), right - 1), min(max(lit.top, line), bottom - 1)
        return QRect(left, top, max(1, min(lit.right, right) - left), max(1, min(lit.bottom, bottom) - top))

    def _outline(self, painter: QPainter, lit: Box) -> None:
        """Around the lit pixels, never over them, but at the screen's edge."""
        line, edge, box = self.px(_BORDER), self.px(1), self._outlined(lit)
        for grown, colour in ((line + edge, EDGE), (line, LINE)):
            frame = QRegion(box.adjusted(-grown, -grown, grown, grown)) - QRegion(box)
            for rect in frame:  # type: ignore[attr-defined]
                painter.fillRect(rect, colour)

    def _lenses(self, x: int, y: int) -> list[QRect]:
        """The places that a magnifier of that pixel may take, best first."""
        side, gap = _PIXELS * self.px(_ZOOM), self.px(_GAP)
        high = side + self._letters.height() + 2 * self.px(_PADDING)
        lefts, tops = (x + gap, x - gap - side), (y + gap, y - gap - high)
        return [QRect(left, top, side, high) for top in tops for left in lefts]

    def _paint_lens(self, painter: QPainter, scene: OverlayScene, lens: tuple[int, int], rect: QRect) -> None:
        zoom = self.px(_ZOOM)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        side = _PIXELS * zoom
        self._sheet(painter, rect)
        picture = QRect(rect.left(), rect.top(), side, side)
        reach = _PIXELS // 2
        painter.fillRect(picture, Qt.GlobalColor.black)
        shown = QRect(lens[0] - reach, lens[1] - reach, _PIXELS, _PIXELS) & self._whole
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        corner = QPoint(
            picture.left() + (shown.left() - lens[0] + reach) * zoom,
            picture.top() + (shown.top() - lens[1] + reach) * zoom,
        )
        painter.drawImage(
            QRect(corner.x(), corner.y(), shown.width() * zoom, shown.height() * zoom), self._image, shown
        )
        painter.setPen(QPen(GRID, 1))
        for i in range(1, _PIXELS):
            painter.drawLine(picture.left() + i * zoom, picture.top(), picture.left() + i * zoom, picture.bottom())
            painter.drawLine(picture.left(), picture.top() + i * zoom, picture.right(), picture.top() + i * zoom)
        middle = QRect(picture.left() + reach * zoom, picture.top() + reach * zoom, zoom, zoom)
        for grown, colour in ((1, QColor(0, 0, 0)), (0, QColor(255, 255, 255))):
            painter.setPen(QPen(colour, 1))
            painter.drawRect(middle.adjusted(-grown, -grown, grown, grown))
        painter.setFont(self._font)
        painter.setPen(TEXT)
        below = QRect(rect.left(), picture.bottom() + 1, side, rect.height() - side)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, scene.caption)
        thick = self.px(_BORDER)
        for edge in QRegion(rect) - QRegion(rect.adjusted(thick, thick, -thick, -thick)):  # type: ignore[attr-defined]
            painter.fillRect(edge, PAPER)
        painter.setPen(QPen(RIM, 1))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _hint_rows(self, scene: OverlayScene) -> list[list[Key]]:
        """The pieces of the line in as many rows as the screen is too narrow for; a piece is never divided."""
        room = self._whole.width() - 2 * self.px(_MARGIN) - 2 * self.px(2 * _PADDING)
        rows: list[list[Key]] = []
        for piece in scene.hint:
            if rows and self._row_width([*rows[-1], piece]) <= room:
                rows[-1].append(piece)
            else:
                rows.append([piece])
        return rows

    def _row_width(self, row: Sequence[Key]) -> int:
        return sum(self._part(*part) for part in row) + (len(row) - 1) * self.px(_GAP)

    def _hint_size(self, scene: OverlayScene) -> QSize:
        rows = self._hint_rows(scene)
        wide = max(map(self._row_width, rows), default=0) + 2 * self.px(2 * _PADDING)
        high = len(rows) * self._letters.height() + max(0, len(rows) - 1) * self.px(_ROW_GAP) + 2 * self.px(_PADDING)
        return QSize(min(wide, self._whole.width()), high)

    def _part(self, key: str, words: str) -> int:
        return (
            self._bold_letters.horizontalAdvance(key) + self.px(_PADDING - 2) + self._letters.horizontalAdvance(words)
        )

    def _paint_hint(self, painter: QPainter, scene: OverlayScene, rect: QRect) -> None:
        self._sheet(painter, rect, self.px(_PADDING))
        base = rect.top() + self.px(_PADDING) + self._letters.ascent()
        for row in self._hint_rows(scene):
            x = rect.left() + (rect.width() - self._row_width(row)) // 2
            for key, words in row:
                painter.setFont(self._bold)
                painter.setPen(TEXT)
                painter.drawText(QPoint(x, base), key)
                painter.setFont(self._font)
                painter.setPen(MUTED)
                across = self._bold_letters.horizontalAdvance(key) + self.px(_PADDING - 2)
                painter.drawText(QPoint(x + across, base), words)
                x += self._part(key, words) + self.px(_GAP)
            base += self._letters.height() + self.px(_ROW_GAP)

    def _sheet(self, painter: QPainter, rect: QRect, round_by: int = 0) -> None:
        if not round_by:
            painter.fillRect(rect, PAPER)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(PAPER)
        painter.setPen(QPen(RIM, 1))
        painter.drawRoundedRect(QRectF(rect).translated(QPointF(0.5, 0.5)).adjusted(0, 0, -1, -1), round_by, round_by)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _region(boxes: Sequence[Box]) -> QRegion:
    """Of boxes that may lie one on the other."""
    region = QRegion()
    for box in boxes:
        region += QRegion(*box)
    return region
