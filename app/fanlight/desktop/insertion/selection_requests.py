"""Who asks for what Fanlight has on the clipboard: events of the X server, seen before Qt answers them."""

from __future__ import annotations

import struct
from collections.abc import Callable

from fanlight.desktop.x11_events import X11EventFilter
from fanlight.desktop.xcb import XcbConnection

_SELECTION_REQUEST = 30
_QUESTIONS = ("TARGETS", "TIMESTAMP", "SAVE_TARGETS")
"""Only about what there is."""


class SelectionRequestWatch(X11EventFilter):
    """Calls `asked` with the window that asks, and whether it asks for content. Layout: X11 protocol, appendix B."""

    code = _SELECTION_REQUEST

    def __init__(self, connection: XcbConnection, asked: Callable[[int, bool], object]) -> None:
        super().__init__()
        self._asked = asked
        self._questions = connection.atoms(*_QUESTIONS)

    def on_event(self, data: bytes) -> None:
        requestor, _selection, target = struct.unpack_from("=III", data, 12)
        self._asked(requestor, target not in self._questions)
