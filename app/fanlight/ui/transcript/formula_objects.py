"""Draws the formulas of a text. Their sources stay in the document, without width and color, where screen readers, the
search and the clipboard find them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPyTextObject,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from fanlight.ui.transcript.looks import CELL_PADDING, EM, FORMULA, HIDDEN, KIND, TextStyles, block_property
from fanlight.ui.transcript.markdown import PLACE, DocumentWriter, PlacedFormula

if TYPE_CHECKING:
    from fanlight.markdown.typesetting import FormulaOutline

OBJECT = int(QTextFormat.ObjectTypes.UserObject) + 1
LEAST_SCALE = 0.6
"""A formula that is too wide is drawn smaller, and as its source where that would be too small to read."""
_MARK = "\ufffc"
_SPECK = 2.0
"""Pixels around the line of a source without width: selected, it is a row of dots."""
_LETTER = 1 / 32
"""Pixels of such a letter, at the most."""
_OVERHANG = 0.2
"""How far it may reach below its line, of the line's height: there is as much room between two lines."""


class FormulaDrawing:
    """An outline, ready to be painted."""

    def __init__(self, outline: FormulaOutline) -> None:
        self.outline = outline

    @cached_property
    def path(self) -> QPainterPath:
        """In em, from the left end of the baseline."""
        path, points = QPainterPath(), iter(self.outline.points)
        path.setFillRule(Qt.FillRule.WindingFill)
        for step in self.outline.steps:
            match step:
                case "M":
                    path.moveTo(next(points), next(points))
                case "L":
                    path.lineTo(next(points), next(points))
                case "Q":
                    path.quadTo(next(points), next(points), next(points), next(points))
                case "C":
                    path.cubicTo(*(next(points) for _ in range(6)))
                case _:
                    path.closeSubpath()
        return path


class _InView(NamedTuple):
    """The left end of a formula's baseline, and the size of an em; `source` is what its source covers."""

    drawing: FormulaDrawing
    at: QPointF
    em: float
    ink: QBrush
    source: QRectF


