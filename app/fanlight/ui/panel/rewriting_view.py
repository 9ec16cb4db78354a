"""A new version of the selected text, with what it changes, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from fanlight.core.selected_text.questions import Rewriting
from fanlight.domain.difference import Change
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import BODY_PIXELS, LIGHT, Theme, scaled

PADDING = 8


class RewritingView(QFrame):
    """What was removed is struck out, what was added underlined: not by color alone."""

    replace_requested = Signal()
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text_size = LIGHT, 100
        self._rewriting: Rewriting | None = None
        self.text = QTextBrowser()
        self.text.setObjectName("rewriting")
        self.text.setOpenLinks(False)
        self.text.setUndoRedoEnabled(False)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.document().setDocumentMargin(PADDING)
        self.text.setAccessibleName(_("The new text, with what it changes"))
        self.hint = label("", "muted", wrap=True)
        self.replace_button = push(_("Replace"), kind="primary")
        self.replace_button.setToolTip(plain_tip(_("Put the new text in the place of the selected one (Enter)")))
        self.copy_button = push(_("Copy"), icon="copy")
        self.copy_button.setToolTip(plain_tip(_("Copy the new text (Alt+C)")))
        self.replace_button.clicked.connect(self.replace_requested)
        self.copy_button.clicked.connect(self.copy_requested)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        buttons.addWidget(self.replace_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.text)
        column.addWidget(self.hint)
        column.addLayout(buttons)

    def show_rewriting(
        self, rewriting: Rewriting | None, *, can_replace: bool, replacing: bool, editable: bool
    ) -> None:
        """None hides it. `editable`: the text is in a program where it can be replaced."""
        self.setVisible(rewriting is not None)
        if rewriting is None:
            self._rewriting = None
            self.text.clear()
            return
        if rewriting != self._rewriting:
            self._rewriting = rewriting
            self._write()
        self.hint.setText(_hint(rewriting, replacing=replacing, editable=editable))
        self.replace_button.setVisible(editable)
        self.replace_button.setEnabled(can_replace)

    def set_look(self, theme: Theme, text_size: int) -> None:
        self._theme, self._text_size = theme, text_size
        self._write()

    def text_height(self, width: int) -> int:
        """Of the whole text at that width."""
        document = self.text.document()
        before = document.textWidth()
        document.setTextWidth(width - 2 * self.text.frameWidth())
        height = round(document.size().height())
        document.setTextWidth(before)
        return height + 2 * self.text.frameWidth()

    def _write(self) -> None:
        rewriting = self._rewriting
        if rewriting is None:
            return
        self.text.clear()
        font = self.text.font()
        font.setPixelSize(scaled(BODY_PIXELS, self._text_size))
        self.text.document().setDefaultFont(font)
        cursor = QTextCursor(self.text.document())
        for part in rewriting.parts:
            cursor.insertText(part.text, self._look(part.change))
        if not rewriting.parts:
            cursor.insertText(rewriting.text, self._look("same"))
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _look(self, change: Change) -> QTextCharFormat:
        look, theme = QTextCharFormat(), self._theme
        look.setForeground(QColor(theme.error if change == "removed" else theme.text))
        if change == "removed":
            look.setFontStrikeOut(True)
            look.setBackground(QColor(theme.error_soft))
        elif change == "added":
            look.setFontUnderline(True)
            look.setBackground(QColor(theme.accent_soft))
        return look


def _hint(rewriting: Rewriting, *, replacing: bool, editable: bool) -> str:
    if replacing:
        return _("Replacing the text…")
    if not rewriting.is_changed:
        return _("Nothing to change: the text stays as it is.")
    how = "" if not rewriting.parts else _("Struck out: removed. Underlined: new.")
    where = "" if editable else _("The text cannot be replaced where it is; copy the new one.")
    return " ".join(words for words in (how, where) if words)
