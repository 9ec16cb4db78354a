"""A connection of Fanlight's own to the Wayland compositor, on Qt's event loop: for protocols that Qt does not speak.

The messages are written and read here; there are few of them, and each object's are known by the module that makes it.
Wire format: the Wayland protocol, "Wire Format".
"""

from __future__ import annotations

import array
import logging
import os
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Signal

log = logging.getLogger(__name__)

_DISPLAY = 1
_SYNC, _GET_REGISTRY, _BIND = 0, 1, 0
_ERROR, _GLOBAL, _GLOBAL_REMOVE = 0, 0, 1
_HEADER = 8
_CHUNK_BYTES, _MOST_DESCRIPTORS = 65_536, 28
_SEND_SECONDS = 1.0


class WaylandEvent:
    """Its arguments, taken in their order."""

    def __init__(self, code: int, body: bytes, descriptors: deque[int]) -> None:
        self.code = code
        self._body, self._at, self._descriptors = body, 0, descriptors

    def word(self) -> int:
        """An unsigned number, or an object's."""
        (value,) = struct.unpack_from("=I", self._body, self._at)
        self._at += 4
        return int(value)

    def text(self) -> str:
        return self._bytes().rstrip(b"\0").decode("utf-8", "replace")

    def words(self) -> tuple[int, ...]:
        """An array of numbers."""
        data = self._bytes()
        return struct.unpack(f"={len(data) // 4}I", data[: len(data) // 4 * 4])

    def descriptor(self) -> int:
        """An open file, which the caller closes. Raises IndexError where none has come."""
        return self._descriptors.popleft()

    def _bytes(self) -> bytes:
        length = self.word()
        data = self._body[self._at : self._at + length]
        self._at += (length + 3) // 4 * 4
        return data


Handler = Callable[[WaylandEvent], None]


class WaylandConnection(QObject):
    """`offers`: the version of each interface that the compositor has. Requests on a connection that is closed do
    nothing."""

    closed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Raises OSError where there is no compositor, or none that answers."""
        super().__init__(parent)
        self.offers: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._handlers: dict[int, Handler] = {_DISPLAY: self._on_display}
        self._last = _DISPLAY
        self._incoming = bytearray()
        self._descriptors: deque[int] = deque()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_SEND_SECONDS)
        try:
            self._socket.connect(str(_address()))
        except OSError:
            self._socket.close()
            raise
        self._notifier = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._registry = self.made(self._on_registry)
        self.request(_DISPLAY, _GET_REGISTRY, self._registry)
        if not self.round_trip(_SEND_SECONDS):
            self.close()
            raise ConnectionError("no answer")

    @property
    def is_open(self) -> bool:
        return self._socket.fileno() != -1

    def made(self, handler: Handler) -> int:
        """The number of a new object, for the request that makes it."""
        self._last += 1
        self._handlers[self._last] = handler
        return self._last

    def listen(self, number: int, handler: Handler) -> None:
        """To an object that the compositor has made, or another `handler` of one of ours."""
        self._handlers[number] = handler

    def forget(self, number: int) -> None:
        """After its last request."""
        self._handlers.pop(number, None)

    def bound(self, interface: str, version: int, handler: Handler) -> int:
        """The number of a new object for one of what the compositor `offers`, of this version or an older one."""
        version = min(version, self.offers[interface])
        number = self.made(handler)
        self.request(self._registry, _BIND, self._numbers[interface], interface, version, number)
        return number

    def request(self, target: int, code: int, *arguments: int | str, descriptor: int | None = None) -> None:
        """`descriptor` stays open here."""
        if not self.is_open:
            return
        body = b"".join(_packed(one) for one in arguments)
        data = struct.pack("=IHH", target, code, _HEADER + len(body)) + body
        files = (
            [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))] if descriptor is not None else []
        )
        try:
            sent = self._socket.sendmsg([data], files)
            self._socket.sendall(data[sent:])
        except OSError as error:
            self._lose(str(error))

    def round_trip(self, seconds: float) -> bool:
        """Handle all that the compositor has said up to now. Whether it answers within this time."""
        answered: list[bool] = []
        self.request(_DISPLAY, _SYNC, self.made(lambda _event: answered.append(True)))
        until = time.monotonic() + seconds
        while self.is_open and not answered and (left := until - time.monotonic()) > 0:
            if select.select([self._socket], [], [], left)[0]:
                self._read()
        return bool(answered)

    def close(self) -> None:
        if self.is_open:
            self._notifier.setEnabled(False)
            self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())

    def _read(self) -> None:
        if not self.is_open:
            return
        room = socket.CMSG_SPACE(4 * _MOST_DESCRIPTORS)
        try:
            data, files, *_ = self._socket.recvmsg(_CHUNK_BYTES, room, socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(str(error))
            return
        for level, kind, content in files:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                self._descriptors.extend(array.array("i", content[: len(content) // 4 * 4]))
        self._incoming += data
        if not data:
            self._lose("ended")
        self._handle_all()

    def _handle_all(self) -> None:
        while len(self._incoming) >= _HEADER:
            target, code, size = struct.unpack_from("=IHH", self._incoming)
            if len(self._incoming) < size:
                return
            body = bytes(self._incoming[_HEADER:size])
            del self._incoming[: max(size, _HEADER)]
            if handler := self._handlers.get(target):
                handler(WaylandEvent(code, body, self._descriptors))

    def _on_display(self, event: WaylandEvent) -> None:
        if event.code == _ERROR:
            self._lose(f"{event.word()}.{event.word()}: {event.text()}")

    def _on_registry(self, event: WaylandEvent) -> None:
        number = event.word()
        if event.code == _GLOBAL:
            interface = event.text()
            self._numbers.setdefault(interface, number)
            self.offers.setdefault(interface, event.word())

    def _lose(self, reason: str) -> None:
        if self.is_open:
            log.warning("Wayland: %s", reason)
            self.close()
            self.closed.emit()


def _address() -> Path:
    """Raises OSError where the environment names no compositor."""
    name, folder = os.environ.get("WAYLAND_DISPLAY", ""), os.environ.get("XDG_RUNTIME_DIR", "")
    if not name or not (folder or name.startswith("/")):
        raise FileNotFoundError
    return Path(folder) / name


def _packed(argument: int | str) -> bytes:
    if isinstance(argument, int):
        return struct.pack("=I", argument & 0xFFFFFFFF)
    data = argument.encode() + b"\0"
    return struct.pack("=I", len(data)) + data.ljust((len(data) + 3) // 4 * 4, b"\0")
