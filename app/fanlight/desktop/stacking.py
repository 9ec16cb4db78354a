"""X11: says when other windows are stacked anew, or another one is active (EWMH 1.5). Qt selects the property events of
the root window, so that nothing is asked of the server."""

from __future__ import annotations

import struct
from collections.abc import Callable

from fanlight.desktop import xcb
from fanlight.desktop.x11_events import X11EventFilter

_PROPERTY_NOTIFY = 28


class StackingWatch(X11EventFilter):
    """Calls `changed`, also more often than something has changed. Only where `xcb.is_x11`."""

    code = _PROPERTY_NOTIFY

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        connection = xcb.qt_connection()
        self._changed, self._root = changed, connection.root
        self._atoms = connection.atoms("_NET_ACTIVE_WINDOW", "_NET_CLIENT_LIST_STACKING", "_NET_CLIENT_LIST")

    def on_event(self, data: bytes) -> None:
        window, atom = struct.unpack_from("=II", data, 4)
        if window == self._root and atom in self._atoms:
            self._changed()
