"""The text of a capture, translated where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.core.capture.capture_text import CaptureText
from fanlight.core.capture.screen_translation import ScreenTranslation
from fanlight.domain.errors import FanlightError
from fanlight.domain.reading import TextLine
from fanlight.domain.text_blocks import TextBlock, blocks_of
from fanlight.i18n import _


class CaptureTranslation(QObject):
    """`is_on` from `start` to `stop`."""

    changed = Signal()

    def __init__(self, text: CaptureText, translation: ScreenTranslation) -> None:
        super().__init__(text)
        self._text, self._translation = text, translation
        translation.setParent(self)
        self.is_on = False
        self._blocks: list[TextBlock] | None = None
        self._problem: FanlightError | None = None
        translation.changed.connect(self._on_changed)
        text.arrived.connect(self._on_lines)

    def start(self) -> None:
        self.is_on = True
        self.changed.emit()
        if self._text.text is not None:
            self._on_lines(self._text.lines)
        else:
            self._text.read(again=True)

    def stop(self) -> None:
        self.is_on = False
        self._blocks = self._problem = None
        self._translation.stop()
        self.changed.emit()

    @property
    def blocks(self) -> Sequence[TextBlock]:
        """Those of the capture's text, in reading order; coordinates in its pixels."""
        return self._blocks or ()

    def text_of(self, block: TextBlock) -> str:
        """Its translation; "" where there is none, or none yet."""
        return self._translation.text_of(block)

    def written(self, pattern: str = "{translation}") -> str:
        """As `ScreenTranslation.written`."""
        return self._translation.written(pattern)

    @property
    def problem(self) -> FanlightError | None:
        return self._problem or self._translation.problem

    @property
    def status(self) -> str:
        """What it does; "" where it has done all it can."""
        if not self.is_on or self.problem is not None:
            return ""
        if self._blocks is None:
            return _("Reading the text…")
        if self._translation.is_busy:
            number, count = self._translation.finished + 1, self._translation.total
            return _("Translating {number} of {count}").format(number=number, count=count)
        return "" if self.written() else _("There is nothing to translate in this capture.")

    @property
    def is_busy(self) -> bool:
        return self.is_on and (self._blocks is None or self._translation.is_busy) and self.problem is None

    def _on_lines(self, lines: tuple[TextLine, ...] | FanlightError) -> None:
        if not self.is_on or self._blocks is not None:
            return
        if isinstance(lines, FanlightError):
            self._problem = lines
        else:
            self._blocks = blocks_of(lines)
            self._translation.add(self._blocks)
        self.changed.emit()

    def _on_changed(self) -> None:
        if self.is_on:
            self.changed.emit()
