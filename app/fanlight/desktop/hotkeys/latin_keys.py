"""Which letter or digit a key stands for where the layout does not write it: Cyrillic, Greek or Arabic letters, and the
digits that French and Czech keyboards write with Shift alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from fanlight.desktop import xcb
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.keymap import PLACES, Keymap

_NONE = Qt.KeyboardModifier.NoModifier
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def latin_key(event: QKeyEvent) -> str:
    """A small letter from a to z or a digit, with any modifiers held; "" where the key stands for none. A key that
    writes one stands for that; another one for what it writes with Shift or in another layout of this keyboard, then
    for what is in its place on a US keyboard."""
    key = event.key()
    if key < 0x80:
        written = chr(key).lower()
        if written.upper() in LATIN:
            return written
    if sys.platform == "win32":  # pragma: no cover - not run here
        virtual = chr(event.nativeVirtualKey() & 0xFF)
        return virtual.lower() if virtual in LATIN else ""
    if Qt.Key.Key_Escape <= key < Qt.Key.Key_Dead_Grave or not event.nativeScanCode():
        return ""  # it writes nothing
    return _by_code(event.nativeScanCode()).lower()


def keys_in_place(letters: Iterable[str]) -> dict[str, str]:
    """Of these, the ones that this keyboard writes in none of its layouts, each with what the key in its place
    writes."""
    keymap = _keymap()
    if keymap is None:
        return {}
    shown = {letter: keymap.text_in_place(Qt.Key(ord(letter.upper()))) for letter in letters}
    return {letter: text for letter, text in shown.items() if text}


def _by_code(code: int) -> str:
    keymap = _keymap()
    if keymap is None:
        return next((letter for letter, place in PLACES.items() if place == code), "")
    for letter in LATIN:
        keys = keymap.find(Combination(Qt.Key(ord(letter)), _NONE))
        if keys is not None and code in keys.codes:
            return letter
    return ""


def _keymap() -> Keymap | None:
    """As the keyboard is now; None where no X server can be asked."""
    if QGuiApplication.platformName() != "xcb":
        return None
    try:
        return Keymap(xcb.qt_connection())
    except (OSError, ConnectionError):
        return None
