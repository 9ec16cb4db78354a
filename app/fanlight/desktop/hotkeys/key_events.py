"""Key events as libxcb hands them to a native event filter of Qt. Layouts: X11 protocol, appendix B."""

from __future__ import annotations

import ctypes
import struct
from ctypes import c_uint8
from dataclasses import dataclass

KEY_PRESS, KEY_RELEASE, MAPPING_NOTIFY = 2, 3, 34


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """`time` is the X server's, in milliseconds; `state` the modifiers before the event; `after` the number of the last
    request on this connection that the server had processed when it generated the event."""

    down: bool
    code: int
    time: int
    state: int
    after: int = 0


def event_number(address: int) -> int:
    """The event's code, without the bit that marks an event sent by a program."""
    return c_uint8.from_address(address).value & 0x7F


def key_event(address: int) -> KeyEvent:
    data = ctypes.string_at(address, 36)  # libxcb writes the whole sequence number behind the server's 32 bytes
    (time,) = struct.unpack_from("=I", data, 4)
    (state,) = struct.unpack_from("=H", data, 28)
    (after,) = struct.unpack_from("=I", data, 32)
    return KeyEvent(data[0] & 0x7F == KEY_PRESS, data[1], time, state, after)


def is_before(number: int, other: int) -> bool:
    """Whether a request came before another one; their numbers begin anew after 2**32."""
    return (number - other) % 2**32 >= 2**31


def xkb_event_kind(address: int) -> int:
    """Which event of the keyboard extension: 0 is a new keyboard, 1 a new map."""
    return c_uint8.from_address(address + 1).value
