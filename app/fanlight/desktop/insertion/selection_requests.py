"""Who asks for what Fanlight has on the clipboard: events of the X server, seen before Qt answers them."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.xcb import XcbConnection

_SELECTION_REQUEST = 30
_LENGTH = 28
_QUESTIONS = ("TARGETS", "TIMESTAMP", "SAVE_TARGETS")
"""Only about what there is."""


class SelectionRequestWatch(QAbstractNativeEventFilter):
    """Calls `asked` with the window that asks for content. Layout: X11 protocol, appendix B."""

    def __init__(self, connection: XcbConnection, asked: Callable[[int], object]) -> None:
        super().__init__()
        self._asked = asked
        self._questions = connection.atoms(*_QUESTIONS)

    def start(self) -> None:
        if application := QGuiApplication.instance():
            application.installNativeEventFilter(self)

    def stop(self) -> None:
        if application := QGuiApplication.instance():
            application.removeNativeEventFilter(self)

    def nativeEventFilter(self, _kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        data = ctypes.string_at(int(message), _LENGTH)
        if data[0] & 0x7F == _SELECTION_REQUEST:
            requestor, _selection, target = struct.unpack_from("=III", data, 12)
            if target not in self._questions:
                self._asked(requestor)
        return False, 0
