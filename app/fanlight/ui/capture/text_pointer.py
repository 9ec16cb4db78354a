"""What the mouse does with the words of one frozen screen."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from fanlight.core.capture.screen_text import ScreenText
from fanlight.domain.found_items import FoundItem
from fanlight.ui.capture.overlay_painter import Key, OverlayScene

_clock = time.monotonic


class TextPointer:
    """`at` is where the mouse is, in device pixels of the screen; None before it came. `hint` says with which keys
    words are selected."""

    def __init__(
        self,
        text: ScreenText,
        on_item: Callable[[FoundItem], None],
        hint: Callable[[TextPointer], tuple[Key, ...]] = lambda _pointer: (),
        at: tuple[int, int] | None = None,
    ) -> None:
        self.text, self._on_item, self._hint, self.at = text, on_item, hint, at
        self._down = False
        self._doubled = float("-inf")

    @property
    def offered(self) -> FoundItem | None:
        """What the pointer is at that something can be done with."""
        return self.text.item_at(*self.at) if self.at is not None and not self._down else None

    @property
    def cursor(self) -> Qt.CursorShape:
        if self.at is not None and self.text.word_at(*self.at) is not None:
            return Qt.CursorShape.IBeamCursor
        return Qt.CursorShape.PointingHandCursor if self.offered is not None else Qt.CursorShape.ArrowCursor

    def scene(self, *, active: bool) -> OverlayScene:
        hint = self._hint(self) if active else ()
        return OverlayScene(hint=hint, words=tuple(self.text.boxes), marked=tuple(self.text.selected_boxes))

    def press(self, x: int, y: int, modifiers: Qt.KeyboardModifier) -> None:
        self.at = x, y
        if modifiers & Qt.KeyboardModifier.ControlModifier and (item := self.offered) is not None:
            self._on_item(item)
            return
        self._down = True
        if 1000 * (_clock() - self._doubled) < QGuiApplication.styleHints().mouseDoubleClickInterval():
            self.text.select_line(x, y)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and self.text.selected:
            self.text.drag(x, y)
        else:
            self.text.press(x, y)

    def double_click(self, x: int, y: int) -> None:
        """The first press has selected the word; one more takes the line."""
        self.press(x, y, Qt.KeyboardModifier.NoModifier)
        self._doubled = _clock()

    def move(self, x: int, y: int) -> None:
        self.at = x, y
        if self._down:
            self.text.drag(x, y)

    def release(self) -> None:
        self._down = False
