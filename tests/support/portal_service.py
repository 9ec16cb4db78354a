"""A stand-in for the desktop's portal: a name on a bus, served on a thread of its own."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from jeepney import Message, MessageType, message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

NAME, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"


class PortalService:
    """`calls` is what it was asked: method and body, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def begin(self, address: str, *, enable_fds: bool = False) -> None:
        """Serve from now on; `enable_fds`: files may be passed."""
        self._connection: DBusConnection = open_dbus_connection(address, enable_fds=enable_fds)
        self._connection.send_and_get_reply(message_bus.RequestName(NAME))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def called(self, member: str) -> list[Any]:
        return [body for name, body in self.calls if name == member]

    def close(self) -> None:
        """Ends as a program that crashes: the bus notices."""
        with suppress(OSError):
            self._connection.sock.shutdown(2)
        self._thread.join(10)
        self._connection.close()

    def _serve(self) -> None:
        with suppress(OSError, ConnectionError, EOFError):
            while True:
                message = self._connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self._asked(message)

    def _asked(self, message: Message) -> None:
        """A method was called; on the thread."""
        raise NotImplementedError
