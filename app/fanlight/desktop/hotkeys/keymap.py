"""From a combination to key codes and modifier bits, for the keyboard as the X server describes it now."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations

from PySide6.QtCore import Qt

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.xcb import XcbConnection

SHIFT, LOCK, CONTROL = 1, 2, 4
ALT_KEYS, META_KEYS, LOCK_KEYS = (0xFFE9, 0xFFEA), (0xFFEB, 0xFFEC), (0xFF7F, 0xFF14)
"""Keysyms: Alt left and right, Super left and right, Num Lock and Scroll Lock."""
ALL_MODIFIERS = 0xFF

_Key = Qt.Key
_NAMED = {
    _Key.Key_Escape: 0xFF1B, _Key.Key_Tab: 0xFF09, _Key.Key_Backspace: 0xFF08, _Key.Key_Return: 0xFF0D,
    _Key.Key_Enter: 0xFF8D, _Key.Key_Insert: 0xFF63, _Key.Key_Delete: 0xFFFF, _Key.Key_Pause: 0xFF13,
    _Key.Key_Print: 0xFF61, _Key.Key_SysReq: 0xFF15, _Key.Key_Home: 0xFF50, _Key.Key_End: 0xFF57,
    _Key.Key_Left: 0xFF51, _Key.Key_Up: 0xFF52, _Key.Key_Right: 0xFF53, _Key.Key_Down: 0xFF54,
    _Key.Key_PageUp: 0xFF55, _Key.Key_PageDown: 0xFF56, _Key.Key_Menu: 0xFF67, _Key.Key_Help: 0xFF6A,
}  # fmt: skip
_ROWS = {10: "1234567890", 24: "QWERTYUIOP", 38: "ASDFGHJKL", 52: "ZXCVBNM"}
PLACES = {letter: first + i for first, row in _ROWS.items() for i, letter in enumerate(row)}
"""Key codes (evdev's plus 8) of a US keyboard: the fallback for a letter that the layout does not have."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What to grab: every code with every mask, where a mask is the modifiers with some lock keys."""

    codes: tuple[int, ...]
    modifiers: int
    masks: tuple[int, ...]

    def match(self, code: int, state: int) -> bool:
        return code in self.codes and state & ALL_MODIFIERS in self.masks


class Keymap:
    """A snapshot, made again when the server reports a changed keyboard."""

    def __init__(self, connection: XcbConnection) -> None:
        self._symbols = connection.keysyms()
        self._modifiers = connection.modifier_codes()
        self.alt = self._mask(ALT_KEYS) or 1 << 3
        self.meta = self._mask(META_KEYS) or 1 << 6
        locks = [1 << i for i in range(8) if self._mask(LOCK_KEYS) >> i & 1 and 1 << i not in (self.alt, self.meta)]
        every = (LOCK, *locks)
        some = chain.from_iterable(combinations(every, n) for n in range(len(every) + 1))
        self.locks = tuple(sum(chosen) for chosen in some)
        """Every combination of lock bits: a hotkey works whether or not Caps Lock, Num Lock and Scroll Lock are on."""

    def find(self, combination: Combination) -> Keys | None:
        """None where no key of this keyboard writes it."""
        modifiers = sum(
            mask
            for modifier, mask in (
                (Qt.KeyboardModifier.ShiftModifier, SHIFT), (Qt.KeyboardModifier.ControlModifier, CONTROL),
                (Qt.KeyboardModifier.AltModifier, self.alt), (Qt.KeyboardModifier.MetaModifier, self.meta),
            )
            if combination.has(modifier)
        )  # fmt: skip
        codes = self._codes(combination.key)
        return Keys(codes, modifiers, tuple(modifiers | lock for lock in self.locks)) if codes else None

    def text_in_place(self, key: Qt.Key) -> str:
        """What the key at the place of `key` on a US keyboard writes, where no key writes `key`; otherwise ""."""
        if self._writing(key) or not (codes := self._codes(key)):
            return ""
        return _keysym_text(self._symbols[codes[0]][0]).upper()

    def _codes(self, key: Qt.Key) -> tuple[int, ...]:
        """Those that write it, else the one in its place."""
        if codes := self._writing(key):
            return codes
        place = PLACES.get(chr(key)) if key < 0x80 else None
        return (place,) if place in self._symbols else ()

    def _writing(self, key: Qt.Key) -> tuple[int, ...]:
        """The key codes that produce it, preferably without Shift and in the first layout."""
        symbols = _keysyms(key)
        width = max((len(row) for row in self._symbols.values()), default=0)
        for column in (0, 2, 1, 3, *range(4, width)):
            codes = tuple(code for code, row in self._symbols.items() if column < len(row) and row[column] in symbols)
            if codes:
                return codes
        return ()

    def _mask(self, symbols: tuple[int, ...]) -> int:
        """The modifier bits that these keys are mapped to."""
        mask = 0
        for i, codes in enumerate(self._modifiers):
            if any(symbol in self._symbols.get(code, ()) for code in codes for symbol in symbols):
                mask |= 1 << i
        return mask


def _keysyms(key: Qt.Key) -> tuple[int, ...]:
    """X11 protocol, appendix A: a Latin-1 character is its own keysym, others have a legacy keysym, a Unicode keysym,
    or both."""
    if named := _NAMED.get(key):
        return (named,)
    if _Key.Key_F1 <= key <= _Key.Key_F35:
        return (0xFFBE + key - _Key.Key_F1,)
    if key >= _Key.Key_Escape:
        return ()
    small = ord(chr(key).lower()) if len(chr(key).lower()) == 1 else int(key)
    if small < 0x100:
        return (small,)
    return (_legacy_keysym(small), 0x01000000 + small)


def key_name(key: Qt.Key) -> str:
    """What the key writes, as XKB calls it: "space", "F9"; "" where it has no name."""
    xkb, symbols = _xkb(), _keysyms(key)
    if xkb is None or not symbols:
        return ""
    text = ctypes.create_string_buffer(64)
    length = xkb.xkb_keysym_get_name(ctypes.c_uint32(symbols[0] or symbols[-1]), text, ctypes.c_size_t(64))
    return text.value.decode() if length > 0 else ""


def _keysym_text(symbol: int) -> str:
    """The character that it writes; "" for none."""
    xkb = _xkb()
    number = int(xkb.xkb_keysym_to_utf32(ctypes.c_uint32(symbol))) if xkb else 0
    return chr(number) if number else ""


def _legacy_keysym(character: int) -> int:
    xkb = _xkb()
    return int(xkb.xkb_utf32_to_keysym(ctypes.c_uint32(character))) if xkb else 0


@cache
def _xkb() -> ctypes.CDLL | None:
    try:
        xkb = ctypes.CDLL("libxkbcommon.so.0")  # Qt's X11 and Wayland plugins depend on it
    except OSError:
        return None
    xkb.xkb_utf32_to_keysym.restype = xkb.xkb_keysym_to_utf32.restype = ctypes.c_uint32
    return xkb
