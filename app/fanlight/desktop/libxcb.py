"""libxcb by ctypes: the functions that `xcb.XcbConnection` calls, with their arguments."""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_int, c_int16, c_size_t, c_uint, c_uint8, c_uint16, c_uint32, c_void_p
from functools import cache


class Cookie(ctypes.Structure):
    """Stands for the reply to a request."""

    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", c_void_p), ("rem", c_int), ("index", c_int))


class Slice(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("data", c_void_p), ("length", c_size_t))


class RequestKind(ctypes.Structure):
    """xcb_protocol_request_t; without an `extension` the `opcode` is the first byte of the request."""

    _fields_ = (("count", c_size_t), ("extension", c_void_p), ("opcode", c_uint8), ("unanswered", c_uint8))


_ANSWERED: dict[str, tuple[object, ...]] = {
    "get_geometry": (c_uint32,),
    "get_input_focus": (),
    "get_keyboard_mapping": (c_uint8, c_uint8),
    "get_modifier_mapping": (),
    "get_property": (c_uint8, c_uint32, c_uint32, c_uint32, c_uint32, c_uint32),
    "get_selection_owner": (c_uint32,),
    "get_window_attributes": (c_uint32,),
    "grab_keyboard": (c_uint8, c_uint32, c_uint32, c_uint8, c_uint8),
    "grab_pointer": (c_uint8, c_uint32, c_uint16, c_uint8, c_uint8, c_uint32, c_uint32, c_uint32),
    "intern_atom": (c_uint8, c_uint16, c_char_p),
    "query_extension": (c_uint16, c_char_p),
    "query_keymap": (),
    "query_pointer": (c_uint32,),
    "query_tree": (c_uint32,),
    "translate_coordinates": (c_uint32, c_uint32, c_int16, c_int16),
}
_UNANSWERED: dict[str, tuple[object, ...]] = {
    "change_property": (c_uint8, c_uint32, c_uint32, c_uint32, c_uint8, c_uint32, c_char_p),
    "change_keyboard_mapping": (c_uint8, c_uint8, c_uint8, c_char_p),
    "change_window_attributes": (c_uint32, c_uint32, c_char_p),
    "grab_key_checked": (c_uint8, c_uint32, c_uint16, c_uint8, c_uint8, c_uint8),
    "map_window": (c_uint32,),
    "send_event": (c_uint8, c_uint32, c_uint32, c_char_p),
    "set_input_focus_checked": (c_uint8, c_uint32, c_uint32),
    "ungrab_key_checked": (c_uint8, c_uint32, c_uint16),
    "ungrab_keyboard": (c_uint32,),
    "ungrab_pointer": (c_uint32,),
    "unmap_window": (c_uint32,),
}
"""The arguments of each request after the connection."""


@cache
def library() -> ctypes.CDLL:
    xcb = ctypes.CDLL("libxcb.so.1")
    functions: dict[str, tuple[object, tuple[object, ...]]] = {
        "get_setup": (c_void_p, ()),
        "flush": (c_int, ()),
        "request_check": (c_void_p, (Cookie,)),
    }
    functions |= {name: (Cookie, arguments) for name, arguments in (_ANSWERED | _UNANSWERED).items()}
    functions |= {f"{name}_reply": (c_void_p, (Cookie, c_void_p)) for name in _ANSWERED}
    for name, (result, arguments) in functions.items():
        function = getattr(xcb, f"xcb_{name}")
        function.restype, function.argtypes = result, (c_void_p, *arguments)
    xcb.xcb_send_request.restype = c_uint
    xcb.xcb_send_request.argtypes = (c_void_p, c_int, c_void_p, c_void_p)
    xcb.xcb_wait_for_reply.restype = c_void_p
    xcb.xcb_wait_for_reply.argtypes = (c_void_p, c_uint, c_void_p)
    xcb.xcb_setup_roots_iterator.restype = _Screens
    xcb.xcb_setup_roots_iterator.argtypes = (c_void_p,)
    return xcb


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None)
    libc.free.argtypes, libc.free.restype = (c_void_p,), None
    return libc


def free(address: int) -> None:
    """Of a reply or an error."""
    _libc().free(address)
