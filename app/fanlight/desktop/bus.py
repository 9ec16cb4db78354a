"""The desktop's session bus, on Qt's event loop: a Unix socket and a notifier, no thread.

jeepney writes and reads the messages; QtDBus cannot express a(sa{sv}), which the shortcuts portal wants. Only Unix
sockets are opened: an address of another kind is refused.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from fanlight.desktop.bus_calls import BusError, PendingCalls, Reply, Then
from fanlight.i18n import _

if TYPE_CHECKING:
    from jeepney import Message

log = logging.getLogger(__name__)

APP_ID = "org.fanlight.Fanlight"
"""The base name of the .desktop file: portals identify the program by it."""
DAEMON, DAEMON_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
PORTAL, PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
REGISTRY = "org.freedesktop.host.portal.Registry"
CALL_SECONDS = 15.0
_CHUNK_BYTES = 65536


@dataclass(frozen=True, slots=True)
class BusSignal:
    sender: str
    path: str
    interface: str
    member: str
    body: tuple[Any, ...]


Slot = Callable[[BusSignal], None]


def address() -> str:
    """The session bus's address, from the environment; "" where there is none."""
    if given := os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return given
    usual = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere") / "bus"
    return f"unix:path={usual}" if usual.is_socket() else ""


class Bus(QObject):
    """A separate connection to the session bus, which registers Fanlight's app id first. Calls may be made at once:
    they are held back until the authentication is done."""

    lost = Signal(str)
    """The connection is gone, with the reason; all pending calls have ended with a BusError before."""

    def __init__(
        self, where: str, app_id: str = APP_ID, parent: QObject | None = None, *, passes_files: bool = False
    ) -> None:
        """`where` is a D-Bus address. `passes_files`: replies may hold open files (jeepney's FileDescriptor), which
        their receiver closes. Raises BusError where it cannot be connected to."""
        super().__init__(parent)
        from jeepney.auth import Authenticator
        from jeepney.low_level import Parser

        self.name = ""
        """The connection's unique name, such as ":1.42"; "" until the bus has assigned it."""
        self._socket = _connected(where)
        self._passes_files = passes_files
        self._authenticator: Authenticator | None = Authenticator(enable_fds=passes_files)
        self._parser = Parser()
        self._serial = 0
        self._after_name: list[Callable[[], None]] = []
        self._calls = PendingCalls(self)
        self._failures: list[str] = []
        self._slots: dict[tuple[str, str, str], Slot] = {}
        self.answer_calls: Callable[[Message], Message] | None = None
        """Gives the reply to a call from another program, which is refused otherwise."""
        self._outgoing = bytearray()
        self._held: list[bytes] = []
        self._reading = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
        self._writing = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Write, self)
        self._writing.setEnabled(False)
        self._fail_timer = QTimer(self, singleShot=True, interval=0)
        self._fail_timer.timeout.connect(self._fail_all)
        self._reading.activated.connect(self._on_readable)
        self._writing.activated.connect(self._write_outgoing)
        self._greet()
        self.call(DAEMON, DAEMON_PATH, DAEMON, "Hello", then=self._on_named)
        self.call(PORTAL, PORTAL_PATH, REGISTRY, "Register", "sa{sv}", (app_id, {}), self._registered)

    @property
    def is_open(self) -> bool:
        return self._socket.fileno() != -1

    def call(
        self,
        to: str,
        path: str,
        interface: str,
        member: str,
        signature: str | None = None,
        body: tuple[Any, ...] = (),
        then: Then | None = None,
        timeout_seconds: float = CALL_SECONDS,
    ) -> None:
        """`then` is called exactly once, and never before this returns: with the reply, or with a BusError (also where
        no reply came within `timeout_seconds`)."""
        from jeepney import DBusAddress, new_method_call

        message = new_method_call(DBusAddress(path, to, interface), member, signature, body)
        self._serial += 1
        serial = self._serial
        if then is not None:
            self._calls.add(serial, then, timeout_seconds)
        if not self.is_open:
            self._fail_soon(_("The session bus is closed."))
            return
        data = message.serialise(serial)
        if self._authenticator is not None:
            self._held.append(data)
        else:
            self._send_bytes(data)

    def when_named(self, do: Callable[[], None]) -> None:
        """Call `do` once `name` is known: at once, or later; never if the connection is lost before."""
        if self.name:
            do()
        else:
            self._after_name.append(do)

    def listen(self, path: str, interface: str, member: str, slot: Slot) -> None:
        """Subscribe to this signal of this object, from any program: `sender` names it."""
        self._slots[path, interface, member] = slot
        self._match("AddMatch", path, interface, member)

    def unlisten(self, path: str, interface: str, member: str) -> None:
        if self._slots.pop((path, interface, member), None) and self.is_open:
            self._match("RemoveMatch", path, interface, member)

    def close(self) -> None:
        """Close the connection; no callback is called any more."""
        self._calls.clear()
        self._slots.clear()
        self._failures.clear()
        self._fail_timer.stop()
        self._shut()

    def _match(self, verb: str, path: str, interface: str, member: str) -> None:
        rule = f"type='signal',path='{path}',interface='{interface}',member='{member}'"
        self.call(DAEMON, DAEMON_PATH, DAEMON, verb, "s", (rule,))

    # Coming in.

    def _on_readable(self) -> None:
        try:
            while self.is_open:
                data = self._receive()
                if not data:
                    self._fail_calls(_("The session bus has ended."))
                    return
                self._on_data(data)
        except BlockingIOError:
            return
        except (OSError, ValueError) as error:  # jeepney's errors are ValueErrors
            self._fail_calls(_("The session bus cannot be used: {reason}.").format(reason=error))

    def _receive(self) -> bytes:
        if not self._passes_files:
            return self._socket.recv(_CHUNK_BYTES)
        from jeepney.fds import FileDescriptor, fds_buf_size

        data, extra, _flags, _sender = self._socket.recvmsg(_CHUNK_BYTES, fds_buf_size())
        self._parser.add_data(b"", FileDescriptor.from_ancdata(extra))
        return data

    def _on_data(self, data: bytes) -> None:
        from jeepney.auth import BEGIN

        if self._authenticator is None:
            for message in self._parser.feed(data):  # files have been added before
                self._dispatch(message)
            return
        self._authenticator.feed(data)
        self._greet()
        if self._authenticator is not None and self._authenticator.authenticated:
            self._authenticator = None
            held, self._held = self._held, []
            self._send_bytes(b"".join((BEGIN, *held)))

    def _dispatch(self, message: Message) -> None:
        from jeepney import HeaderFields, MessageType

        fields = message.header.fields
        sender = fields.get(HeaderFields.sender, "")
        kind = message.header.message_type
        if kind is MessageType.signal:
            key = (fields[HeaderFields.path], fields[HeaderFields.interface], fields[HeaderFields.member])
            if slot := self._slots.get(key):
                slot(BusSignal(sender, *key, message.body))
        elif kind is MessageType.method_return:
            self._calls.end(fields[HeaderFields.reply_serial], Reply(sender, message.body))
        elif kind is MessageType.error:
            text = message.body[0] if message.body and isinstance(message.body[0], str) else ""
            self._calls.end(fields[HeaderFields.reply_serial], BusError(fields[HeaderFields.error_name], text))
        elif self.answer_calls is not None:
            self._serial += 1
            self._send_bytes(self.answer_calls(message).serialise(self._serial))

    def _on_named(self, answer: Reply | BusError) -> None:
        if isinstance(answer, Reply):
            self.name = str(answer.body[0])
            after, self._after_name = self._after_name, []
            for do in after:
                do()

    @staticmethod
    def _registered(answer: Reply | BusError) -> None:
        """Desktops before xdg-desktop-portal 1.20 have no registry and do not need it."""
        if isinstance(answer, BusError):
            log.info("the portal refused the app id: %s (%s)", answer, answer.name)

    # Going out.

    def _greet(self) -> None:
        if self._authenticator is not None and (line := self._authenticator.data_to_send()):
            self._send_bytes(line)

    def _send_bytes(self, data: bytes) -> None:
        self._outgoing += data
        self._write_outgoing()

    def _write_outgoing(self) -> None:
        try:
            while self._outgoing and self.is_open:
                sent = self._socket.send(self._outgoing)
                del self._outgoing[:sent]
        except BlockingIOError:
            self._writing.setEnabled(True)
            return
        except OSError as error:
            self._fail_soon(_("The session bus cannot be used: {reason}.").format(reason=error))
        self._writing.setEnabled(False)

    def _fail_soon(self, why: str) -> None:
        """Fail once the caller has returned to the event loop."""
        self._failures.append(why)
        self._fail_timer.start()

    def _fail_all(self) -> None:
        failures, self._failures = self._failures, []
        if failures:
            self._fail_calls(failures[0])

    def _fail_calls(self, why: str) -> None:
        was_open = self.is_open
        self._shut()
        self._calls.fail_all(why)
        if was_open:
            self.lost.emit(why)

    def _shut(self) -> None:
        self._calls.stop_timer()
        self._reading.setEnabled(False)
        self._writing.setEnabled(False)
        self._socket.close()


def _connected(where: str) -> socket.socket:
    from jeepney.bus import get_connectable_addresses

    if sys.platform == "win32":
        raise BusError("", _("There is no session bus on Windows."))
    if not where:
        raise BusError("", _("No session bus is running."))
    why: Exception | None = None
    try:
        for path in get_connectable_addresses(where):
            made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            made.setblocking(False)
            try:
                made.connect(path)
            except OSError as error:
                made.close()
                why = error
            else:
                return made
    except (RuntimeError, ValueError) as error:  # an address that is none, or no Unix socket
        why = error
    raise BusError("", _("The session bus does not answer: {reason}.").format(reason=why))
