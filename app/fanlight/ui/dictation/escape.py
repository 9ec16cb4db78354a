"""Esc, wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class EscapeFilter(QObject):
    """Calls `on_escape` for Esc in one of `watched`; where it returns True, no other widget receives the key."""

    def __init__(self, watched: tuple[QWidget, ...], on_escape: Callable[[], bool]) -> None:
        super().__init__(watched[0])
        self._on_escape = on_escape
        for widget in watched:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            return self._on_escape()
        return super().eventFilter(watched, event)


class HideFilter(QObject):
    """Calls `on_hide` when the program, not the window manager, hides `window`."""

    def __init__(self, window: QWidget, on_hide: Callable[[], object]) -> None:
        super().__init__(window)
        self._window, self._on_hide = window, on_hide
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and watched is self._window and not event.spontaneous():
            self._on_hide()
        return super().eventFilter(watched, event)
