"""The lines of live captions: settled words dark, those that may still change paler. A line of settled words never
wraps anew, and goes as a whole: nobody can read a text that moves."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from fanlight.domain.speech import CaptionWords, Word
from fanlight.ui.dictation.text import pale
from fanlight.ui.text_units import utf16_length
from fanlight.ui.theme import LIGHT, Theme, scaled

LINES = 3
PIXELS = 20
"""Of a letter, at a text size of 100 percent."""


class CaptionText(QWidget):
    """As high as its lines, whether they are full or not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._percent = LIGHT, 100
        self._settled = self._hypothesis = ""
        self._paler_from = 0  # in the hypothesis
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What is on the lines."""
        return self._settled + self._hypothesis

    def set_looks(self, theme: Theme, percent: int) -> None:
        self._theme, self._percent = theme, percent
        self.setFixedHeight(LINES * self._line_height)
        self._lay_out()

    def clear(self) -> None:
        self._settled = self._hypothesis = ""
        self._show()

    def add(self, words: CaptionWords) -> None:
        self._settled = (self._settled + _plain(words.settled)).lstrip()
        self._hypothesis = _plain(words.hypothesis)
        self._paler_from = len(_plain(words.hypothesis[: words.stable_count]))
        if not self._settled:
            shorter = self._hypothesis.lstrip()
            self._paler_from = max(0, self._paler_from - len(self._hypothesis) + len(shorter))
            self._hypothesis = shorter
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(200, LINES * self._line_height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(self._theme.text))
        layout = self._laid_out()
        first = max(0, layout.lineCount() - LINES)
        painter.setClipRect(self.rect())
        layout.draw(painter, QPointF(0, -first * self._line_height))

    def resizeEvent(self, _event: object) -> None:
        self._lay_out()

    def _show(self) -> None:
        self._lay_out()
        self.setAccessibleName(self.text)

    def _lay_out(self) -> None:
        """Forget the settled lines that have scrolled away: what is left begins a line, and wraps as before."""
        layout = self._laid_out()
        surplus = layout.lineCount() - LINES
        settled = utf16_length(self._settled)
        while surplus > 0 and (cut := layout.lineAt(surplus).textStart()) > settled:
            surplus -= 1
        if surplus > 0:
            self._settled = self._settled.encode("utf-16-le")[2 * cut :].decode("utf-16-le", "replace")
        self.update()

    @property
    def _shown_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(scaled(PIXELS, self._percent))
        return font

    @property
    def _line_height(self) -> int:
        return QFontMetrics(self._shown_font).lineSpacing()

    def _laid_out(self) -> QTextLayout:
        layout = QTextLayout(self.text, self._shown_font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        layout.setTextOption(option)
        layout.setFormats([self._pale_part()])
        layout.beginLayout()
        top, height = 0, self._line_height
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, self.width()))
            line.setPosition(QPointF(0, top))
            top += height
        layout.endLayout()
        return layout

    def _pale_part(self) -> QTextLayout.FormatRange:
        part = QTextLayout.FormatRange()
        part.start = utf16_length(self._settled + self._hypothesis[: self._paler_from])
        part.length = utf16_length(self._hypothesis[self._paler_from :])
        part.format = pale(self._theme)
        return part


def _plain(words: tuple[Word, ...]) -> str:
    return "".join(word.text for word in words).replace("\n", " ")
