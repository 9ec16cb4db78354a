"""The requests of the X protocol that Fanlight makes itself, on Qt's own connection, through libxcb.

libxcb, not Xlib: it reports whether a single request was refused, without an error handler for the whole process.
Requests that belong together go out before the first reply is awaited. A window that has gone in between has no reply,
which is no error. Layouts of replies and events: X11 protocol, chapter 9 and appendix B; `xcb/xproto.h`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtGui import QGuiApplication

from fanlight.desktop.libxcb import Cookie
from fanlight.desktop.xcb_transport import HEADER, XcbTransport, checked

ATOM, CARDINAL = 4, 6
"""Types of a property."""
_ANY_TYPE = 0
_CLIENT_MESSAGE, _UNMAP_NOTIFY = 33, 18
_TO_MANAGER, _TO_LISTENERS = 1 << 19 | 1 << 20, 1 << 22
"""Event masks of the root window: SubstructureNotify with SubstructureRedirect, and PropertyChange."""
_EVENT_MASK, _SUBSTRUCTURE = 1 << 11, 1 << 19
_VIEWABLE = 2
_ASYNC, _NOW, _GRANTED = 1, 0, 0
_BUTTONS = 0x1F00
"""Of the pointer's mask: buttons 1 to 5."""
_LONGEST_PROPERTY = 4096
"""32-bit words."""
_INPUT_OUTPUT = 1
"""The class of a window that shows something."""
FOCUS_UNDER_POINTER = 1
"""In place of a window: whatever is under the pointer has the focus."""
_FOCUS_TO_PARENT = 2


@dataclass(frozen=True, slots=True)
class KeysDown:
    """The key codes that are down, as of the request of that `number`."""

    codes: frozenset[int]
    number: int


def is_x11() -> bool:
    """Whether Qt runs on an X server."""
    return QGuiApplication.platformName() == "xcb"


def qt_connection() -> XcbConnection:
    """Qt's own connection; call it only where `is_x11`. Raises OSError where libxcb cannot be loaded."""
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    return _connection(application.nativeInterface().connection())  # type: ignore[attr-defined]


