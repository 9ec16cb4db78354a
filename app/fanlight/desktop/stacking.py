"""X11: says when other windows are stacked anew, or another one is active (EWMH 1.5). Qt selects the property events of
the root window, so that nothing is asked of the server."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray
from PySide6.QtGui import QGuiApplication

from fanlight.desktop import xcb

_PROPERTY_NOTIFY = 28
_LENGTH = 32


class StackingWatch(QAbstractNativeEventFilter):
    """Calls `changed`, also more often than something has changed. Only where `xcb.is_x11`."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        connection = xcb.qt_connection()
        self._changed, self._root = changed, connection.root
        self._atoms = connection.atoms("_NET_ACTIVE_WINDOW", "_NET_CLIENT_LIST_STACKING", "_NET_CLIENT_LIST")

    def start(self) -> None:
        if application := QGuiApplication.instance():
            application.installNativeEventFilter(self)

    def stop(self) -> None:
        if application := QGuiApplication.instance():
            application.removeNativeEventFilter(self)

    def nativeEventFilter(self, _kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        data = ctypes.string_at(int(message), _LENGTH)
        if data[0] & 0x7F == _PROPERTY_NOTIFY:
            window, atom = struct.unpack_from("=II", data, 4)
            if window == self._root and atom in self._atoms:
                self._changed()
        return False, 0
