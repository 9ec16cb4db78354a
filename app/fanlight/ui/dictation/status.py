"""The status line of dictation: a level meter and a sentence."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fanlight.core.dictation.status_text import DictationState
from fanlight.domain.audio import SoundLevel
from fanlight.i18n import _
from fanlight.ui.controls import elided, label, repolish
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import LIGHT, Theme, scaled
from fanlight.ui.widgets.banner import announce

ShownState = DictationState | Literal["waiting"]
"""waiting: hands-free, while the microphone is closed."""
BARS = 9
SOFTEST, LOUDEST, CLIPS = -60.0, -6.0, -0.2
_GAP = 8
FALL = 0.75
"""Factor from one level to the next: the meter rises at once and falls slowly."""


class LevelMeter(QWidget):
    """Bars that light up from the left, the last ones in red when the sound clips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text_size = LIGHT, 100
        self._share, self._clips, self._live, self._ready = 0.0, False, False, False
        self.setAccessibleName(_("Microphone level"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def share(self) -> float:
        """The share of the bars that is lit, 0 to 1."""
        return self._share

    def sizeHint(self) -> QSize:
        if self._ready:
            return QSize(scaled(10, self._text_size), scaled(18, self._text_size))
        return QSize(scaled(BARS * 6 - 2, self._text_size), scaled(18, self._text_size))

    def set_theme(self, theme: Theme, text_size: int) -> None:
        self._theme, self._text_size = theme, text_size
        self.updateGeometry()
        self.update()

    def set_state(self, live: bool, ready: bool) -> None:
        """`live`: sound arrives; `ready`: kept open between two utterances, shown as a red dot."""
        self._live, self._ready = live, ready
        if not live:
            self._share, self._clips = 0.0, False
        self.updateGeometry()
        self.update()

    def show_level(self, level: SoundLevel) -> None:
        wanted = min(1.0, max(0.0, (level.dbfs - SOFTEST) / (LOUDEST - SOFTEST)))
        self._share = max(wanted, self._share * FALL)
        self._clips = level.peak > CLIPS
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, unit = self._theme, self._text_size / 100
        if self._ready:
            side = 8 * unit
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.error))
            painter.drawEllipse(QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side))
            return
        lit = round(self._share * BARS)
        painter.setPen(Qt.PenStyle.NoPen)
        for bar in range(BARS):
            high = (5 + 9 * (1 - abs(bar - (BARS - 1) / 2) / BARS * 1.6)) * unit
            on = self._live and bar < max(1, lit)
            colour = theme.error if on and self._clips and bar >= BARS - 2 else theme.accent if on else theme.outline
            painter.setBrush(QColor(colour))
            painter.setOpacity(1.0 if on else 0.45)
            painter.drawRoundedRect(QRectF(bar * 6 * unit, (self.height() - high) / 2, 3.4 * unit, high), 1.7, 1.7)


class DictationStatus(QWidget):
    """Hidden while there is nothing to show. With a `kind` other than "muted" it has a line of its own, and wraps its
    text."""

    def __init__(self, kind: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.meter = LevelMeter()
        self.text = label("", kind)
        self._kind, self._full = kind, ""
        row = QHBoxLayout(self)
        row.setContentsMargins(*((2, 0, 2, 0) if kind == "muted" else (7, 3, 7, 3)))
        row.setSpacing(_GAP)
        row.addWidget(self.meter)
        row.addWidget(self.text, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_theme(self, theme: Theme, text_size: int) -> None:
        self.meter.set_theme(theme, text_size)

    @property
    def line_width(self) -> int:
        """What the whole text needs on one line."""
        meter = 0 if self.meter.isHidden() else self.meter.sizeHint().width() + _GAP
        return meter + self.text.fontMetrics().horizontalAdvance(self._full) + _GAP

    def show_state(self, state: ShownState, text: str, ready: bool) -> None:
        """`ready`: the microphone is kept open, whatever else is shown."""
        idle = state == "closed"
        new = text and text != self._full
        self._full = _("The microphone is open") if ready and idle else text
        self.meter.set_state(state == "listening", ready and idle)
        self.meter.setVisible(state in ("opening", "listening", "finishing") or (ready and idle))
        kind = "error_line" if state == "error" else self._kind
        if self.text.property("kind") != kind:
            self.text.setProperty("kind", kind)
            repolish(self.text)
        self.text.setWordWrap(state in ("error", "nothing") or self._kind != "muted")
        self.text.setAccessibleName(self._full)
        self._lay()
        self.setVisible(not idle or ready)
        if layout := self.layout():
            layout.invalidate()
            layout.activate()
        self.updateGeometry()  # now: a parent may read the size hint right away
        if new and not idle:
            announce(self, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        self.text.setToolTip(plain_tip(self._full))
        if self.text.wordWrap():
            self.text.setText(self._full)
            width = self.width() - _margins(self) - (self.meter.width() + 8 if self.meter.isVisibleTo(self) else 0)
            before = self.text.minimumHeight()
            self.text.setMinimumHeight(0)  # else it is the least that heightForWidth returns
            height = max(self.text.heightForWidth(max(60, width)), self.meter.sizeHint().height())
            self.text.setMinimumHeight(height)
            if height != before:
                self.updateGeometry()
        else:
            self.text.setMinimumHeight(0)
            self.text.setText(elided(self._full, self.text, max(0, self.width() - self.meter.sizeHint().width() - 16)))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """As high as the text needs at this width: a nested layout does not ask for a height for a width."""
        hint = super().sizeHint()
        margins = self.contentsMargins() if (layout := self.layout()) is None else layout.contentsMargins()
        high = self.text.minimumHeight() + margins.top() + margins.bottom()
        return QSize(hint.width(), high) if self.text.wordWrap() else hint


def _margins(widget: QWidget) -> int:
    layout = widget.layout()
    return 0 if layout is None else layout.contentsMargins().left() + layout.contentsMargins().right()
