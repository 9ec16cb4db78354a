"""The field that the question is typed into."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from fanlight.i18n import _
from fanlight.ui.widgets.long_text_edit import LongTextEdit

MOST_LINES = 8


class QuestionInput(LongTextEdit):
    """Enter sends, Shift+Enter breaks the line, Escape stops, Up in an empty field edits the last question."""

    entered = Signal()
    escaped = Signal()
    up_when_empty = Signal()
    pasted = Signal(QMimeData)
    typed = Signal()
    """The text may be another one, by keys, an input method, or what was pasted: not by dictation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Your question"))
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # the window takes drops, wherever they land
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        self._invitation = ""
        self._fit_height()

    def invite(self, words: str) -> None:
        """Set the placeholder: one line, elided where it does not fit."""
        self._invitation = words
        room = self.viewport().width() - 2 * round(self.document().documentMargin())
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        if shown != self.placeholderText():
            self.setPlaceholderText(shown)
            self.viewport().update()  # Qt repaints only when a placeholder comes or goes

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ControlModifier,
        ):
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif key == Qt.Key.Key_Up and not self.toPlainText() and modifiers == Qt.KeyboardModifier.NoModifier:
            self.up_when_empty.emit()
        else:
            super().keyPressEvent(event)
            self.typed.emit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self.typed.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Also of what cannot be used: the receiver of `pasted` says so."""
        return bool(source.formats())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Inserts nothing itself: the receiver of `pasted` looks for pictures first and calls `insert_text` when there
        are none."""
        self.pasted.emit(source)

    def insert_text(self, text: str) -> None:
        self.prepare_for(text)
        self.textCursor().insertText(text)
        self.ensureCursorVisible()
        self.typed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        self.invite(self._invitation)
        lines = max(1, min(MOST_LINES, round(self.document().size().height())))
        margins = self.contentsMargins()
        around = margins.top() + margins.bottom() + 2 * round(self.document().documentMargin()) + 4
        height = lines * self.fontMetrics().lineSpacing() + around
        if height != self.height():
            self.setFixedHeight(height)
