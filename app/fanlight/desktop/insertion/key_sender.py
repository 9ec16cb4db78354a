"""Keys that the X server receives as if they were pressed (the XTEST extension), for the program with the keyboard.
Layout of the request: XTEST protocol 2.2, XTestFakeInput."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from PySide6.QtCore import Qt

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.key_events import KEY_PRESS, KEY_RELEASE
from fanlight.desktop.hotkeys.keymap import SHIFT, Keymap
from fanlight.desktop.xcb import XcbConnection

_FAKE_INPUT = 2
_SHIFT_ROW, _CONTROL_ROW, _LOCK_ROW = 0, 2, 1


class KeySender:
    """`works`: the server has the extension."""

    def __init__(self, connection: XcbConnection) -> None:
        self._connection = connection
        self._opcode = connection.opcode("XTEST")
        self.works = bool(self._opcode)

    def held_keys(self) -> frozenset[int]:
        """The codes of those that are down. Raises ConnectionError."""
        return self._connection.keys_down().codes

    def held_modifiers(self) -> frozenset[int]:
        """Caps Lock and its like aside. Raises ConnectionError."""
        rows = self._connection.modifier_codes()
        return self.held_keys() & {code for i, row in enumerate(rows) if i != _LOCK_ROW for code in row}

    def release(self, codes: Iterable[int]) -> None:
        """As if they were let go."""
        for code in codes:
            self._fake(KEY_RELEASE, code)
        self._connection.flush()

    def writes(self, key: Qt.Key) -> bool:
        """Whether a key of this keyboard writes it: on one without Latin letters no program knows Ctrl+V. Raises
        ConnectionError."""
        return not Keymap(self._connection).text_in_place(key)

    def press_combination(self, combination: Combination) -> bool:
        """Press and release it. Whether this keyboard has the key. Raises ConnectionError."""
        keys = Keymap(self._connection).find(combination)
        if keys is None:
            return False
        rows = self._connection.modifier_codes()
        wanted = (_SHIFT_ROW,) if keys.modifiers == SHIFT else (_CONTROL_ROW,) if keys.modifiers else ()
        held = [next(iter(rows[row]), 0) for row in wanted]
        self.press_codes((*held, keys.codes[0]))
        return True

    def press_codes(self, codes: tuple[int, ...]) -> None:
        """All down in this order, and up in the other one."""
        for code in codes:
            self._fake(KEY_PRESS, code)
        for code in reversed(codes):
            self._fake(KEY_RELEASE, code)
        self._connection.flush()

    def _fake(self, kind: int, code: int) -> None:
        request = struct.pack("=BBHBBxxIIxxxxxxxxHHxxxxxxxx", self._opcode, _FAKE_INPUT, 9, kind, code, 0, 0, 0, 0)
        self._connection.send_raw(request)
