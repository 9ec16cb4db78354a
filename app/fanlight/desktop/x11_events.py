"""Events of the X server, seen before Qt handles them."""

from __future__ import annotations

import ctypes
from abc import abstractmethod

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray
from PySide6.QtGui import QGuiApplication

_LENGTH = 32
"""Of every event (X11 protocol, appendix B)."""


class X11EventFilter(QAbstractNativeEventFilter):
    """Sees the events of one `code`, whether another client has sent them or the server; Qt handles them all."""

    code: int

    def start(self) -> None:
        if application := QGuiApplication.instance():
            application.installNativeEventFilter(self)

    def stop(self) -> None:
        if application := QGuiApplication.instance():
            application.removeNativeEventFilter(self)

    def nativeEventFilter(self, _kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        data = ctypes.string_at(int(message), _LENGTH)
        if data[0] & 0x7F == self.code:
            self.on_event(data)
        return False, 0

    @abstractmethod
    def on_event(self, data: bytes) -> None:
        """The whole event."""
