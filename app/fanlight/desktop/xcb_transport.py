"""How requests are sent on a connection to the X server, and their replies read."""

from __future__ import annotations

import ctypes
import struct
from ctypes import byref, c_uint32, c_void_p

from fanlight.desktop.libxcb import Cookie, RequestKind, Slice, free, library

HEADER = 32
"""Bytes of a reply before its body."""


class XcbTransport:
    """Wraps a connection that is opened and closed elsewhere. Raises OSError where libxcb cannot be loaded."""

    def __init__(self, address: int) -> None:
        self._xcb = library()
        self._c = c_void_p(address)
        setup = self._xcb.xcb_get_setup(self._c)
        head = ctypes.string_at(setup, 36)
        self._first_code, self._last_code = head[34:36]
        self._id_base, self._id_mask = struct.unpack_from("=II", head, 12)
        """The ids of this connection's windows differ in the bits of the mask alone, as those of any other do."""
        self.root = c_uint32.from_address(self._xcb.xcb_setup_roots_iterator(setup).data).value
        self._atoms: dict[str, int] = {}

    def flush(self) -> None:
        self._xcb.xcb_flush(self._c)

    def _send(self, request: str, *arguments: object) -> Cookie:
        cookie: Cookie = getattr(self._xcb, f"xcb_{request}")(self._c, *arguments)
        return cookie

    def _send_event(self, mask: int, event: bytes) -> None:
        self._send("send_event", 0, self.root, mask, event)

    def send_raw(self, request: bytes, *, answered: bool = False) -> int:
        """A request of an extension: its opcodes, two bytes for its length, and what it consists of, a multiple of four
        bytes. The number of the request."""
        body = ctypes.create_string_buffer(request, len(request))
        slices = (Slice * 3)()  # libxcb uses the two before the one it is given
        slices[2] = Slice(ctypes.addressof(body), len(request))
        kind = RequestKind(1, None, request[0], not answered)
        return int(self._xcb.xcb_send_request(self._c, 0, byref(slices, 2 * ctypes.sizeof(Slice)), byref(kind)))

    def ask_raw(self, request: bytes) -> bytes:
        """Header and body of the reply; empty where there is none."""
        return _taken(self._xcb.xcb_wait_for_reply(self._c, self.send_raw(request, answered=True), None))

    def _reply(self, request: str, cookie: Cookie) -> bytes:
        """Header and body; empty where there is no answer."""
        return _taken(getattr(self._xcb, f"xcb_{request}_reply")(self._c, cookie, None))

    def _required(self, request: str, *arguments: object) -> bytes:
        return checked(self._reply(request, self._send(request, *arguments)))

    def _is_refused(self, cookie: Cookie) -> bool:
        """Waits for the server's reply."""
        error = self._xcb.xcb_request_check(self._c, cookie)
        if error:
            free(error)
        return bool(error)

    def _value(self, cookie: Cookie) -> bytes:
        data = self._reply("get_property", cookie)
        if not data:
            return b""
        (length,) = struct.unpack_from("=I", data, 16)
        return data[HEADER : HEADER + length * data[1] // 8]

    def _word(self, data: bytes) -> int:
        """The first 32-bit value of a reply; 0 where there is none."""
        return int(struct.unpack_from("=I", data, 8)[0]) if data else 0


def _taken(address: int | None) -> bytes:
    """The reply that libxcb allocated."""
    if not address:
        return b""
    data = ctypes.string_at(address, HEADER + 4 * int(c_uint32.from_address(address + 4).value))
    free(address)
    return data


def checked(reply: bytes) -> bytes:
    if not reply:
        raise ConnectionError("the X server does not answer")
    return reply
