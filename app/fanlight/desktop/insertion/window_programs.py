"""Whose windows are whose on X11: by name, and by process."""

from __future__ import annotations

import struct

from fanlight.desktop.xcb import XcbConnection
from fanlight.desktop.xcb_transport import HEADER

_QUERY_CLIENT_IDS, _LOCAL_PROCESS = 4, 2
"""X-Resource 1.2."""


def program_name(connection: XcbConnection, *windows: int) -> str:
    """The class of the first of these windows that has one, in lower case."""
    for (value,) in connection.properties([window for window in windows if window], "WM_CLASS"):
        names = [part for part in value.split(b"\0") if part]
        if names:
            return names[-1].decode("latin-1").lower()
    return ""


def process_of(connection: XcbConnection, window: int) -> int:
    """The id of the process whose connection made the window; 0 where the server does not say."""
    opcode = connection.opcode("X-Resource")
    if not opcode or not window:
        return 0
    reply = connection.ask_raw(struct.pack("=BBHIII", opcode, _QUERY_CLIENT_IDS, 4, 1, window, _LOCAL_PROCESS))
    body = reply[HEADER:]
    return int(struct.unpack_from("=I", body, 12)[0]) if len(body) >= 16 else 0
