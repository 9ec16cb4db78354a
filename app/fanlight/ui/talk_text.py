"""Dictated words in the place where one types: settled ones dark, the open tail pale, unsure ones tinted until edited.

The looks are drawn over the text, never in it: what is typed there inherits nothing, and undo knows no colours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor, QInputMethodEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit

from fanlight.domain.speech import Heard, Word
from fanlight.ui.theme import Theme

UNSURE = 0.5
"""Words less probable than that are worth a look."""


@dataclass(frozen=True, slots=True)
class Span:
    """Of the dictated text, in characters."""

    start: int
    end: int


def laid_out(heard: Heard) -> tuple[str, Span, list[Span]]:
    """The text, its open tail, and its unsure words. None of a tail is called unsure: it is not settled anyway."""
    text, unsure = "", []
    dark = len(heard.settled) + heard.agreed
    tail = None
    for index, word in enumerate((*heard.settled, *heard.tail)):
        if index == dark:
            tail = len(text)
        piece = word.text if text else word.text.lstrip()
        if index < len(heard.settled) and doubtful(word):
            lead = len(piece) - len(piece.lstrip())
            unsure.append(Span(len(text) + lead, len(text) + len(piece.rstrip())))
        text += piece
    text = text.rstrip()
    return text, Span(len(text) if tail is None else tail, len(text)), unsure


def doubtful(word: Word) -> bool:
    return word.probability < UNSURE and any(map(str.isalnum, word.text))


def spaced(before: str, after: str) -> tuple[str, str]:
    """What stands between the dictated text and its neighbours: characters, or nothing at an edge."""
    lead = " " if before and not before.isspace() and before not in "([{“‘«" else ""
    trail = " " if after and (after.isalnum() or after in "([{“‘«") else ""
    return lead, trail


class ComposerWords(QObject):
    """A `Target`: the words appear at the cursor."""

    def __init__(self, field: QPlainTextEdit, theme: Callable[[], Theme], send: Callable[[], object]) -> None:
        super().__init__(field)
        self._field, self._theme, self._submit = field, theme, send
        self._place = QTextCursor(field.document())
        self._lead = self._trail = self._shown = ""
        self._unsure: list[tuple[QTextCursor, str]] = []
        field.document().contentsChange.connect(self._edited)

    def begin(self) -> None:
        """At the cursor, after what is selected."""
        cursor = self._field.textCursor()
        cursor.setPosition(cursor.selectionEnd())
        self._field.setTextCursor(cursor)
        document = self._field.document()
        at = cursor.position()
        before = document.characterAt(at - 1) if at else ""
        after = document.characterAt(at) if at < document.characterCount() - 1 else ""
        self._lead, self._trail = spaced(_plain(before), _plain(after))
        self._place = QTextCursor(document)
        self._place.setPosition(at)
        self._shown = ""

    def show(self, heard: Heard) -> None:
        text, tail, _ = laid_out(heard)
        start = self._put(text)
        self._paint([(self._cursor(start, tail), self._pale())])

    def take(self, heard: Heard) -> None:
        text, _, unsure = laid_out(heard)
        start = self._put(text)
        for span in unsure:
            cursor = self._cursor(start, span)
            self._unsure.append((cursor, cursor.selectedText()))
        self._paint()
        self._field.ensureCursorVisible()

    def drop(self) -> None:
        self._put("")
        self._paint()

    def send(self) -> None:
        self._submit()

    def dress(self) -> None:
        """In the colours of the theme that is on now."""
        self._paint()

    def _put(self, text: str) -> int:
        """In place of what was shown; only what differs is touched. Where the words begin."""
        if self._place.selectedText().replace("\u2029", "\n") != self._shown:
            self.begin()  # the text was replaced: another conversation is on the screen
        wanted = f"{self._lead}{text}{self._trail}" if text else ""
        same = _common(self._shown, wanted)
        place = self._place
        start = place.selectionStart()
        if wanted != self._shown:
            end = place.selectionEnd()
            place.setPosition(start + same)
            place.setPosition(max(end, start + same), QTextCursor.MoveMode.KeepAnchor)
            if self._shown:
                place.joinPreviousEditBlock()
            else:
                place.beginEditBlock()
            place.insertText(wanted[same:])
            place.endEditBlock()
            place.setPosition(start)
            place.setPosition(start + len(wanted), QTextCursor.MoveMode.KeepAnchor)
            self._shown = wanted
        return start + len(self._lead)

    def _cursor(self, start: int, span: Span) -> QTextCursor:
        cursor = QTextCursor(self._field.document())
        cursor.setPosition(start + span.start)
        cursor.setPosition(start + span.end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _edited(self, _at: int, _removed: int, _added: int) -> None:
        kept = [(cursor, text) for cursor, text in self._unsure if cursor.selectedText() == text]
        if len(kept) != len(self._unsure):
            self._unsure = kept
            self._paint()

    def _paint(self, more: Sequence[tuple[QTextCursor, QTextCharFormat]] = ()) -> None:
        shown = []
        for cursor, looks in [*((cursor, self._tint()) for cursor, _ in self._unsure), *more]:
            if cursor.hasSelection():
                selection = QTextEdit.ExtraSelection()
                selection.cursor, selection.format = cursor, looks
                shown.append(selection)
        self._field.setExtraSelections(shown)

    def _pale(self) -> QTextCharFormat:
        return pale(self._theme())

    def _tint(self) -> QTextCharFormat:
        return tint(self._theme())


class LineWords(QObject):
    """A `Target`: the same in a field of one line, whose text a QLineEdit lets be coloured by input methods alone."""

    def __init__(self, field: QLineEdit, theme: Callable[[], Theme], send: Callable[[], object]) -> None:
        super().__init__(field)
        self._field, self._theme, self._submit = field, theme, send
        self._before = self._after = ""
        self._unsure: list[Span] = []
        field.textEdited.connect(self._edited)

    def begin(self) -> None:
        field = self._field
        at = field.selectionEnd() if field.hasSelectedText() else field.cursorPosition()
        self._before, self._after = field.text()[:at], field.text()[at:]
        self._unsure = []

    def show(self, heard: Heard) -> None:
        text, tail, _ = laid_out(heard)
        start = self._put(text)
        self._paint(start, [(tail, pale(self._theme()))])

    def take(self, heard: Heard) -> None:
        text, _, unsure = laid_out(heard)
        start = self._put(text)
        self._paint(start, [(span, tint(self._theme())) for span in unsure])
        self._unsure = unsure

    def drop(self) -> None:
        self._put("")

    def send(self) -> None:
        self._submit()

    def _put(self, text: str) -> int:
        lead, trail = spaced(self._before[-1:], self._after[:1]) if text else ("", "")
        self._field.setText(f"{self._before}{lead}{text}{trail}{self._after}")
        self._field.setCursorPosition(len(self._before) + len(lead) + len(text) + len(trail))
        return len(self._before) + len(lead)

    def _paint(self, start: int, looks: Sequence[tuple[Span, QTextCharFormat]]) -> None:
        """An input method's way to colour text: places are counted from the cursor."""
        at = self._field.cursorPosition()
        kind = QInputMethodEvent.AttributeType.TextFormat
        attributes = [
            QInputMethodEvent.Attribute(kind, start + span.start - at, span.end - span.start, look)
            for span, look in looks
            if span.end > span.start
        ]
        QCoreApplication.sendEvent(self._field, QInputMethodEvent("", attributes))

    def _edited(self) -> None:
        if self._unsure:
            self._unsure = []
            self._paint(0, [])


def pale(theme: Theme) -> QTextCharFormat:
    looks = QTextCharFormat()
    looks.setForeground(QColor(theme.muted))
    return looks


def tint(theme: Theme) -> QTextCharFormat:
    looks = QTextCharFormat()
    looks.setForeground(QColor(theme.notice))
    looks.setBackground(QColor(theme.notice_soft))
    looks.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
    looks.setUnderlineColor(QColor(theme.notice))
    return looks


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _plain(character: str) -> str:
    return "\n" if character in ("\u2029", "\u2028") else character
