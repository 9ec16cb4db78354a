"""Text mode of the overlay: the words on the frozen screens are selected as in a document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from fanlight.core.capture.screen_reading import ScreenReaderPort, ScreenReading
from fanlight.core.capture.screen_text import ScreenText
from fanlight.desktop.hotkeys.latin_keys import latin_key
from fanlight.domain.found_items import FoundItem
from fanlight.i18n import N_, _
from fanlight.ui.capture.overlay_painter import Key
from fanlight.ui.capture.overlay_window import TEXT_KEY, OverlayWindow
from fanlight.ui.capture.text_pointer import TextPointer
from fanlight.ui.panel.found_bar import NAMES

ITEM_KEY = "O"
_HINT = (
    (N_("Drag"), N_("over words")),
    (N_("Triple-click"), N_("a line")),
    ("Ctrl+A", N_("the window")),
    (N_("Enter"), N_("copy")),
    (TEXT_KEY, N_("a part instead")),
    (N_("Esc"), N_("cancel")),
)
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Where each key points, right and down."""
_LONGEST = 90
"""Characters of an address in the line with the keys."""


class TextMode(QObject):
    """`is_on` from `start` to `stop`."""

    changed = Signal()
    """Paint again: more was read, or something else is selected."""
    text_wanted = Signal(str)
    """Copy this."""
    item_wanted = Signal(object)
    """A FoundItem."""

    def __init__(self, texts: ScreenReaderPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading = ScreenReading(texts, self)
        self._reading.changed.connect(self.changed)
        self._windows: list[OverlayWindow] = []

    @property
    def is_on(self) -> bool:
        return bool(self._windows)

    def start(self, windows: Sequence[OverlayWindow], active: OverlayWindow) -> None:
        """Read the frozen screens of these, that of the `active` one first."""
        self._windows = sorted(windows, key=lambda window: window is not active)
        for window in self._windows:
            assert window.frame is not None
            assert window.choice is not None
            text = ScreenText(window.choice.targets)
            window.text, window.text_hint = TextPointer(text, self.item_wanted.emit), self._hint
            window.text.at = window.choice.pointer
            screen = window.choice.screen.device
            near = window.choice.pointer or (screen.width // 2, screen.height // 2)
            self._reading.read(window.frame, text, near)
        self.changed.emit()

    def stop(self) -> None:
        self._reading.stop()
        for window in self._windows:
            window.text = None
            window.setCursor(Qt.CursorShape.CrossCursor)
        self._windows.clear()

    def on_key(self, pointer: TextPointer, event: QKeyEvent) -> bool:
        """False: it is not a key of this mode."""
        key, text = event.key(), pointer.text
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        letter = latin_key(event)
        if key in ARROWS:
            text.step(*ARROWS[Qt.Key(key)], extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif control and letter == "a":
            text.select_window(*(pointer.at or (0, 0)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or letter == "c":
            if selected := text.selected_text:
                self.text_wanted.emit(selected)
        elif letter == ITEM_KEY.lower() and pointer.offered is not None:
            self.item_wanted.emit(pointer.offered)
        else:
            return False
        return True

    def _hint(self, pointer: TextPointer) -> tuple[Key, ...]:
        first: tuple[Key, ...] = ()
        if (item := pointer.offered) is not None:
            first = ((ITEM_KEY, _shown(item)),)
        elif self._reading.is_reading:
            first = (("…", _("Reading the text")),)
        elif self._reading.problem is not None:
            first = (("!", self._reading.problem.text),)
        elif not pointer.text.boxes:
            first = (("!", _("No text was found on this screen.")),)
        return (*first, *((_(key), _(action)) for key, action in _HINT))


def _shown(item: FoundItem) -> str:
    """The whole of it, or its beginning; where an address leads is never left out."""
    text = item.text if len(item.text) <= _LONGEST else item.text[:_LONGEST] + "…"
    host = re.split(r"[/?#]", item.target.partition("://")[2])[0]
    if item.kind == "link" and ("@" in host or len(item.text) > _LONGEST):
        text = f"{host.rpartition('@')[2][-_LONGEST:]} ({text})"
    return _(NAMES[item.kind]).format(text=text)
