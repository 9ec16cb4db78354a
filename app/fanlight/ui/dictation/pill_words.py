"""The last lines of what is being said: committed words dark, the hypothesis pale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from fanlight.domain.speech import LiveTranscript
from fanlight.ui.dictation.text import TextSpan, laid_out, pale
from fanlight.ui.text_units import utf16_length
from fanlight.ui.theme import LIGHT, Theme

LINES = 3
_MOST_CHARACTERS = 600
"""More than the lines hold: the rest is not laid out again with each word."""


class PillWords(QWidget):
    """Hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._text, self._hypothesis = "", TextSpan(0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def text(self) -> str:
        return self._text

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_transcript(self, transcript: LiveTranscript) -> None:
        self._text, self._hypothesis, _unsure = laid_out(transcript)
        self._show()

    def show_text(self, text: str) -> None:
        """All of it is final."""
        self._text, self._hypothesis = text, TextSpan(len(text), len(text))
        self._show()

    def heightForWidth(self, width: int) -> int:
        layout = self._laid_out(width)
        return min(LINES, layout.lineCount()) * self._line_height

    def sizeHint(self) -> QSize:
        return QSize(60, self._line_height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(self._theme.text))
        layout = self._laid_out(self.width())
        first = max(0, layout.lineCount() - LINES)
        painter.setClipRect(self.rect())
        layout.draw(painter, QPointF(0, -first * self._line_height))

    def _show(self) -> None:
        self.setAccessibleName(self._text)
        self.setVisible(bool(self._text))
        self.updateGeometry()
        self.update()

    @property
    def _line_height(self) -> int:
        return self.fontMetrics().lineSpacing()

    def _laid_out(self, width: int) -> QTextLayout:
        skipped = max(0, len(self._text) - _MOST_CHARACTERS)
        text = self._text[skipped:].replace("\n", "\u2028")
        layout = QTextLayout(text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        layout.setTextOption(option)
        layout.setFormats([self._pale(text, max(0, self._hypothesis.start - skipped))])
        layout.beginLayout()
        top = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, top))
            top += self._line_height
        layout.endLayout()
        return layout

    def _pale(self, text: str, start: int) -> QTextLayout.FormatRange:
        span = QTextLayout.FormatRange()
        span.start = utf16_length(text[:start])
        span.length = utf16_length(text[start:])
        span.format = pale(self._theme)
        return span
