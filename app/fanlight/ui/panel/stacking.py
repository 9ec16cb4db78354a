"""Keeps a quick panel above a program that goes full screen after the panel was opened."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from fanlight.core.work.throttle import Debounce
from fanlight.desktop.capture.x11_windows import is_covered_by_another, is_screen_covered
from fanlight.desktop.stacking import StackingWatch
from fanlight.desktop.xcb import is_x11

SETTLE_MS = 120
_BYPASS = Qt.WindowType.X11BypassWindowManagerHint


class PanelStacking(QObject):
    """A window manager keeps a full-screen window that has the focus above all that it manages (EWMH): a panel that is
    covered by one bypasses the manager from then on. What bypasses it, too, and covers the screen, stays above: a
    screen lock, or the frozen screen of a capture."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self._soon = Debounce(self, self._rise, SETTLE_MS)
        self._watch = StackingWatch(self._soon.request) if is_x11() else None

    def start(self) -> None:
        if self._watch is not None:
            self._watch.start()

    def stop(self) -> None:
        self._soon.cancel()
        if self._watch is not None:
            self._watch.stop()

    def _rise(self) -> None:
        panel, window = self._panel, self._panel.windowHandle()
        if window is None or not panel.isVisible() or is_screen_covered(window.screen(), bypassing=True):
            return
        if panel.windowFlags() & _BYPASS:
            window.raise_()
        elif is_covered_by_another(window):
            before = panel.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            panel.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            panel.hide()
            window.setFlag(_BYPASS)  # not the widget's: that would make another window
            panel.overrideWindowFlags(panel.windowFlags() | _BYPASS)
            panel.show()
            panel.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, before)
