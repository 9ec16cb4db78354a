"""Text mode of the overlay: the words on the frozen screens are selected as in a document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from fanlight.desktop.hotkeys.latin_keys import latin_key
from fanlight.domain.found_items import FoundItem
from fanlight.i18n import N_, _
from fanlight.ui.capture.frozen_texts import FrozenTexts
from fanlight.ui.capture.overlay_painter import Key
from fanlight.ui.capture.overlay_window import ARROWS, TEXT_KEY, OverlayWindow
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
_LONGEST = 90
"""Characters of an address in the line with the keys."""


class TextMode(QObject):
    """`is_on` from `start` to `stop`."""

    changed = Signal()
    """Something else is selected, or can be."""
    text_wanted = Signal(str)
    """Copy this."""
    item_wanted = Signal(object)
    """A FoundItem."""

    key = TEXT_KEY

    def __init__(self, texts: FrozenTexts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        texts.changed.connect(self.changed)
        self._pointers: dict[OverlayWindow, TextPointer] = {}

    @property
    def is_on(self) -> bool:
        return bool(self._pointers)

    def start(self, windows: Sequence[OverlayWindow], active: OverlayWindow) -> None:
        """On the frozen screens of these, that of the `active` one first."""
        for window, text in self._texts.read(windows, active).items():
            at = window.choice.pointer if window.choice is not None else None
            self._pointers[window] = window.mode = TextPointer(text, self.item_wanted.emit, self._hint, at)

    def stop(self) -> None:
        self._pointers.clear()

    def on_key_up(self, event: QKeyEvent) -> None:
        """No key is held here."""

    def on_key(self, window: OverlayWindow, event: QKeyEvent) -> bool:
        """False: it is not a key of this mode."""
        pointer = self._pointers[window]
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
        else:
            first = self._texts.status_of(pointer.text)
        return (*first, *((_(key), _(action)) for key, action in _HINT))


def _shown(item: FoundItem) -> str:
    """The whole of it, or its beginning; where an address leads is never left out."""
    text = item.text if len(item.text) <= _LONGEST else item.text[:_LONGEST] + "…"
    host = re.split(r"[/?#]", item.target.partition("://")[2])[0]
    if item.kind == "link" and ("@" in host or len(item.text) > _LONGEST):
        text = f"{host.rpartition('@')[2][-_LONGEST:]} ({text})"
    return _(NAMES[item.kind]).format(text=text)
