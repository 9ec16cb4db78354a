"""Code that is wider than the column keeps its lines and is scrolled sideways, each block by a bar of its own, unless
the looks say that lines are broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QTextBlock, QTextCursor
from PySide6.QtWidgets import QScrollBar, QTextBrowser, QWidget

from fanlight.i18n import _
from fanlight.ui.transcript.button import KEYBOARD
from fanlight.ui.transcript.decor import BlockDecorations
from fanlight.ui.transcript.looks import CODE_FOOT, CODE_SIDE, INDENT, KIND, NEST, TextStyles, block_property


class CodeScrollBar(QScrollBar):
    """Reached by the Tab key, moved by Left and Right."""

    reached = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("codeBar")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(_("Scroll the code sideways"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """At once: Qt waits whether the key is held."""
        match event.key():
            case Qt.Key.Key_Left:
                self.setValue(self.value() - self.singleStep())
            case Qt.Key.Key_Right:
                self.setValue(self.value() + self.singleStep())
            case Qt.Key.Key_Home:
                self.setValue(0)
            case Qt.Key.Key_End:
                self.setValue(self.maximum())
            case _:
                event.ignore()  # up and down are the transcript's

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD:
            self.reached.emit(self)


@dataclass(slots=True)
class _Code:
    """A code block: where its first line and the last measured one begin, the width of its widest line, and whether one
    is broken."""

    start: int
    bar: CodeScrollBar
    last: int
    widest: float = 0.0
    has_broken: bool = False
    offset: int = 0
    has_long_lines: bool = False
    """Wider than the column: they are scrolled, or broken."""

    def remeasure(self) -> None:
        """From its first line on."""
        self.last, self.widest, self.has_broken = self.start, 0.0, False


class CodeScrollBars:
    """Of one text. `place` it whenever the text or its width has changed."""

    def __init__(self, body: QTextBrowser, looks: TextStyles, reached: object) -> None:
        """`reached`: the signal that a control has the keyboard."""
        self._body, self._looks, self._reached = body, looks, reached
        self._codes: list[_Code] = []
        self._width = 0

    def bars(self) -> list[CodeScrollBar]:
        """Those that are needed."""
        return [code.bar for code in self._codes if not code.bar.isHidden()]

    def place(self, starts: Sequence[int]) -> None:
        """`starts`: the first line of each code block."""
        while len(self._codes) > len(starts) or any(
            code.start != start for code, start in zip(self._codes, starts, strict=False)
        ):
            gone = self._codes.pop().bar
            gone.hide()
            gone.deleteLater()
        for start in starts[len(self._codes) :]:
            self._codes.append(self._new(start))
        if self._looks.wrap_code and self._body.width() != self._width:  # other lines may be broken now
            for code in self._codes:
                code.remeasure()
        self._width = self._body.width()
        for code in self._codes:
            self._measure(code)
            self._place(code)

    def has_long_lines(self, number: int) -> bool:
        """Of a code block that is placed."""
        return self._codes[number].has_long_lines

    def rewrap(self) -> None:
        """Whether lines are broken has changed in the looks: from the start of each line, `place` them again."""
        cursor = QTextCursor(self._body.document())
        cursor.beginEditBlock()
        for code in self._codes:
            code.remeasure()
            for line in self._lines(code.start):
                shape = line.blockFormat()
                shape.setNonBreakableLines(not self._looks.wrap_code)
                QTextCursor(line).setBlockFormat(shape)
        cursor.endEditBlock()

    def scroll(self, point: QPoint, pixels: int) -> bool:
        """Scroll the code under `point`; whether there is any that can be."""
        at = self._body.cursorForPosition(point).position()
        code = next((one for one in reversed(self._codes) if one.start <= at), None)
        if (
            code is None
            or code.bar.isHidden()
            or block_property(self._body.document().findBlock(at), KIND) not in _LINES
        ):
            return False
        code.bar.setValue(code.bar.value() + pixels)
        return True

    def show_cursor(self) -> None:
        """Scroll so that the text cursor is in view."""
        at = self._body.textCursor().position()
        code = next((one for one in reversed(self._codes) if one.start <= at), None)
        if code is None or code.bar.isHidden() or block_property(self._body.textCursor().block(), KIND) not in _LINES:
            return
        left, right = self._left(code), self._right()
        x = left + self._advance(self._body.textCursor()) - code.offset
        if not left <= x <= right:
            code.bar.setValue(code.bar.value() + x - (left if x < left else right))

    def paint_over(self, painter: QPainter, decor: BlockDecorations, clip: QRectF) -> None:
        """Cover what is scrolled out of a block's ground, on both sides."""
        document, side = self._body.document(), self._looks.px(CODE_SIDE)
        for code in self._codes:
            if code.bar.isHidden():
                continue
            place = self._place_of_lines(code)
            edge = self._left(code) - side
            line, top, height = QColor(self._looks.theme.code_line), place.top(), place.height()
            for left, border in ((edge, edge), (self._right(), self._body.width() - 1)):
                painter.fillRect(QRect(left, top, side, height), QColor(self._looks.theme.code))
                painter.fillRect(QRect(border, top, 1, height), line)
            if edge:
                painter.save()
                outside = QRect(0, place.top(), edge, place.height())
                painter.setClipRect(outside)
                painter.fillRect(outside, QColor(self._looks.theme.window))
                decor.paint(painter, document, clip, document.findBlock(code.start))
                painter.restore()

    def _advance(self, cursor: QTextCursor) -> int:
        """From the start of its line; Qt's own answer ends where the line would be broken."""
        before = (
            cursor.block().text().encode("utf-16-le")[: 2 * cursor.positionInBlock()].decode("utf-16-le", "replace")
        )
        return round(
            QFontMetricsF(self._looks.code).horizontalAdvance(before, self._body.document().defaultTextOption())
        )

    def _new(self, start: int) -> _Code:
        bar = CodeScrollBar(self._body.viewport())
        code = _Code(start, bar, start)
        bar.valueChanged.connect(partial(self._show, code))
        bar.reached.connect(self._reached)
        bar.hide()
        return code

    def _measure(self, code: _Code) -> None:
        """From the line on that may have grown since."""
        for line in self._lines(code.last):
            code.last = line.position()
            layout = line.layout()
            if layout is not None and layout.lineCount():
                code.widest = max(code.widest, layout.lineAt(0).naturalTextWidth())
                code.has_broken = code.has_broken or layout.lineCount() > 1
            if line.blockFormat().textIndent() != -code.offset:
                self._shift(line, code.offset)

    def _place(self, code: _Code) -> None:
        room = self._right() - self._left(code)
        beyond = 0 if self._looks.wrap_code else ceil(code.widest) - room
        code.has_long_lines = code.has_broken if self._looks.wrap_code else beyond > 0
        code.bar.setPageStep(max(1, room))
        code.bar.setSingleStep(self._looks.px(24))
        code.bar.setRange(0, max(0, beyond))
        code.bar.setVisible(beyond > 0)
        if beyond > 0:
            edge, foot = self._left(code) - self._looks.px(CODE_SIDE), self._looks.px(CODE_FOOT)
            place = self._place_of_lines(code)
            code.bar.setGeometry(edge + 6, place.bottom() + 1, self._body.width() - edge - 12, foot - 1)

    def _show(self, code: _Code, offset: int) -> None:
        code.offset = offset
        cursor = QTextCursor(self._body.document())
        cursor.beginEditBlock()
        for line in self._lines(code.start):
            self._shift(line, offset)
        cursor.endEditBlock()
        self._body.viewport().update()

    def _shift(self, line: QTextBlock, offset: int) -> None:
        shape = line.blockFormat()
        shape.setTextIndent(-offset)  # Qt takes no margin below 0
        QTextCursor(line).setBlockFormat(shape)

    def _lines(self, position: int) -> Iterator[QTextBlock]:
        block = self._body.document().findBlock(position)
        while block.isValid() and block_property(block, KIND) in _LINES:
            yield block
            block = block.next()
            if block_property(block, KIND) == "code_first":  # of the next one
                return

    def _place_of_lines(self, code: _Code) -> QRect:
        layout, document = self._body.document().documentLayout(), self._body.document()
        first, last = (layout.blockBoundingRect(document.findBlock(at)) for at in (code.start, code.last))
        after = layout.blockBoundingRect(document.findBlock(code.last).next())
        bottom = after.top() if after.isValid() else last.bottom()
        return QRect(0, round(first.top()), self._body.width(), round(bottom - first.top()))

    def _left(self, code: _Code) -> int:
        nest = block_property(self._body.document().findBlock(code.start), NEST)
        return self._looks.px(INDENT) * len(nest) + self._looks.px(CODE_SIDE)

    def _right(self) -> int:
        return self._body.width() - self._looks.px(CODE_SIDE)


_LINES = ("code_first", "code")
