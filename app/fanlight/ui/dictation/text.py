"""Dictated words in a text field: committed ones dark, the hypothesis pale, unsure ones tinted until edited.

Colors are drawn over the text, not stored in it: typed text inherits none, and they are no steps of undo. The composer
is in `composer_text`; here are the line of a panel, and what both need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor, QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QLineEdit

from fanlight.domain.speech import LiveTranscript, Word
from fanlight.ui.text_units import utf16_length
from fanlight.ui.theme import Theme

UNSURE = 0.5
"""Words below this probability are marked."""


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Of the dictated text, in characters."""

    start: int
    end: int


def laid_out(transcript: LiveTranscript) -> tuple[str, TextSpan, list[TextSpan]]:
    """The text, its hypothesis, and its unsure words; none are marked in the hypothesis, which may change anyway."""
    text, unsure = "", []
    committed = len(transcript.committed) + transcript.stable_count
    hypothesis = None
    for index, word in enumerate((*transcript.committed, *transcript.hypothesis)):
        if index == committed:
            hypothesis = len(text)
        piece = word.text if text else word.text.lstrip()
        if index < len(transcript.committed) and doubtful(word):
            lead = len(piece) - len(piece.lstrip())
            unsure.append(TextSpan(len(text) + lead, len(text) + len(piece.rstrip())))
        text += piece
    text = text.rstrip()
    return text, TextSpan(len(text) if hypothesis is None else hypothesis, len(text)), unsure


def doubtful(word: Word) -> bool:
    return word.probability < UNSURE and any(map(str.isalnum, word.text))


def spaced(before: str, after: str) -> tuple[str, str]:
    """The spaces before and after dictated text, by its neighboring characters; "" at an edge of the field."""
    lead = " " if before and not before.isspace() and before not in "([{“‘«" else ""
    trail = " " if after and (after.isalnum() or after in "([{“‘«") else ""
    return lead, trail


class LineTarget(QObject):
    """A `SpeechTarget` and its `TextTarget`: a field of one line. Only input methods can color a QLineEdit's text."""

    def __init__(
        self,
        field: QLineEdit,
        theme: Callable[[], Theme],
        send: Callable[[], object],
        nearby_text: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(field)
        self.nearby_text = nearby_text
        self._field, self._theme, self._submit = field, theme, send
        self._before = self._after = ""
        self._unsure: list[TextSpan] = []
        field.textEdited.connect(self._edited)

    def begin_utterance(self) -> LineTarget:
        field = self._field
        at = field.selectionEnd() if field.hasSelectedText() else field.cursorPosition()
        units = field.text().encode("utf-16-le", "surrogatepass")
        self._before, self._after = (
            part.decode("utf-16-le", "surrogatepass") for part in (units[: 2 * at], units[2 * at :])
        )
        self._unsure = []
        return self

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        text, hypothesis, _unsure = laid_out(transcript)
        start = self._put(text)
        self._paint(start, text, [(hypothesis, pale(self._theme()))])

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        text, _hypothesis, unsure = laid_out(transcript)
        start = self._put(text)
        self._paint(start, text, [(span, tint(self._theme())) for span in unsure])
        self._unsure = unsure

    def discard_transcript(self) -> None:
        self._put("")

    def send_question(self) -> None:
        self._submit()

    def _put(self, text: str) -> int:
        lead, trail = spaced(self._before[-1:], self._after[:1]) if text else ("", "")
        self._field.setText(f"{self._before}{lead}{text}{trail}{self._after}")
        self._field.setCursorPosition(utf16_length(f"{self._before}{lead}{text}{trail}"))
        return utf16_length(self._before + lead)

    def _paint(self, start: int, text: str, looks: Sequence[tuple[TextSpan, QTextCharFormat]]) -> None:
        """By input method attributes, whose positions are relative to the cursor."""
        at = self._field.cursorPosition()
        kind = QInputMethodEvent.AttributeType.TextFormat
        attributes = [
            QInputMethodEvent.Attribute(
                kind, start + utf16_length(text[: span.start]) - at, utf16_length(text[span.start : span.end]), look
            )
            for span, look in looks
            if span.end > span.start
        ]
        QCoreApplication.sendEvent(self._field, QInputMethodEvent("", attributes))

    def _edited(self) -> None:
        if self._unsure:
            self._unsure = []
            self._paint(0, "", [])


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