class XcbConnection(XcbTransport):
    """Requests that the server does not answer return what means "none", unless they raise ConnectionError."""

    # Keys.

    def grab_key(self, code: int, masks: Iterable[int]) -> bool:
        """Whether all were granted; none is held otherwise."""
        masks = tuple(masks)
        cookies = [self._send("grab_key_checked", 0, self.root, mask, code, _ASYNC, _ASYNC) for mask in masks]
        refused = [self._is_refused(cookie) for cookie in cookies]
        if any(refused):
            self.ungrab_key(code, (mask for mask, no in zip(masks, refused, strict=True) if not no))
        return not any(refused)

    def ungrab_key(self, code: int, masks: Iterable[int]) -> None:
        """The server has processed it when this returns."""
        for mask in masks:
            self._is_refused(self._send("ungrab_key_checked", code, self.root, mask))

    def keysyms(self) -> dict[int, tuple[int, ...]]:
        """The keysyms of each key code: layout 1 plain, shifted, layout 2 plain, shifted, then the rest. Raises
        ConnectionError."""
        count = self._last_code - self._first_code + 1
        data = self._required("get_keyboard_mapping", self._first_code, count)
        width = data[1]
        symbols = struct.unpack_from(f"={width * count}I", data, HEADER)
        return {self._first_code + i: symbols[i * width : (i + 1) * width] for i in range(count)}

    def modifier_codes(self) -> tuple[tuple[int, ...], ...]:
        """The key codes of the eight modifiers: Shift, Lock, Control, Mod1 to Mod5. Raises ConnectionError."""
        data = self._required("get_modifier_mapping")
        width = data[1]
        return tuple(
            tuple(code for code in data[HEADER + i * width : HEADER + (i + 1) * width] if code) for i in range(8)
        )

    def keys_down(self) -> KeysDown:
        """Raises ConnectionError."""
        cookie = self._send("query_keymap")
        bits = checked(self._reply("query_keymap", cookie))[8:40]
        return KeysDown(frozenset(code for code in range(256) if bits[code // 8] >> code % 8 & 1), cookie.sequence)

    def grab_keyboard(self) -> bool:
        """Grab the whole keyboard on the root window, and return whether it was granted; replaces a grab of this
        connection by a window or a key. Raises ConnectionError."""
        return self._required("grab_keyboard", 0, self.root, _NOW, _ASYNC, _ASYNC)[1] == _GRANTED

    def ungrab_keyboard(self) -> None:
        self._send("ungrab_keyboard", _NOW)
        self.flush()

    def first_event(self, extension: str) -> int:
        """The number of the extension's first event, 0 where the server does not have it. Raises ConnectionError."""
        data = self._required("query_extension", len(extension), extension.encode())
        return data[10] if data[8] else 0

    def opcode(self, extension: str) -> int:
        """The first byte of the extension's requests, 0 where the server does not have it."""
        data = self._reply("query_extension", self._send("query_extension", len(extension), extension.encode()))
        return data[9] if data and data[8] else 0

    def change_keysyms(self, first_code: int, rows: Sequence[Sequence[int]]) -> None:
        """What the keys from this code on write, as many symbols each; 0 is none. All programs are told."""
        symbols = [symbol for row in rows for symbol in row]
        data = struct.pack(f"={len(symbols)}I", *symbols)
        self._send("change_keyboard_mapping", len(rows), first_code, len(symbols) // max(1, len(rows)), data)

    # The pointer and the focus.

    def is_button_down(self) -> bool:
        data = self._reply("query_pointer", self._send("query_pointer", self.root))
        return bool(data) and bool(struct.unpack_from("=H", data, 24)[0] & _BUTTONS)

    def can_grab_pointer(self) -> bool:
        """Whether no other program has grabbed the pointer, tested by a grab that ends at once."""
        cookie = self._send("grab_pointer", 1, self.root, 0, _ASYNC, _ASYNC, 0, 0, _NOW)
        data = self._reply("grab_pointer", cookie)
        self._send("ungrab_pointer", _NOW)
        return bool(data) and data[1] == _GRANTED

    def focused_window(self) -> int:
        """The id of the window with the input focus, of any program; 0 where the server does not answer."""
        return self._word(self._reply("get_input_focus", self._send("get_input_focus")))

    def set_focus(self, window: int) -> bool:
        """Give it the input focus; it may be FOCUS_UNDER_POINTER. Whether it was done: a window that cannot be seen is
        refused."""
        return not self._is_refused(self._send("set_input_focus_checked", _FOCUS_TO_PARENT, window, _NOW))

    def window_under_pointer(self) -> int:
        """The child of the root window that has the pointer over it; 0 for none."""
        data = self._reply("query_pointer", self._send("query_pointer", self.root))
        return int(struct.unpack_from("=I", data, 12)[0]) if data else 0

    # Windows and their properties.

    def is_one_programs(self, window: int, other: int) -> bool:
        """Whether one connection has made both windows."""
        return bool(window) and (window ^ other) & ~self._id_mask == 0

    def is_own(self, window: int) -> bool:
        """Whether this connection has made it."""
        return self.is_one_programs(window, self._id_base)

    def atoms(self, *names: str) -> list[int]:
        new = [name for name in names if name not in self._atoms]
        cookies = [self._send("intern_atom", 0, len(name), name.encode()) for name in new]
        for name, cookie in zip(new, cookies, strict=True):
            self._atoms[name] = self._word(self._reply("intern_atom", cookie))
        return [self._atoms[name] for name in names]

    def properties(self, windows: Iterable[int], *names: str) -> list[list[bytes]]:
        """For each window the values of the named properties; empty where there are none."""
        atoms = self.atoms(*names)
        cookies = [
            [self._send("get_property", 0, window, atom, _ANY_TYPE, 0, _LONGEST_PROPERTY) for atom in atoms]
            for window in windows
        ]
        return [[self._value(cookie) for cookie in row] for row in cookies]

    def set_property(self, window: int, name: str, kind: int, words: Sequence[int]) -> None:
        """Replace a property of 32-bit values."""
        (atom,) = self.atoms(name)
        data = struct.pack(f"={len(words)}I", *words)
        self._send("change_property", 0, window, atom, kind, 32, len(words), data)

    def viewable_boxes(self, windows: Sequence[int]) -> list[tuple[int, int, int, int] | None]:
        """Left, top (both from the root's corner), width and height of each window that can be seen, without the
        manager's frame; None for one that cannot, or is gone."""
        places = [self._ask_place(window) for window in windows]
        states = [self._send("get_window_attributes", window) for window in windows]
        found: list[tuple[int, int, int, int] | None] = []
        for place, state in zip(places, states, strict=True):
            box, seen = self._placed(*place), self._reply("get_window_attributes", state)
            found.append(box if _is_seen(seen) else None)
        return found

    def unmanaged_boxes(self) -> list[tuple[int, int, int, int]]:
        """Those of the windows on view that bypass the window manager, such as menus; topmost first."""
        tree = self._reply("query_tree", self._send("query_tree", self.root))
        children = words(tree[HEADER:])[::-1]
        asked = [(self._ask_place(window), self._send("get_window_attributes", window)) for window in children]
        found = []
        for place, state in asked:
            box, seen = self._placed(*place), self._reply("get_window_attributes", state)
            if box is not None and _is_seen(seen) and seen[27]:
                found.append(box)
        return found

    def box(self, window: int) -> tuple[int, int, int, int] | None:
        """As `viewable_boxes`, also of a window that cannot be seen."""
        return self._placed(*self._ask_place(window))

    def selection_owner(self, selection: str) -> int:
        """The window that owns a selection; 0 for none."""
        cookie = self._send("get_selection_owner", *self.atoms(selection))
        return self._word(self._reply("get_selection_owner", cookie))

    def withdraw(self, window: int) -> None:
        """Unmap it and notify the window manager (ICCCM 4.1.4)."""
        self._send("unmap_window", window)
        self._send_event(_TO_MANAGER, struct.pack("=BxHIIB19x", _UNMAP_NOTIFY, 0, self.root, window, 0))

    def map(self, window: int) -> None:
        self._send("map_window", window)

    def ask_manager(self, window: int, name: str, words: Sequence[int]) -> None:
        """A client message about `window` to the window manager (EWMH)."""
        self._send_event(_TO_MANAGER, self._message(window, name, words))

    def tell_window(self, window: int, name: str, words: Sequence[int]) -> None:
        """A client message to the program whose window it is."""
        self._send("send_event", 0, window, 0, self._message(window, name, words))

    def hear_messages_to_manager(self, hear: bool) -> None:
        """Whether this connection, too, receives what programs send to the window manager, as client messages."""
        data = self._reply("get_window_attributes", self._send("get_window_attributes", self.root))
        if data:
            (mask,) = struct.unpack_from("=I", data, 36)
            mask = mask | _SUBSTRUCTURE if hear else mask & ~_SUBSTRUCTURE
            self._send("change_window_attributes", self.root, _EVENT_MASK, struct.pack("=I", mask))

    def broadcast(self, window: int, name: str, text: str) -> None:
        """A text of any length to all who listen at the root window: messages of 20 bytes, the last one ended by a
        null, the first one called `name`_BEGIN (Startup Notification 0.1)."""
        data, (first, then) = text.encode() + b"\0", self.atoms(f"{name}_BEGIN", name)
        for start in range(0, len(data), 20):
            head = struct.pack("=BBHII", _CLIENT_MESSAGE, 8, 0, window, then if start else first)
            self._send_event(_TO_LISTENERS, head + data[start : start + 20].ljust(20, b"\0"))

    def _message(self, window: int, name: str, words: Sequence[int]) -> bytes:
        (atom,) = self.atoms(name)
        padded = [*words, 0, 0, 0, 0, 0][:5]
        return struct.pack("=BBHII5I", _CLIENT_MESSAGE, 32, 0, window, atom, *padded)

    def _ask_place(self, window: int) -> tuple[Cookie, Cookie]:
        return self._send("get_geometry", window), self._send("translate_coordinates", window, self.root, 0, 0)

    def _placed(self, shape: Cookie, place: Cookie) -> tuple[int, int, int, int] | None:
        size, corner = self._reply("get_geometry", shape), self._reply("translate_coordinates", place)
        if not size or not corner:
            return None
        return (*struct.unpack_from("=hh", corner, 12), *struct.unpack_from("=HH", size, 16))


def words(value: bytes) -> tuple[int, ...]:
    """The unsigned 32-bit values of a property."""
    return struct.unpack(f"={len(value) // 4}I", value[: len(value) // 4 * 4])


def _is_seen(attributes: bytes) -> bool:
    return (
        bool(attributes)
        and attributes[26] == _VIEWABLE
        and struct.unpack_from("=H", attributes, 12)[0] == _INPUT_OUTPUT
    )


@lru_cache(maxsize=1)
def _connection(address: int) -> XcbConnection:
    return XcbConnection(address)