class FormulaObjects(QPyTextObject):
    """Those of one text. `changed` is called when one that was shown as its source is drawn."""

    def __init__(
        self, document: QTextDocument, writer: DocumentWriter, looks: TextStyles, changed: Callable[[], object]
    ) -> None:
        super().__init__(document)
        self._document, self._writer, self._looks, self._changed = document, writer, looks, changed
        self._drawings: dict[str, FormulaDrawing] = {}
        self._in_view: dict[int, _InView] = {}
        self._width = 0.0
        document.documentLayout().registerHandler(OBJECT, self)
        if looks.typesetter is not None:
            looks.typesetter.known.connect(self._on_known)

    def begin(self, writer: DocumentWriter) -> None:
        """The document holds another text now."""
        self._writer, self._width = writer, 0.0
        self._drawings.clear()
        self._in_view.clear()

    def show(self) -> bool:
        """Draw what is known and fits, ask for the rest; whether anything has changed. Call it when the text or its
        width has."""
        changed, width = False, self._document.textWidth()
        for formula in self._writer.formulas:
            if formula.drawn and width == self._width:
                continue
            wanted = self._can_draw(formula)
            if wanted != formula.drawn:
                self._swap(formula, wanted)
                changed = True
        self._width = width
        return changed

    def paint_over(self, painter: QPainter, selected: QTextCursor) -> None:
        """Those that the text has left room for. Qt would paint them twice where they are selected, under a veil."""
        theme = self._looks.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for position, one in self._in_view.items():
            is_selected = selected.selectionStart() <= position < selected.selectionEnd()
            if is_selected:
                painter.fillRect(one.source, QColor(theme.selection))
            painter.save()
            painter.translate(one.at)
            painter.scale(one.em, one.em)
            painter.fillPath(one.drawing.path, QColor(theme.on_selection) if is_selected else one.ink)
            painter.restore()
        self._in_view.clear()

    def end_beyond(self, position: int, before: int) -> int:
        """Where a text cursor goes that was at `before` and is inside a drawn formula at `position` now."""
        for formula in self._writer.formulas:
            end = formula.start + formula.length + len(_MARK)
            if formula.drawn and formula.start < position < end:
                return end if position > before else formula.start
        return position

    def _on_known(self, source: str) -> None:
        if any(formula.source == source and not formula.drawn for formula in self._writer.formulas) and self.show():
            self._changed()

    def _can_draw(self, formula: PlacedFormula) -> bool:
        drawing = self._drawing(formula.source)
        if drawing is None:
            return False
        needed = drawing.outline.width * float(formula.letters.property(EM))
        return needed * LEAST_SCALE <= self._room(formula.start)

    def _drawing(self, source: str) -> FormulaDrawing | None:
        found = self._drawings.get(source)
        if found is None and self._looks.typesetter is not None:
            outline = self._looks.typesetter.outline(source)
            if outline is not None:
                found = self._drawings[source] = FormulaDrawing(outline)
        return found

    def _room(self, position: int) -> float:
        """The width that there is at that place."""
        block = self._document.findBlock(position)
        table = QTextCursor(block).currentTable()
        width = self._document.textWidth()
        if table is not None:
            return width / table.columns() - 2 * self._looks.px(CELL_PADDING)
        shape = block.blockFormat()
        return width - shape.indent() * self._document.indentWidth() - shape.leftMargin() - shape.rightMargin()

    def _swap(self, formula: PlacedFormula, drawn: bool) -> None:
        """Nothing else in the document moves: an object takes the place of one character."""
        formula.drawn = drawn
        source = QTextCharFormat(formula.letters)
        place = QTextCharFormat(formula.letters)
        if drawn:
            self._hide(source)
            place.setFont(self._looks.body)
            place.setObjectType(OBJECT)
            place.setVerticalAlignment(self._alignment(formula))
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        cursor.setPosition(formula.start)
        cursor.setPosition(formula.start + formula.length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(source)
        cursor.setPosition(formula.start + formula.length)
        cursor.setPosition(cursor.position() + len(PLACE), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(_MARK if drawn else PLACE, place)
        cursor.endEditBlock()

    def _hide(self, letters: QTextCharFormat) -> None:
        font = letters.font()
        font.setPixelSize(1)
        font.setLetterSpacing(font.SpacingType.PercentageSpacing, 0.1)  # 0 is taken for none
        letters.setFont(font)
        letters.setForeground(QColor(Qt.GlobalColor.transparent))
        letters.setProperty(HIDDEN, True)

    def _alignment(self, formula: PlacedFormula) -> QTextCharFormat.VerticalAlignment:
        """On the baseline, or around the middle where it reaches far below. (Qt knows no depth of an object.)"""
        if self._is_low(self._drawings[formula.source].outline, float(formula.letters.property(EM))):
            return QTextCharFormat.VerticalAlignment.AlignMiddle
        return QTextCharFormat.VerticalAlignment.AlignNormal

    def _overhang(self) -> float:
        metrics = QFontMetricsF(self._looks.body)
        return metrics.descent() + _OVERHANG * metrics.height()

    def _is_low(self, outline: FormulaOutline, em: float) -> bool:
        return outline.descent * em > self._overhang()

    def _half_x(self) -> float:
        """As Qt has it, for what is aligned to the middle."""
        return QFontMetrics(self._looks.body).xHeight() / 2

    def _is_own_block(self, position: int) -> bool:
        return block_property(self._document.findBlock(position), KIND) == "formula"

    # -- QTextObjectInterface

    def intrinsicSize(self, document: QTextDocument, position: int, letters: QTextFormat) -> QSizeF:  # noqa: ARG002
        drawing, em = self._drawing_and_em(position, letters)
        if drawing is None:
            return QSizeF()
        outline, below = drawing.outline, self._overhang()
        height = outline.ascent * em
        if letters.toCharFormat().verticalAlignment() == QTextCharFormat.VerticalAlignment.AlignMiddle:
            half_x = self._half_x()
            height = max(2 * outline.ascent * em - half_x, 2 * (outline.descent * em - below) + half_x)
        width = outline.width * em
        if self._is_own_block(position):  # beside its source, in the same line
            width = max(width, self._room(position) - _width_of_source(letters))
        return QSizeF(width, height)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,  # noqa: ARG002
        position: int,
        letters: QTextFormat,
    ) -> None:
        drawing, em = self._drawing_and_em(position, letters)
        if drawing is None:
            return
        place = QRectF(rect)
        base = place.bottom()
        if letters.toCharFormat().verticalAlignment() == QTextCharFormat.VerticalAlignment.AlignMiddle:
            base = place.top() + (place.height() + self._half_x()) / 2
        left = place.left() + max(0.0, place.width() - drawing.outline.width * em) / 2
        covered = _width_of_source(letters)
        source = QRectF(place.left() - covered, base - _SPECK, covered + _SPECK, 2 * _SPECK)
        at = painter.transform().map(QPointF(left, base))
        self._in_view[position] = _InView(drawing, at, em, letters.foreground(), painter.transform().mapRect(source))

    def _drawing_and_em(self, position: int, letters: QTextFormat) -> tuple[FormulaDrawing | None, float]:
        drawing = self._drawings.get(str(letters.property(FORMULA)))
        em = float(letters.property(EM))
        if drawing is None:
            return None, em
        room = self._room(position) - _width_of_source(letters)
        return drawing, em * min(1.0, room / max(1.0, drawing.outline.width * em))


def _width_of_source(letters: QTextFormat) -> float:
    return 1 + _LETTER * len(str(letters.property(FORMULA)))


def as_written(block: QTextBlock, first: int, last: int) -> str:
    """The text of `block` from `first` to `last` (UTF-16), with each drawn formula's source."""
    text = block.text().encode("utf-16-le")
    pieces: list[str] = []
    for span in block.textFormats():
        start, end = max(first, span.start), min(last, span.start + span.length)
        if start >= end:
            continue
        if span.format.objectType() == OBJECT:
            pieces.append(str(span.format.property(FORMULA)))
        elif not span.format.property(HIDDEN):
            piece = text[2 * start : 2 * end].decode("utf-16-le", "replace")
            pieces.append(piece.replace(PLACE, "") if span.format.property(FORMULA) else piece)
    return "".join(pieces)


def without_places(text: str) -> str:
    """A document's text with the sources of its formulas alone."""
    return text.replace(_MARK, "").replace(PLACE, "")
