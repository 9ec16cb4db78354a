"""The few requests of the X protocol that own windows and other programs' windows need, through libxcb by ctypes.

On Qt's own connection, and never waiting for one reply after the other: all requests go out first. A window that has
gone in between answers nothing, and is no error. Layouts of the replies: X11 protocol, chapter 9; `xcb/xproto.h`.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable, Sequence
from ctypes import c_char_p, c_int, c_int16, c_uint8, c_uint16, c_uint32, c_void_p

from PySide6.QtGui import QGuiApplication

ATOM, CARDINAL, WINDOW = 4, 6, 33
_ANY_TYPE = 0
_HEADER = 32
_CLIENT_MESSAGE, _UNMAP_NOTIFY = 33, 18
_TO_THE_MANAGER = 1 << 19 | 1 << 20
"""SubstructureNotify and SubstructureRedirect."""
_VIEWABLE = 2
_ASYNC, _GRANTED = 1, 0
_BUTTONS = 0x1F00
"""Of the pointer's mask: buttons 1 to 5."""
_LONGEST = 4096
"""32-bit words of a property."""


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", c_void_p), ("rem", c_int), ("index", c_int))


class WindowsConnection:
    """Raises OSError where libxcb cannot be loaded."""

    def __init__(self, address: int) -> None:
        self._xcb = _load()
        self._libc = ctypes.CDLL(None)
        self._libc.free.argtypes, self._libc.free.restype = (c_void_p,), None
        self._c = c_void_p(address)
        screens = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(self._c))
        self.root = c_uint32.from_address(screens.data).value
        self._atoms: dict[str, int] = {}

    def atoms(self, *names: str) -> list[int]:
        new = [name for name in names if name not in self._atoms]
        cookies = [self._xcb.xcb_intern_atom(self._c, 0, len(name), name.encode()) for name in new]
        for name, cookie in zip(new, cookies, strict=True):
            data = self._reply("intern_atom", cookie)
            self._atoms[name] = struct.unpack_from("=I", data, 8)[0] if data else 0
        return [self._atoms[name] for name in names]

    def properties(self, windows: Iterable[int], *names: str) -> list[list[bytes]]:
        """For each window the values of the named properties; empty where there are none."""
        atoms = self.atoms(*names)
        cookies = [
            [self._xcb.xcb_get_property(self._c, 0, window, atom, _ANY_TYPE, 0, _LONGEST) for atom in atoms]
            for window in windows
        ]
        return [[self._value(cookie) for cookie in row] for row in cookies]

    def boxes(self, windows: Sequence[int]) -> list[tuple[int, int, int, int] | None]:
        """Left, top (both from the root's corner), width and height of each window that can be seen, without the
        manager's frame; None for one that cannot, or is gone."""
        shapes = [self._xcb.xcb_get_geometry(self._c, window) for window in windows]
        places = [self._xcb.xcb_translate_coordinates(self._c, window, self.root, 0, 0) for window in windows]
        states = [self._xcb.xcb_get_window_attributes(self._c, window) for window in windows]
        found: list[tuple[int, int, int, int] | None] = []
        for shape, place, state in zip(shapes, places, states, strict=True):
            size, corner = self._reply("get_geometry", shape), self._reply("translate_coordinates", place)
            seen = self._reply("get_window_attributes", state)
            if size and corner and seen and seen[26] == _VIEWABLE:
                found.append((*struct.unpack_from("=hh", corner, 12), *struct.unpack_from("=HH", size, 16)))
            else:
                found.append(None)
        return found

    def place(self, window: int) -> tuple[int, int, int, int] | None:
        """As `boxes`, also of a window that cannot be seen."""
        size = self._reply("get_geometry", self._xcb.xcb_get_geometry(self._c, window))
        corner = self._xcb.xcb_translate_coordinates(self._c, window, self.root, 0, 0)
        at = self._reply("translate_coordinates", corner)
        return (*struct.unpack_from("=hh", at, 12), *struct.unpack_from("=HH", size, 16)) if size and at else None

    def focus(self) -> int:
        data = self._reply("get_input_focus", self._xcb.xcb_get_input_focus(self._c))
        return int(struct.unpack_from("=I", data, 8)[0]) if data else 0

    def owner(self, selection: str) -> int:
        """The window that owns a selection; 0 for none."""
        (atom,) = self.atoms(selection)
        data = self._reply("get_selection_owner", self._xcb.xcb_get_selection_owner(self._c, atom))
        return int(struct.unpack_from("=I", data, 8)[0]) if data else 0

    def button_is_down(self) -> bool:
        data = self._reply("query_pointer", self._xcb.xcb_query_pointer(self._c, self.root))
        return bool(data) and bool(struct.unpack_from("=H", data, 24)[0] & _BUTTONS)

    def may_grab_pointer(self) -> bool:
        """Whether no other program holds the mouse: it is taken and given back."""
        cookie = self._xcb.xcb_grab_pointer(self._c, 1, self.root, 0, _ASYNC, _ASYNC, 0, 0, 0)
        data = self._reply("grab_pointer", cookie)
        self._xcb.xcb_ungrab_pointer(self._c, 0)
        return bool(data) and data[1] == _GRANTED

    def set_words(self, window: int, name: str, kind: int, words: Sequence[int]) -> None:
        """Replace a property of 32-bit values."""
        (atom,) = self.atoms(name)
        data = struct.pack(f"={len(words)}I", *words)
        self._xcb.xcb_change_property(self._c, 0, window, atom, kind, 32, len(words), data)

    def unmap(self, window: int) -> None:
        """Withdrawn, as ICCCM 4.1.4 wants it said to the window manager."""
        self._xcb.xcb_unmap_window(self._c, window)
        self._send(struct.pack("=BxHIIB19x", _UNMAP_NOTIFY, 0, self.root, window, 0))

    def map(self, window: int) -> None:
        self._xcb.xcb_map_window(self._c, window)

    def ask_manager(self, window: int, name: str, words: Sequence[int]) -> None:
        """A client message about `window` to the window manager (EWMH)."""
        (atom,) = self.atoms(name)
        padded = [*words, 0, 0, 0, 0, 0][:5]
        self._send(struct.pack("=BBHII5I", _CLIENT_MESSAGE, 32, 0, window, atom, *padded))

    def flush(self) -> None:
        self._xcb.xcb_flush(self._c)

    def _send(self, event: bytes) -> None:
        self._xcb.xcb_send_event(self._c, 0, self.root, _TO_THE_MANAGER, event)

    def _value(self, cookie: _Cookie) -> bytes:
        data = self._reply("get_property", cookie)
        if not data:
            return b""
        count = struct.unpack_from("=I", data, 16)[0] * data[1] // 8
        return data[_HEADER : _HEADER + count]

    def _reply(self, request: str, cookie: _Cookie) -> bytes:
        """Header and body; empty when it was refused."""
        error = c_void_p()
        address = getattr(self._xcb, f"xcb_{request}_reply")(self._c, cookie, ctypes.byref(error))
        if error:
            self._libc.free(error)
        if not address:
            return b""
        length = _HEADER + 4 * int(c_uint32.from_address(address + 4).value)
        data = ctypes.string_at(address, length)
        self._libc.free(address)
        return data


