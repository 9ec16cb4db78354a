"""What is done on one frozen screen instead of choosing a part of it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt

from fanlight.ui.capture.overlay_painter import OverlayScene


class ScreenMode(Protocol):
    """Positions are device pixels of the screen."""

    @property
    def cursor(self) -> Qt.CursorShape: ...

    def scene(self, *, active: bool) -> OverlayScene:
        """What is painted; `active`: it is the screen that has the keys."""
        ...

    def press(self, x: int, y: int, modifiers: Qt.KeyboardModifier, /) -> None: ...

    def double_click(self, x: int, y: int, /) -> None: ...

    def move(self, x: int, y: int, /) -> None: ...

    def release(self) -> None: ...
