"""Writes Markdown into a QTextDocument as it arrives: what is there stays, what changed at the end is replaced."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument, QTextTable

from fanlight.markdown.blocks import Block, Op, Row, TableRows
from fanlight.markdown.inline import TextRun
from fanlight.markdown.stream import MarkdownStream
from fanlight.ui.text_units import utf16_length
from fanlight.ui.transcript.looks import ABOVE_FIRST, FORMULA, INDENT, TextStyles

PLACE = "\u2060"
"""Behind a formula's source, so that the formula can take its place: no line is broken there, and nothing is seen."""


class _Placed(NamedTuple):
    """An op in the document: `before` is where the document ended before it, `start` its first character."""

    op: Op
    before: int
    start: int
    fresh: bool


@dataclass(slots=True)
class PlacedFormula:
    """Where its source begins in the document, how long that is, and its letters."""

    source: str
    start: int
    length: int
    letters: QTextCharFormat
    drawn: bool = False


class DocumentWriter:
    """Owns the text of `document`. `feed` collects, `paint` shows: call it once a frame; `finish` writes the rest."""

    def __init__(self, document: QTextDocument, looks: TextStyles) -> None:
        document.clear()
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        document.setDefaultFont(looks.body)
        document.setIndentWidth(looks.px(INDENT))
        self.code_starts: list[int] = []
        """Positions of the first line of each code block."""
        self.formulas: list[PlacedFormula] = []
        self._looks = looks
        self._cursor = QTextCursor(document)
        self._blank()
        self._stream = MarkdownStream()
        self._waiting: list[str] = []
        self.over = False
        self._last: Op | None = None  # committed, just before the open ones
        self._open: list[_Placed] = []
        self._fresh = True  # the document ends with a blank block: it is empty, or a table is last

    def feed(self, text: str) -> None:
        self._waiting.append(text)

    def paint(self) -> None:
        """Write everything fed so far into the document."""
        if self._waiting:
            self._stream.feed("".join(self._waiting))
            self._waiting.clear()
            self._show()

    def finish(self) -> None:
        """Write the rest; nothing is fed after it."""
        if not self.over:
            self.over = True
            self._stream.feed("".join(self._waiting))
            self._stream.finish()
            self._show()

    def _show(self) -> None:
        committed = self._stream.pop_committed()
        wanted = [*committed, *self._stream.pending()]
        same = sum(1 for _ in takewhile(lambda pair: pair[0].op == pair[1], zip(self._open, wanted, strict=False)))
        if same == len(self._open) == len(wanted):
            self._commit(len(committed))
            return
        self._cursor.beginEditBlock()
        if same < min(len(self._open), len(wanted)):
            self._keep(same + 1)
            if self._grow(self._open[same], wanted[same]):
                self._open[same] = self._open[same]._replace(op=wanted[same])
                same += 1
        self._keep(same)
        for op in wanted[same:]:
            self._open.append(self._add(op))
        self._cursor.endEditBlock()
        self._commit(len(committed))

    def _commit(self, count: int) -> None:
        if count:
            self._last = self._open[count - 1].op
            del self._open[:count]

    def _keep(self, count: int) -> None:
        """Remove the open ops but the first `count` from the document."""
        if count >= len(self._open):
            return
        cut = self._open[count]
        del self._open[count:]
        while self.code_starts and self.code_starts[-1] >= cut.start:
            self.code_starts.pop()
        self._forget_formulas(cut.start)
        self._cursor.setPosition(cut.before)
        self._cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        self._cursor.removeSelectedText()
        self._fresh = cut.fresh
        last = self._open[-1].op if self._open else self._last
        if self._fresh:  # an empty block takes over the format of one merged into it
            self._blank()
        elif isinstance(last, Block):
            self._cursor.setBlockFormat(self._looks.block(last))
            self._cursor.setBlockCharFormat(self._looks.char("", last))

    def _forget_formulas(self, start: int) -> None:
        while self.formulas and self.formulas[-1].start >= start:
            self.formulas.pop()

    def _blank(self) -> None:
        self._cursor.setBlockFormat(self._looks.blank)
        self._cursor.setBlockCharFormat(self._looks.plain)

    # -- adding

    def _add(self, op: Op) -> _Placed:
        cursor, fresh = self._cursor, self._fresh
        cursor.movePosition(QTextCursor.MoveOperation.End)
        before = cursor.position()
        if isinstance(op, TableRows):
            return _Placed(op, before, self._add_table(op, before == 0), fresh)
        shape, letters = self._looks.block(op), self._looks.char("", op)
        if fresh and before == 0:
            self._make_room_above(shape.topMargin())
            cursor.setBlockFormat(shape)
            cursor.setBlockCharFormat(letters)
        else:
            cursor.insertBlock(shape, letters)
        self._fresh = False
        start = cursor.position()
        if op.first:
            self.code_starts.append(start)
        for run in op.runs:
            self._write(cursor, run, self._looks.char(run.style, op, run.href))
        return _Placed(op, before, start, fresh)

    def _write(self, cursor: QTextCursor, run: TextRun, letters: QTextCharFormat) -> None:
        if not run.is_formula:
            cursor.insertText(run.text, letters)
            return
        letters = QTextCharFormat(letters)
        letters.setProperty(FORMULA, run.text)
        self.formulas.append(PlacedFormula(run.text, cursor.position(), utf16_length(run.text), letters))
        cursor.insertText(run.text + PLACE, letters)

    def _make_room_above(self, pixels: float) -> None:
        """Qt leaves out the top margin of a document's first block: the document itself gets it."""
        frame = self._cursor.document().rootFrame()
        shape, above = frame.frameFormat(), max(pixels, self._looks.px(ABOVE_FIRST))
        if shape.topMargin() != above:
            shape.setTopMargin(above)
            frame.setFrameFormat(shape)

    def _add_table(self, op: TableRows, first: bool) -> int:
        cursor = self._cursor
        if first:
            self._make_room_above(0)
        if not self._fresh and cursor.block().length() == 1:
            # Qt hides an empty block just before a table: give it one, so that it hides none of the text's.
            cursor.insertBlock(self._looks.blank, self._looks.plain)
        table = cursor.insertTable(len(op.rows), max(1, len(op.aligns)), self._looks.table(op))
        for i, row in enumerate(op.rows):
            self._fill(table, op, i, row)
        self._fresh = True
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._blank()
        return table.firstPosition()

    def _fill(self, table: QTextTable, op: TableRows, number: int, row: Row) -> None:
        head = op.head and number == 0
        for column, align in enumerate(op.aligns):
            cell = table.cellAt(number, column).firstCursorPosition()
            cell.setBlockFormat(self._looks.cell(align, column == 0 and not head))
            cell.setBlockCharFormat(self._looks.char("", head=head))
            for run in row[column] if column < len(row) else ():
                self._write(cell, run, self._looks.char(run.style, None, run.href, head))

    # -- growing

    def _grow(self, placed: _Placed, op: Op) -> bool:
        """Turn the last op of the document into `op` where only its end differs."""
        old = placed.op
        if isinstance(old, TableRows) and isinstance(op, TableRows):
            return self._grow_table(placed, old, op)
        if not isinstance(old, Block) or not isinstance(op, Block) or old._replace(runs=op.runs) != op:
            return False
        kept, rest = _common(old.runs, op.runs)
        self._forget_formulas(placed.start + kept)
        self._cursor.setPosition(placed.start + kept)
        self._cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        self._cursor.removeSelectedText()
        for run in rest:
            self._write(self._cursor, run, self._looks.char(run.style, op, run.href))
        return True

    def _grow_table(self, placed: _Placed, old: TableRows, op: TableRows) -> bool:
        count = len(old.rows)
        if op.rows[:count] != old.rows or old._replace(rows=op.rows, widths=op.widths) != op:
            return False
        self._cursor.setPosition(placed.start)
        table = self._cursor.currentTable()
        if old.widths != op.widths:
            table.setFormat(self._looks.table(op))
        if len(op.rows) > count:
            table.appendRows(len(op.rows) - count)
        for i in range(count, len(op.rows)):
            self._fill(table, op, i, op.rows[i])
        return True


def _common(old: tuple[TextRun, ...], new: tuple[TextRun, ...]) -> tuple[int, list[TextRun]]:
    """How much the runs share from the start, in the document's units (UTF-16), and what `new` has after that."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    kept = sum(utf16_length(run.text) + len(PLACE) * run.is_formula for run in new[:same])
    rest = list(new[same:])
    if same < len(old) and rest and not rest[0].is_formula and old[same][1:] == rest[0][1:]:
        shared = _shared(old[same].text, rest[0].text)
        kept += utf16_length(rest[0].text[:shared])
        rest[0] = rest[0]._replace(text=rest[0].text[shared:])
    return kept, rest


def _shared(old: str, new: str) -> int:
    if new.startswith(old):
        return len(old)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def render(document: QTextDocument, text: str, looks: TextStyles) -> DocumentWriter:
    """The whole of `text` at once."""
    writer = DocumentWriter(document, looks)
    writer.feed(text)
    writer.finish()
    return writer