def words(value: bytes) -> tuple[int, ...]:
    """A property of 32-bit values."""
    return struct.unpack(f"={len(value) // 4}I", value[: len(value) // 4 * 4])


def of_qt() -> WindowsConnection:
    """Qt's own. Only where the platform is "xcb": the interface is there on others, too, and gives nothing."""
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    return WindowsConnection(application.nativeInterface().connection())  # type: ignore[attr-defined]


def _load() -> ctypes.CDLL:
    xcb = ctypes.CDLL("libxcb.so.1")
    takes: dict[str, tuple[object, tuple[object, ...]]] = {
        "get_setup": (c_void_p, ()),
        "flush": (c_int, ()),
        "intern_atom": (_Cookie, (c_uint8, c_uint16, c_char_p)),
        "get_property": (_Cookie, (c_uint8, c_uint32, c_uint32, c_uint32, c_uint32, c_uint32)),
        "change_property": (_Cookie, (c_uint8, c_uint32, c_uint32, c_uint32, c_uint8, c_uint32, c_char_p)),
        "get_geometry": (_Cookie, (c_uint32,)),
        "translate_coordinates": (_Cookie, (c_uint32, c_uint32, c_int16, c_int16)),
        "get_window_attributes": (_Cookie, (c_uint32,)),
        "get_input_focus": (_Cookie, ()),
        "get_selection_owner": (_Cookie, (c_uint32,)),
        "query_pointer": (_Cookie, (c_uint32,)),
        "grab_pointer": (
            _Cookie,
            (c_uint8, c_uint32, c_uint16, c_uint8, c_uint8, c_uint32, c_uint32, c_uint32),
        ),
        "ungrab_pointer": (_Cookie, (c_uint32,)),
        "map_window": (_Cookie, (c_uint32,)),
        "unmap_window": (_Cookie, (c_uint32,)),
        "send_event": (_Cookie, (c_uint8, c_uint32, c_uint32, c_char_p)),
    }
    answered = ("get_", "grab_", "intern_", "query_", "translate_")
    for name in [name for name in takes if name.startswith(answered) and name != "get_setup"]:
        takes[f"{name}_reply"] = (c_void_p, (_Cookie, c_void_p))
    for name, (gives, arguments) in takes.items():
        function = getattr(xcb, f"xcb_{name}")
        function.restype, function.argtypes = gives, (c_void_p, *arguments)
    xcb.xcb_setup_roots_iterator.restype = _Screens
    xcb.xcb_setup_roots_iterator.argtypes = (c_void_p,)
    return xcb
