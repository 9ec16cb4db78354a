"""Dictated words in the place where one types: settled ones dark, the open tail pale, unsure ones tinted until edited.

The looks are drawn over the text, never in it: what is typed there inherits nothing, and undo knows no colours. The box
of the window is in `ui.voice.box`; here are the line of a panel, and what both need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor, QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QLineEdit

from fanlight.domain.speech import LiveTranscript, Word
from fanlight.ui.theme import Theme

UNSURE = 0.5
"""Words less probable than that are worth a look."""


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Of the dictated text, in characters."""

    start: int
    end: int


def laid_out(heard: LiveTranscript) -> tuple[str, TextSpan, list[TextSpan]]:
    """The text, its open tail, and its unsure words. None of a tail is called unsure: it is not settled anyway."""
    text, unsure = "", []
    dark = len(heard.committed) + heard.stable_count
    tail = None
    for index, word in enumerate((*heard.committed, *heard.hypothesis)):
        if index == dark:
            tail = len(text)
        piece = word.text if text else word.text.lstrip()
        if index < len(heard.committed) and doubtful(word):
            lead = len(piece) - len(piece.lstrip())
            unsure.append(TextSpan(len(text) + lead, len(text) + len(piece.rstrip())))
        text += piece
    text = text.rstrip()
    return text, TextSpan(len(text) if tail is None else tail, len(text)), unsure


def doubtful(word: Word) -> bool:
    return word.probability < UNSURE and any(map(str.isalnum, word.text))


def spaced(before: str, after: str) -> tuple[str, str]:
    """What stands between the dictated text and its neighbours: characters, or nothing at an edge."""
    lead = " " if before and not before.isspace() and before not in "([{“‘«" else ""
    trail = " " if after and (after.isalnum() or after in "([{“‘«") else ""
    return lead, trail


class LineTarget(QObject):
    """A `Target`, and its passage: a field of one line, whose text a QLineEdit lets be coloured by input methods
    alone."""

    def __init__(self, field: QLineEdit, theme: Callable[[], Theme], send: Callable[[], object]) -> None:
        super().__init__(field)
        self._field, self._theme, self._submit = field, theme, send
        self._before = self._after = ""
        self._unsure: list[TextSpan] = []
        field.textEdited.connect(self._edited)

    def begin(self) -> LineTarget:
        field = self._field
        at = field.selectionEnd() if field.hasSelectedText() else field.cursorPosition()
        self._before, self._after = field.text()[:at], field.text()[at:]
        self._unsure = []
        return self

    def show(self, heard: LiveTranscript) -> None:
        text, tail, _ = laid_out(heard)
        start = self._put(text)
        self._paint(start, [(tail, pale(self._theme()))])

    def take(self, heard: LiveTranscript) -> None:
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

    def _paint(self, start: int, looks: Sequence[tuple[TextSpan, QTextCharFormat]]) -> None:
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
