"""The window's end of the local socket, without blocking.

`client` describes the protocol. A caller that sends nothing, nonsense or too much, or goes away in the middle, is
dropped; every buffer has a limit.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket  # noqa: TID251 - local sockets, and only here

from fanlight.i18n import _
from fanlight.ipc import client
from fanlight.ipc.address import addresses, home, is_private

log = logging.getLogger(__name__)

MOST_CALLERS = 32
QUIET_SECONDS = 10.0
"""A request must go on arriving."""
CHUNK_BYTES = 2**20
"""Read from a socket at once; the rest stays in the system's buffer."""
MOST_UNREAD_BYTES = 8 * 2**20
"""A caller that does not read its answer is dropped."""


class Caller(QObject):
    """One connection: its request, once it is whole, and the answer."""

    request_arrived = Signal()
    """`request` and `blobs` are there."""
    disconnected = Signal()
    """Exactly once: the caller went away, or its answer has ended."""

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self.request: dict[str, Any] = {}
        self.blobs: list[bytearray] = []
        self._line: bytearray | None = bytearray()
        self._sizes: list[int] = []
        self._ignores_input = self._is_closed = False
        self._socket = socket
        socket.setParent(self)
        socket.setReadBufferSize(CHUNK_BYTES)
        self._timeout = QTimer(self, singleShot=True, interval=int(QUIET_SECONDS * 1000))
        self._timeout.timeout.connect(lambda: self._drop_caller("quiet for too long"))
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self._on_disconnected)

    def start(self) -> None:
        """Read what has arrived, and what arrives."""
        self._timeout.start()
        self._read()

    def send_line(self, line: Mapping[str, Any]) -> None:
        """Returns at once."""
        if self._is_closed:
            return
        if self._socket.bytesToWrite() > MOST_UNREAD_BYTES:
            log.info("a caller does not read its answer")
            self._socket.abort()
            return
        self._socket.write(json.dumps(line).encode() + b"\n")
        self._socket.flush()

    def send_last_line(self, line: Mapping[str, Any]) -> None:
        """Send the last line, and disconnect once it is written."""
        self._ignores_input = True
        self.send_line(line)
        if not self._is_closed:
            self._timeout.start()  # for the caller to take it
            self._socket.disconnectFromServer()  # after what is still to be written

    def send_refusal(self, message: str, hint: str = "", *, usage: bool = False) -> None:
        """`usage`: the command's arguments were wrong."""
        self.send_last_line({"end": "refused", "message": message, "hint": hint, "usage": usage})

    def _read(self) -> None:
        data = bytes(self._socket.readAll().data())
        if not data or self._ignores_input:
            return
        self._timeout.start()
        if self._line is not None:
            data = self._read_line(data)
        self._fill(data)
        if (
            self._line is None
            and len(self.blobs) == len(self._sizes)
            and not self._missing_bytes
            and not self._ignores_input
        ):
            self._ignores_input = True
            self._timeout.stop()
            self.request_arrived.emit()

    @property
    def _missing_bytes(self) -> int:
        """Bytes of the blob that is arriving."""
        return self._sizes[len(self.blobs) - 1] - len(self.blobs[-1]) if self.blobs else 0

    def _read_line(self, data: bytes) -> bytes:
        """Take the line from `data`; returns what comes after it."""
        assert self._line is not None
        line, newline, rest = data.partition(b"\n")
        self._line += line
        if len(self._line) > client.LONGEST_LINE:
            self._drop_caller("too long a line")
        elif newline:
            self._parse_request(bytes(self._line))
        return rest

    def _parse_request(self, line: bytes) -> None:
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict) or "fanlight" not in request:
            self._drop_caller("no request")
            return
        if request["fanlight"] != client.PROTOCOL:
            self.send_refusal(_("Another version of Fanlight is running."), _("Quit it, then start again."))
            return
        sizes = request.get("sizes", [])
        if not isinstance(sizes, list) or not all(type(size) is int and size > 0 for size in sizes):
            self._drop_caller("no sizes")
        elif sum(sizes) > client.MOST_PIXEL_BYTES:
            self._drop_caller("too many pixels")
        else:
            self.request, self._sizes, self._line = request, sizes, None

    def _fill(self, data: bytes) -> None:
        while data and self._line is None and not self._ignores_input:
            if not self._missing_bytes:
                if len(self.blobs) == len(self._sizes):
                    self._drop_caller("more than was announced")
                    return
                self.blobs.append(bytearray())
            taken = data[: self._missing_bytes]
            self.blobs[-1] += taken
            data = data[len(taken) :]

    def _drop_caller(self, why: str) -> None:
        log.info("a caller is dropped: %s", why)
        self._ignores_input = True
        self._socket.abort()

    def _on_disconnected(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._timeout.stop()
            self.blobs.clear()
            self.disconnected.emit()
            self.deleteLater()


class SingleInstance(QObject):
    """Listens for this home. Only the process that holds the home's lock (`instance_lock`) does so."""

    request_arrived = Signal(object)
    """A Caller whose request is whole: its receiver calls `send_last_line`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._callers: set[Caller] = set()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept_callers)

    def listen(self) -> bool:
        """Whether it can be reached now. A socket left by a crash is removed if no process answers there."""
        for address in addresses():
            if self._free(address) and self._server.listen(address):
                return True
            log.info("not listening on %s: %s", address, self._server.errorString())
        log.warning("other starts and commands will not find this window")
        return False

    @property
    def address(self) -> str:
        return self._server.fullServerName()

    def close(self) -> None:
        """Accept no more callers. Those that wait for the program to end see their connection end with it."""
        self._server.close()

    @staticmethod
    def _free(address: str) -> bool:
        """Whether a socket can be made there: in a folder of ours alone, where none is in use."""
        if sys.platform == "win32":
            return True
        path = Path(address)
        try:
            path.parent.mkdir(0o700, parents=True, exist_ok=True)
            if path.parent.parent == Path(home()):
                path.parent.chmod(0o700)
            if not is_private(str(path.parent)):
                return False
            if (stream := client.connect_to(address)) is not None:
                stream.close()
                return False
            path.unlink(missing_ok=True)
        except OSError as error:
            log.info("%s: %s", address, error)
            return False
        return True

    def _accept_callers(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            if len(self._callers) >= MOST_CALLERS:
                socket.abort()
                socket.deleteLater()
                continue
            caller = Caller(socket, self)
            self._callers.add(caller)
            caller.disconnected.connect(lambda caller=caller: self._callers.discard(caller))
            caller.request_arrived.connect(lambda caller=caller: self.request_arrived.emit(caller))
            caller.start()
