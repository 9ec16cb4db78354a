"""Pages of a PDF, filled from top to bottom: text as the transcript writes it, cut between two lines where a page
ends."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QIODevice, QLocale, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPen,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QTransform,
)

from fanlight.ui.theme import SMALL_PIXELS
from fanlight.ui.transcript.decor import BlockDecorations
from fanlight.ui.transcript.formula_objects import FormulaObjects
from fanlight.ui.transcript.looks import CODE_HEAD, KIND, TextStyles, block_property
from fanlight.ui.transcript.markdown import render

_DPI, _FINE = 96, 1200
"""Pixels that sizes are given in, and dots of the file, for each inch."""
_MARGINS = QMarginsF(18, 16, 18, 20)
"""Millimetres."""
_HIGHEST_PICTURE = 0.5
"""Of a page."""


class PageText:
    """What is written on pages: Markdown, or plain text."""

    def __init__(self, text: str, looks: TextStyles, width: float, *, markdown: bool) -> None:
        self.looks = looks
        self.document = QTextDocument()
        self.document.setUseDesignMetrics(True)  # widths of paper, not of this screen's pixels
        self.document.setUndoRedoEnabled(False)
        self.document.setDocumentMargin(0)
        self.document.setDefaultFont(looks.body)
        option = QTextOption(self.document.defaultTextOption())
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document.setDefaultTextOption(option)
        self.formulas: FormulaObjects | None = None
        if markdown:
            self._writer = render(self.document, text, looks)
            self.formulas = FormulaObjects(self.document, self._writer, looks, lambda: None)
        else:
            cursor = QTextCursor(self.document)
            cursor.setBlockFormat(looks.lines)
            cursor.insertText(text, looks.char(""))
        self.document.setTextWidth(width)
        self.is_whole()

    def is_whole(self) -> bool:
        """Whether all formulas that can be drawn are."""
        typesetter = self.looks.typesetter
        if self.formulas is None or typesetter is None:
            return True
        self.formulas.show()
        return all(one.drawn or typesetter.is_known(one.source) for one in self._writer.formulas)

    @property
    def height(self) -> float:
        return float(self.document.size().height())

    def cuts(self) -> list[float]:
        """Where a page may end: between lines, cells of a table side by side not cut, and below the last one."""
        found: list[float] = []
        end = 0.0
        for top, bottom in sorted(self._lines()):
            if top >= end - 0.5:
                found.append(top)
            end = max(end, bottom)
        return [*found[1:], self.height]

    def _lines(self) -> Iterator[tuple[float, float]]:
        layout = self.document.documentLayout()
        block = self.document.begin()
        while block.isValid():
            place = layout.blockBoundingRect(block)
            head = self.looks.px(CODE_HEAD) if block_property(block, KIND) == "code_first" else 0
            lines = block.layout()
            for number in range(lines.lineCount()):
                line = lines.lineAt(number)
                top = place.top() + line.y()
                yield top - (head if number == 0 else 0), top + line.height()
            block = block.next()


class PdfPages:
    """Sizes are in pixels of a screen."""

    def __init__(self, device: QIODevice, title: str, looks: TextStyles) -> None:
        self._looks, self._decor = looks, BlockDecorations(looks)
        self._writer = QPdfWriter(device)
        is_metric = QLocale().measurementSystem() == QLocale.MeasurementSystem.MetricSystem
        self._writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4 if is_metric else QPageSize.PageSizeId.Letter))
        self._writer.setPageMargins(_MARGINS, QPageLayout.Unit.Millimeter)
        self._writer.setResolution(_FINE)
        self._writer.setTitle(title)
        self._writer.setCreator("Fanlight")
        room = self._writer.pageLayout().paintRect(QPageLayout.Unit.Inch)
        self.width, self.height = room.width() * _DPI, room.height() * _DPI
        self._painter = QPainter(self._writer)
        self._painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._painter.setWindow(0, 0, round(self.width), round(self.height))
        self._page, self._y = 1, 0.0

    def finish(self) -> bool:
        """Whether all of it was taken."""
        self._number()
        return self._painter.end()

    def next_page(self) -> None:
        if self._y:
            self._number()
            self._writer.newPage()
            self._page, self._y = self._page + 1, 0.0

    def space(self, height: float) -> None:
        """Nothing at the top of a page."""
        if self._y:
            self._y += height

    def keep_together(self, height: float) -> None:
        """What follows begins on the next page where so much of it has no room here."""
        if self._y + height > self.height:
            self.next_page()

    def heading(self, text: str, pixels: int, *, muted: bool = False, bold: bool = True) -> None:
        """In as many lines as it needs."""
        font = QFont(self._looks.body)
        font.setPixelSize(pixels)
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.setPen(QColor(self._looks.theme.muted if muted else self._looks.theme.text))
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)
        room = QRectF(0, 0, self.width, self.height)
        needed = self._painter.boundingRect(room, flags, text).height()
        self.keep_together(needed + 3 * pixels)
        self._painter.drawText(QRectF(0, self._y, self.width, needed), flags, text)
        self._y += needed

    def picture(self, image: QImage) -> None:
        """As large as there, but no larger than half a page."""
        scale = min(1.0, self.width / image.width(), _HIGHEST_PICTURE * self.height / image.height())
        width, height = image.width() * scale, image.height() * scale
        self.keep_together(height)
        place = QRectF(0, self._y, width, height)
        self._painter.drawImage(place, image)
        self._painter.setPen(QPen(QColor(self._looks.theme.line), 1))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(place)
        self._y += height

    def text(self, text: PageText, ground: str = "", side: float = 0.0) -> None:
        """`ground`: its color, which reaches `side` beyond it."""
        done, cuts = 0.0, text.cuts()
        if ground:
            self.space(side)
        while done < text.height - 0.5:
            room = self.height - self._y - (side if ground else 0)
            fitting = [cut for cut in cuts if done < cut <= done + room + 0.5]
            if not fitting and self._y:
                self.next_page()
                continue
            end = fitting[-1] if fitting else min(text.height, done + room)  # a line that is higher than a page
            self._slice(text, done, end, ground, side)
            self._y += end - done
            done = end
            if done < text.height - 0.5:
                self.next_page()
        if ground:
            self._y += side

    def _slice(self, text: PageText, top: float, bottom: float, ground: str, side: float) -> None:
        painter, document = self._painter, text.document
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(QRectF(0, self._y - side, self.width, bottom - top + 2 * side), 8, 8)
        painter.save()
        painter.setClipRect(QRectF(0, self._y, self.width, bottom - top))
        painter.setWorldTransform(QTransform.fromTranslate(side if ground else 0, self._y - top))
        clip = QRectF(0, top, document.textWidth(), bottom - top)
        self._decor.paint(painter, document, clip, _block_at(document, top))
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = clip
        palette = QPalette(context.palette)
        palette.setColor(QPalette.ColorRole.Text, QColor(self._looks.theme.text))
        context.palette = palette
        document.documentLayout().draw(painter, context)
        painter.setWorldTransform(QTransform())
        if text.formulas is not None:
            text.formulas.paint_over(painter, QTextCursor(document))
        painter.restore()

    def _number(self) -> None:
        """Below the text, in the margin."""
        font = QFont(self._looks.body)
        font.setPixelSize(SMALL_PIXELS)
        self._painter.setFont(font)
        self._painter.setPen(QColor(self._looks.theme.muted))
        place = QRectF(0, self.height + 12, self.width, 2 * SMALL_PIXELS)
        self._painter.drawText(place, int(Qt.AlignmentFlag.AlignHCenter), QLocale().toString(self._page))


def _block_at(document: QTextDocument, y: float) -> QTextBlock:
    """The one before the first that reaches below `y`."""
    layout = document.documentLayout()
    block = document.begin()
    while block.isValid() and layout.blockBoundingRect(block).bottom() < y:
        block = block.next()
    before = block.previous() if block.isValid() else document.lastBlock()
    return before if before.isValid() else block
