"""The few requests of the X protocol that a key grab needs, on Qt's own connection, through libxcb by ctypes.

libxcb, not Xlib: it can say whether one request was refused, without an error handler for the whole process. Layouts of
the replies: X11 protocol, chapter 9; `xcb/xproto.h`.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Iterable
from ctypes import c_char_p, c_int, c_uint8, c_uint16, c_uint32, c_void_p
from dataclasses import dataclass
from typing import Any

ASYNC = 1
KEY_PRESS, KEY_RELEASE, MAPPING_NOTIFY = 2, 3, 34
_HEADER = 32
_NOW, _GRANTED = 0, 0


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", c_void_p), ("rem", c_int), ("index", c_int))


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """`time` is the X server's, in milliseconds; `state` the modifiers before the event; `after` the number of the last
    request on this connection that the server had done when it made the event."""

    down: bool
    code: int
    time: int
    state: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class KeysDown:
    """The key codes that are down in fact, as of the request of that `number`."""

    codes: frozenset[int]
    number: int


class KeyConnection:
    """Raises OSError where libxcb cannot be loaded."""

    def __init__(self, address: int) -> None:
        self._xcb = _load()
        self._libc = ctypes.CDLL(None)
        self._libc.free.argtypes = (c_void_p,)
        self._libc.free.restype = None
        self._c = c_void_p(address)
        setup = self._xcb.xcb_get_setup(self._c)
        self.first_code, self.last_code = ctypes.string_at(setup, 36)[34:36]
        screens = self._xcb.xcb_setup_roots_iterator(setup)
        self.root = c_uint32.from_address(screens.data).value
        self.xkb_event = self._first_event(b"XKEYBOARD")

    def grab_key(self, code: int, masks: Iterable[int]) -> bool:
        """Whether all were granted; none is held otherwise."""
        masks = tuple(masks)
        cookies = [self._xcb.xcb_grab_key_checked(self._c, 0, self.root, mask, code, ASYNC, ASYNC) for mask in masks]
        refused = [self._refused(cookie) for cookie in cookies]
        if any(refused):
            self.let_key_go(code, (mask for mask, no in zip(masks, refused, strict=True) if not no))
        return not any(refused)

    def let_key_go(self, code: int, masks: Iterable[int]) -> None:
        """The server has done it when this returns."""
        for mask in masks:
            self._refused(self._xcb.xcb_ungrab_key_checked(self._c, code, self.root, mask))

    def keysyms(self) -> dict[int, tuple[int, ...]]:
        """For each key code what it may write: layout 1 plain, shifted, layout 2 plain, shifted, then the rest."""
        count = self.last_code - self.first_code + 1
        cookie = self._xcb.xcb_get_keyboard_mapping(self._c, self.first_code, count)
        data = self._reply(self._xcb.xcb_get_keyboard_mapping_reply, cookie)
        width = data[1]
        symbols = struct.unpack_from(f"={width * count}I", data, _HEADER)
        return {self.first_code + i: symbols[i * width : (i + 1) * width] for i in range(count)}

    def modifier_codes(self) -> tuple[tuple[int, ...], ...]:
        """The key codes of the eight modifiers: Shift, Lock, Control, Mod1 to Mod5."""
        data = self._reply(self._xcb.xcb_get_modifier_mapping_reply, self._xcb.xcb_get_modifier_mapping(self._c))
        width = data[1]
        return tuple(
            tuple(code for code in data[_HEADER + i * width : _HEADER + (i + 1) * width] if code) for i in range(8)
        )

    def down(self) -> KeysDown:
        cookie = self._xcb.xcb_query_keymap(self._c)
        bits = self._reply(self._xcb.xcb_query_keymap_reply, cookie)[8:40]
        return KeysDown(frozenset(code for code in range(256) if bits[code // 8] >> code % 8 & 1), cookie.sequence)

    def grab_keyboard(self) -> bool:
        """All of it, on the root window; a grab that a window of ours or one of its keys has becomes this one."""
        cookie = self._xcb.xcb_grab_keyboard(self._c, 0, self.root, _NOW, ASYNC, ASYNC)
        return self._reply(self._xcb.xcb_grab_keyboard_reply, cookie)[1] == _GRANTED

    def let_keyboard_go(self) -> None:
        self._xcb.xcb_ungrab_keyboard(self._c, _NOW)
        self._xcb.xcb_flush(self._c)

    def _first_event(self, extension: bytes) -> int:
        """0 where the server has no such extension."""
        cookie = self._xcb.xcb_query_extension(self._c, len(extension), extension)
        data = self._reply(self._xcb.xcb_query_extension_reply, cookie)
        return data[10] if data[8] else 0

    def _refused(self, cookie: _Cookie) -> int:
        """The error's code, 0 for none. Waits for the server."""
        error = self._xcb.xcb_request_check(self._c, cookie)
        if not error:
            return 0
        code = c_uint8.from_address(error + 1).value
        self._libc.free(error)
        return code

    def _reply(self, function: Callable[..., int], cookie: _Cookie) -> bytes:
        """Header and body. Raises ConnectionError when the server is gone."""
        address = function(self._c, cookie, None)
        if not address:
            raise ConnectionError("the X server does not answer")
        length = _HEADER + 4 * c_uint32.from_address(address + 4).value
        data = ctypes.string_at(address, length)
        self._libc.free(address)
        return data


def kind_of(address: int) -> int:
    """The number of the event at `address`, sent by a program or by the server."""
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


def xkb_kind(address: int) -> int:
    """Which event of the keyboard extension: 0 is a new keyboard, 1 a new map."""
    return c_uint8.from_address(address + 1).value


def _load() -> ctypes.CDLL:
    xcb = ctypes.CDLL("libxcb.so.1")
    takes: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "xcb_get_setup": (c_void_p, ()),
        "xcb_grab_key_checked": (_Cookie, (c_uint8, c_uint32, c_uint16, c_uint8, c_uint8, c_uint8)),
        "xcb_ungrab_key_checked": (_Cookie, (c_uint8, c_uint32, c_uint16)),
        "xcb_request_check": (c_void_p, (_Cookie,)),
        "xcb_get_keyboard_mapping": (_Cookie, (c_uint8, c_uint8)),
        "xcb_get_modifier_mapping": (_Cookie, ()),
        "xcb_query_keymap": (_Cookie, ()),
        "xcb_grab_keyboard": (_Cookie, (c_uint8, c_uint32, c_uint32, c_uint8, c_uint8)),
        "xcb_ungrab_keyboard": (_Cookie, (c_uint32,)),
        "xcb_flush": (c_int, ()),
        "xcb_query_extension": (_Cookie, (c_uint16, c_char_p)),
    }
    for name in ("get_keyboard_mapping", "get_modifier_mapping", "query_keymap", "query_extension", "grab_keyboard"):
        takes[f"xcb_{name}_reply"] = (c_void_p, (_Cookie, c_void_p))
    for name, (gives, arguments) in takes.items():
        function = getattr(xcb, name)
        function.restype, function.argtypes = gives, (c_void_p, *arguments)
    xcb.xcb_setup_roots_iterator.restype = _Screens
    xcb.xcb_setup_roots_iterator.argtypes = (c_void_p,)
    return xcb
