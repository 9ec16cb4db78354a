"""The text on the frozen screens, read once for all that is done with it there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.core.capture.screen_reading import ScreenReading
from fanlight.core.capture.screen_text import ScreenText
from fanlight.core.ocr.ocr_worker import PartReaderPort
from fanlight.i18n import _
from fanlight.ui.capture.overlay_painter import Key
from fanlight.ui.capture.overlay_window import OverlayWindow


class FrozenTexts(QObject):
    """From the first `read` to `stop`."""

    changed = Signal()
    """More was read, or all of a screen."""

    def __init__(self, texts: PartReaderPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading = ScreenReading(texts, self)
        self._reading.changed.connect(self.changed)
        self._texts: dict[OverlayWindow, ScreenText] = {}

    def read(self, windows: Sequence[OverlayWindow], active: OverlayWindow) -> dict[OverlayWindow, ScreenText]:
        """The texts of these, that of the `active` one first; they are read once, from the pointer on."""
        for window in sorted(windows, key=lambda window: window is not active):
            if window in self._texts:
                continue
            assert window.frame is not None
            assert window.choice is not None
            screen = window.choice.screen.device
            near = window.choice.pointer or (screen.width // 2, screen.height // 2)
            self._texts[window] = ScreenText(window.choice.targets)
            self._reading.read(window.frame, self._texts[window], near)
        return dict(self._texts)

    def is_read(self, text: ScreenText) -> bool:
        """All of that screen."""
        return self._reading.is_read(text)

    def stop(self) -> None:
        self._reading.stop()
        self._texts.clear()

    def status_of(self, text: ScreenText) -> tuple[Key, ...]:
        """What is to be said of its reading beside the keys."""
        if self._reading.is_reading:
            return (("…", _("Reading the text")),)
        if self._reading.problem is not None:
            return (("!", self._reading.problem.text),)
        return () if text.boxes else (("!", _("No text was found on this screen.")),)
