"""A keyboard of Fanlight's own under Wayland (virtual-keyboard-unstable-v1), with the few keys that it presses. Its key
codes are those of other keyboards: Chromium goes by them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from fanlight.desktop.wayland import WaylandConnection, WaylandEvent

KEYBOARDS, SEAT = "zwp_virtual_keyboard_manager_v1", "wl_seat"
KNOWN_MS = 100
"""Programs must know a new keyboard before its first key: without this a fifth of the texts lost their first character
in a Qt editor under sway."""
_CREATE = 0
_KEYMAP, _KEY, _MODIFIERS, _DESTROY = 0, 1, 2, 3
_XKB_V1 = 1
_CONTROL_CODE, _SHIFT_CODE = 29, 42
_SHIFT, _CONTROL = 1, 4

_KEYMAP_TEXT = """xkb_keymap {
xkb_keycodes { minimum = 8; maximum = 255;
  <RTRN> = 36; <LCTL> = 37; <LFSH> = 50; <AB01> = 52; <AB04> = 55; <INS> = 118; };
xkb_types { include "complete" };
xkb_compatibility { include "complete" };
xkb_symbols { key <RTRN> { [ Return ] }; key <LCTL> { [ Control_L ] }; key <LFSH> { [ Shift_L ] };
  key <AB01> { [ z, Z ] }; key <AB04> { [ v, V ] }; key <INS> { [ Insert ] };
  modifier_map Control { <LCTL> }; modifier_map Shift { <LFSH> }; };
};
"""
"""A code of the keymap is that of the kernel and 8."""


@dataclass(frozen=True, slots=True)
class VirtualKey:
    """The kernel's code, and the modifier that is held."""

    code: int
    modifier_code: int = 0
    mask: int = 0


PASTE = VirtualKey(47, _CONTROL_CODE, _CONTROL)
PASTE_IN_TERMINALS = VirtualKey(110, _SHIFT_CODE, _SHIFT)
UNDO = VirtualKey(44, _CONTROL_CODE, _CONTROL)
ENTER = VirtualKey(28)


class VirtualKeyboard:
    def __init__(self, connection: WaylandConnection, seat: int) -> None:
        self._connection, self._seat = connection, seat
        self._manager = connection.bound(KEYBOARDS, 1, _ignored)
        self._number = 0
        self._plugged_in_at = 0.0

    def plug_in(self) -> int:
        """Unless it is. How many ms from now its keys arrive."""
        if not self._number:
            self._number = self._connection.made(_ignored)
            self._connection.request(self._manager, _CREATE, self._seat, self._number)
            self._send_keymap()
            self._plugged_in_at = time.monotonic()
        return max(0, round(KNOWN_MS - 1_000 * (time.monotonic() - self._plugged_in_at)))

    def press(self, key: VirtualKey) -> None:
        """And release it: the modifiers that the user holds on another keyboard do not count."""
        if key.mask:
            self._send_key(key.modifier_code, True)
        self._send_modifiers(key.mask)
        self._send_key(key.code, True)
        self._send_key(key.code, False)
        if key.mask:
            self._send_key(key.modifier_code, False)
            self._send_modifiers(0)

    def unplug(self) -> None:
        if self._number:
            self._connection.request(self._number, _DESTROY)
            self._number = 0

    def _send_keymap(self) -> None:
        data = _KEYMAP_TEXT.encode() + b"\0"
        descriptor = os.memfd_create("keymap", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, data)
            self._connection.request(self._number, _KEYMAP, _XKB_V1, len(data), descriptor=descriptor)
        finally:
            os.close(descriptor)

    def _send_key(self, code: int, down: bool) -> None:
        self._connection.request(self._number, _KEY, round(1_000 * time.monotonic()), code, int(down))

    def _send_modifiers(self, mask: int) -> None:
        self._connection.request(self._number, _MODIFIERS, mask, 0, 0, 0)


def _ignored(_event: WaylandEvent) -> None:
    pass
