"""The text of one message: read-only, as tall as its content, with what a QTextDocument cannot draw painted under it
(code blocks, list markers, quote bars, lines of tables)."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from fanlight.ui.text_units import wrap_mode
from fanlight.ui.transcript.button import KEYBOARD, TranscriptButton
from fanlight.ui.transcript.code_blocks import CodeBlocks
from fanlight.ui.transcript.decor import BlockDecorations
from fanlight.ui.transcript.formula_objects import FormulaObjects, as_written
from fanlight.ui.transcript.looks import KIND, MARKER, NEST, TextStyles, block_property
from fanlight.ui.transcript.markdown import DocumentWriter, render
from fanlight.ui.transcript.page_links import link_pages
from fanlight.ui.transcript.time_links import link_times

_SCROLL_KEYS = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


class MessageBody(QTextBrowser):
    """Markdown that grows (`grow`) until it is `over`, or plain text. Its owner asks for its height and places it; it
    never scrolls."""

    code_copied = Signal(str)
    reached = Signal(object)
    """The widget, this or a button in it, that the keyboard has moved the focus to."""
    wrap_chosen = Signal(bool)
    """Long lines of code are to be broken."""
    redrawn = Signal()
    """A formula is drawn now that was shown as its source: the height has changed."""
    left = Signal()
    pointed_at = Signal(int)
    """The place in the document that the mouse is over; -1 for none."""
    clicked = Signal(object)
    """A place in it (QPoint), with the left button; nothing was selected, and no link is there."""
    sought = Signal(object, object)
    """This and a place in it (QRect): the text cursor moved there by the keyboard, or the mouse selects up to there."""

    def __init__(
        self, looks: TextStyles, parent: QWidget, text: str, markdown: bool = True, over: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)  # the width of a hidden widget is not its own
        self.viewport().setAutoFillBackground(False)
        for grown in (self, self.viewport()):  # growing at the bottom does not repaint what is above
            grown.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.setAcceptDrops(False)  # the window takes what is dropped
        self.viewport().setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the message has the menu
        self._looks = looks
        self._set_option(text)
        self._decor = BlockDecorations(looks)
        self._codes = CodeBlocks(self, looks, self.reached)
        self._codes.copied.connect(self.code_copied)
        self._codes.wrap_chosen.connect(self.wrap_chosen)
        self._formulas: FormulaObjects | None = None
        self.ringed = False
        """Reached by the keyboard: its message draws the ring."""
        self._writer: DocumentWriter | None = None
        self._pages_linked = self._times_linked = False
        if markdown:
            self._writer = render(self.document(), text, looks) if over else DocumentWriter(self.document(), looks)
            self._formulas = FormulaObjects(self.document(), self._writer, looks, self.redrawn.emit)
            if not over:
                self.grow(text)
        else:
            _write_plain(self, text, looks)

    # -- text

    def show_text(self, text: str) -> None:
        """Another one, as if this was new, where both are `over`."""
        self.document().clear()
        self._set_option(text)
        self._codes.place(())
        self._pages_linked = self._times_linked = False
        if self._formulas is None:
            _write_plain(self, text, self._looks)
        else:
            self._writer = render(self.document(), text, self._looks)
            self._formulas.begin(self._writer)
        self.viewport().update()

    def _set_option(self, text: str) -> None:
        option = QTextOption(self.document().defaultTextOption())
        option.setWrapMode(wrap_mode(text))
        option.setTabStopDistance(4 * self._looks.px(8))
        self.document().setDefaultTextOption(option)

    def grow(self, more: str) -> None:
        """Append Markdown; the document is updated at once."""
        if self._writer is not None and more:
            self._writer.feed(more)
            self._writer.paint()

    def finish(self) -> None:
        if self._writer is not None:
            self._writer.finish()

    def link_pages(self) -> None:
        """The pages that it cites become links."""
        if self.over and not self._pages_linked:
            self._pages_linked = True
            link_pages(self.document(), QColor(self._looks.theme.link))

    def link_times(self) -> None:
        """The times of clips that it cites become links."""
        if self.over and not self._times_linked:
            self._times_linked = True
            link_times(self.document(), QColor(self._looks.theme.link))

    @property
    def over(self) -> bool:
        """Whether it cannot grow any more."""
        return self._writer is None or self._writer.over

    def height_for(self, width: int) -> int:
        """Lay out for `width`."""
        if self.lineWrapColumnOrWidth() != width:
            self.setLineWrapColumnOrWidth(width)
        if self._formulas is not None:
            self._formulas.show()
        return ceil(self.document().size().height())

    def ideal_width(self) -> int:
        return ceil(self.document().idealWidth())

    # -- code blocks

    def place_buttons(self) -> None:
        """Of code blocks; call it when the text or the width changed."""
        self._codes.place(self._writer.code_starts if self._writer is not None else [])

    def buttons(self) -> list[TranscriptButton]:
        return self._codes.buttons()

    def controls(self) -> list[QWidget]:
        """What the keyboard reaches in it."""
        return self._codes.controls()

    def code(self, number: int) -> str:
        """The text of a code block."""
        return self._codes.code(number)

    def code_at(self, point: QPoint) -> str | None:
        """The code block under `point` (in this widget)."""
        return self._codes.code_at(point)

    def show_wrapped(self) -> None:
        """The looks have changed in whether long lines of code are broken: follow them."""
        self._codes.show_wrapped()

    # -- Qt

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: ARG002
        """Nothing is ever loaded, local files included: what is not None is taken for the resource."""
        return QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text with bullets and numbers: the colors of this window do not belong in another program."""
        data = QMimeData()
        data.setText(selected_text(self.textCursor()))
        return data

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._decor.paint(painter, self.document(), QRectF(event.rect()), self._first_block(event.rect().top()))
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if self._formulas is not None:
            self._formulas.paint_over(painter, self.textCursor())
        self._codes.bars.paint_over(painter, self._decor, QRectF(event.rect()))
        painter.end()

    def _first_block(self, top: int) -> QTextBlock:
        block = self.cursorForPosition(QPoint(0, top)).block()
        before = block.previous()
        return before if before.isValid() else block

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways it scrolls code; everything else is the transcript's."""
        turn = event.angleDelta()
        sideways = turn.x() or (turn.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if not sideways or not self._codes.bars.scroll(event.position().toPoint(), -sideways // 2):
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in _SCROLL_KEYS and not shift:
            event.ignore()
            return
        before = self.textCursor().position()
        super().keyPressEvent(event)
        self._leave_formula(before, shift)
        if self.textCursor().position() != before:
            self._codes.bars.show_cursor()
            self.sought.emit(self, self.cursorRect())

    def _leave_formula(self, before: int, select: bool) -> None:
        """The text cursor never stops inside a drawn formula, whose source has no width."""
        cursor = self.textCursor()
        if self._formulas is not None and cursor.position() != before:
            at = self._formulas.end_beyond(cursor.position(), before)
            if at != cursor.position():
                mode = QTextCursor.MoveMode.KeepAnchor if select else QTextCursor.MoveMode.MoveAnchor
                cursor.setPosition(at, mode)
                self.setTextCursor(cursor)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed_at.emit(-1)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and not self.textCursor().hasSelection() and not self.anchorAt(point):
            self.clicked.emit(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            self.pointed_at.emit(self.cursorForPosition(event.position().toPoint()).position())
        if event.buttons() & Qt.MouseButton.LeftButton and self.textCursor().hasSelection():
            self._codes.bars.show_cursor()
            self.sought.emit(self, QRect(event.position().toPoint(), QSize(1, 1)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD:
            self.ringed = True
            self.reached.emit(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ringed = False
        self.left.emit()

    def changeEvent(self, event: QEvent) -> None:
        """The document has fonts of its own: a new font of the widget must not lay it out again."""
        if event.type() not in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            super().changeEvent(event)


def _write_plain(body: MessageBody, text: str, looks: TextStyles) -> None:
    document = body.document()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(looks.body)
    cursor = QTextCursor(document)
    cursor.setBlockFormat(looks.lines)
    cursor.insertText(text, looks.char(""))


def selected_text(cursor: QTextCursor) -> str:
    """The selected text as one would type it: list markers and numbers in front, cells separated by tabs."""
    return "\n".join(_selected_lines(cursor))


def _selected_lines(cursor: QTextCursor) -> Iterator[str]:
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    block = cursor.document().findBlock(start)
    row: tuple[int, int] | None = None
    held: list[str] = []
    while block.isValid() and block.position() < end:
        first = max(0, start - block.position())
        text = as_written(block, first, end - block.position()).replace("\u2028", "\n")
        table = QTextCursor(block).currentTable()
        where = (table.firstPosition(), table.cellAt(block.position()).row()) if table is not None else None
        if held and where != row:
            yield "\t".join(held)
            held = []
        row = where
        if where is not None:
            held.append(text)
        elif block_property(block, KIND) not in ("", "code_end"):
            yield _typed(block, text, at_start=not first)
        block = block.next()
    if held:
        yield "\t".join(held)


def _typed(block: QTextBlock, text: str, at_start: bool) -> str:
    nest, marker = block_property(block, NEST), block_property(block, MARKER)
    bullet = {"•": "- ", "": "", "☐": "- [ ] ", "☑": "- [x] "}.get(marker, marker + " ")
    if not at_start or block_property(block, KIND) == "code_first":
        bullet = ""
    return "  " * max(0, nest.count("l") - 1) + bullet + text
