"""What lies under a message's text: grounds of code blocks, list markers, quote bars, rules, lines of tables."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPen,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
)

from fanlight.ui.theme import SMALL_PIXELS
from fanlight.ui.transcript.looks import (
    CELL_PADDING,
    CODE_HEAD,
    CODE_SIDE,
    INDENT,
    KIND,
    MARKER,
    NEST,
    TextStyles,
    block_property,
)

_RADIUS = 8
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


class BlockDecorations:
    """Paints for one look; only the blocks inside the clip are visited."""

    def __init__(self, looks: TextStyles) -> None:
        self._looks = looks
        self._indent = looks.px(INDENT)

    def paint(self, painter: QPainter, document: QTextDocument, clip: QRectF, block: QTextBlock) -> None:
        layout = document.documentLayout()
        width = document.textWidth()
        head = self._looks.px(CODE_HEAD)
        code: QRectF | None = None
        label = ""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        while block.isValid():
            place = layout.blockBoundingRect(block)
            if place.top() - head > clip.bottom():
                break
            shape = block.blockFormat()
            kind = shape.property(KIND) or ""
            nest = shape.property(NEST) or ""
            if shape.lineHeightType() == _FIXED:  # Qt says at least the height of a letter
                place.setHeight(shape.lineHeight())
            if "q" in nest:
                whole = place.adjusted(0, -head if kind == "code_first" else 0, 0, 0)
                self._bars(painter, nest, whole, width, layout.blockBoundingRect(block.previous()).bottom(), block)
            if kind.startswith("code"):
                if code is None:
                    left = self._indent * len(nest)
                    top = place.top() - head if kind == "code_first" else min(place.top(), clip.top()) - 2 * _RADIUS
                    code, label = QRectF(left, top, width - left, 0), shape.property(MARKER) or ""
                code.setBottom(place.bottom())
                if kind == "code_end":
                    self._code(painter, code, label)
                    code = None
            elif kind == "cell":
                self._row(painter, document, block, place)
            elif kind == "rule":
                painter.fillRect(QRectF(0, round(place.center().y()), width, 1), QColor(self._looks.theme.line))
            elif "l" in nest and (marker := shape.property(MARKER)):
                self._marker(painter, block, str(marker), self._looks.marker_edge(nest) + shape.leftMargin(), width)
            block = block.next()
        if code is not None:
            code.setBottom(code.bottom() + 2 * _RADIUS)
            self._code(painter, code, label)

    def _code(self, painter: QPainter, place: QRectF, label: str) -> None:
        theme = self._looks.theme
        painter.setPen(QPen(QColor(theme.code_line), 1))
        painter.setBrush(QColor(theme.code))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        if label:
            font = self._looks.body
            font = type(font)(font)
            font.setPixelSize(self._looks.px(SMALL_PIXELS))
            painter.setFont(font)
            painter.setPen(QColor(theme.muted))
            at = QRectF(place.left() + self._looks.px(CODE_SIDE), place.top(), place.width(), self._looks.px(CODE_HEAD))
            painter.drawText(at, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), label)

    def _bars(self, painter: QPainter, nest: str, place: QRectF, width: float, above: float, block: QTextBlock) -> None:
        before = block.previous()
        outer = block_property(before, NEST) if before.isValid() else ""
        right = block.textDirection() == Qt.LayoutDirection.RightToLeft
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._looks.theme.quote_bar))
        for i, letter in enumerate(nest):
            if letter != "q":
                continue
            x = self._indent * i + 4
            top = above if outer[: i + 1] == nest[: i + 1] else place.top()
            painter.drawRect(QRectF(width - x - 3 if right else x, top, 3, place.bottom() - top))

    def _row(self, painter: QPainter, document: QTextDocument, block: QTextBlock, place: QRectF) -> None:
        table = QTextCursor(block).currentTable()
        if table is None:
            return
        frame = document.documentLayout().frameBoundingRect(table)
        padding = self._looks.px(CELL_PADDING)
        y = round(place.top() - padding)
        # Qt says where the first cell's text begins, and how wide the table is with its margins.
        left, width = frame.left() - padding, frame.width() - table.format().leftMargin()
        painter.fillRect(QRectF(left, y, width, 1), QColor(self._looks.theme.line))

    def _marker(self, painter: QPainter, block: QTextBlock, marker: str, edge: float, width: float) -> None:
        layout = block.layout()
        if layout is None or not layout.lineCount():
            return
        line = layout.lineAt(0)
        base = layout.position().y() + line.y() + line.ascent()
        metrics = QFontMetricsF(self._looks.body)
        right = block.textDirection() == Qt.LayoutDirection.RightToLeft
        middle = base - metrics.xHeight() / 2
        theme = self._looks.theme
        if marker == "•":
            radius, edge = self._looks.px(2.6), edge - self._looks.px(2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.muted))
            x = edge - radius
            painter.drawEllipse(QPointF(width - x if right else x, middle), radius, radius)
        elif marker in "☐☑":
            edge -= self._looks.px(2)
            self._box(painter, marker == "☑", width - edge if right else edge - self._looks.px(13), middle)
        else:
            painter.setFont(self._looks.body)
            painter.setPen(QColor(theme.muted))
            span = metrics.horizontalAdvance(marker)
            painter.drawText(QPointF(width - edge if right else edge - span, base), marker)

    def _box(self, painter: QPainter, done: bool, left: float, middle: float) -> None:
        theme, size = self._looks.theme, self._looks.px(13)
        place = QRectF(left, middle - size / 2, size, size)
        painter.setPen(QPen(QColor(theme.accent if done else theme.outline), 1.4))
        painter.setBrush(QColor(theme.accent) if done else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, 3, 3)
        if done:
            painter.setPen(QPen(QColor(theme.on_accent), self._looks.px(1.8)))
            painter.drawPolyline([place.topLeft() + QPointF(x * size, y * size)
                                  for x, y in ((0.22, 0.52), (0.42, 0.72), (0.78, 0.3))])  # fmt: skip
