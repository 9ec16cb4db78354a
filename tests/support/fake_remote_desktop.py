"""A RemoteDesktop portal with a clipboard on a bus, on a thread of its own, and a text field that has the keyboard: it
writes the keys that are pressed, and pastes at Ctrl+V."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    new_error,
    new_method_return,
    new_signal,
)

from support.portal_service import PATH, PortalService

REMOTE, CLIPBOARD = "org.freedesktop.portal.RemoteDesktop", "org.freedesktop.portal.Clipboard"
SESSION, REQUEST = "org.freedesktop.portal.Session", "org.freedesktop.portal.Request"
CONTROL, RETURN, V = 0xFFE3, 0xFF0D, 0x76
SIGNATURES = {
    "GetAll": "s", "CreateSession": "a{sv}", "SelectDevices": "oa{sv}", "RequestClipboard": "oa{sv}",
    "Start": "osa{sv}", "NotifyKeyboardKeysym": "oa{sv}iu",
    "SetSelection": "oa{sv}", "SelectionWrite": "ou", "SelectionWriteDone": "oub",
    "SelectionRead": "os", "Register": "sa{sv}",
}  # fmt: skip


class FakeRemoteDesktop(PortalService):
    """What tests set: `code` is the user's answer (None: none yet), `lends_clipboard`, `has_portal`, `version`,
    `manager`: a clipboard manager reads each new content at once, `pastes`: the field takes a paste. What they read:
    `calls`, `text` (of the field), `others`: what another program has put on the clipboard, by format."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.code: int | None = 0
        self.lends_clipboard = self.has_portal = self.pastes = True
        self.manager = False
        self.version = 2
        self.text = ""
        self.others: dict[str, bytes] = {}
        self.managed: list[bytes] = []
        self.seen: dict[str, bytes] = {}
        self.sessions: list[str] = []
        self.tokens = 0
        self._given_token = ""
        self._owner, self._session = "", ""
        self._pending_start: Message | None = None
        self._held: set[int] = set()
        self._selection: list[str] = []
        self._serial = 0
        self._transfers: dict[int, tuple[int, Callable[[bytes], None]]] = {}
        self._handlers: dict[str, Callable[[Message], None]] = {
            "Register": self._done, "GetAll": self._tell_properties, "CreateSession": self._create_session,
            "SelectDevices": self._select_devices, "RequestClipboard": self._request_clipboard, "Start": self._start,
            "NotifyKeyboardKeysym": self._take_key, "SetSelection": self._set_selection,
            "SelectionWrite": self._give_pipe, "SelectionWriteDone": self._done, "SelectionRead": self._read_others,
        }  # fmt: skip
        self.begin(address, enable_fds=True)

    def answer(self, code: int) -> None:
        """The user does, to a question that waits."""
        assert self._pending_start is not None
        self._start_answered(self._pending_start, code)

    def end_session(self) -> None:
        self._say(self._session, SESSION, "Closed", "a{sv}", ({},))

    def copy(self, **formats: bytes) -> None:
        """Another program does. Names as "text__plain"."""
        self.others = {name.replace("__", "/"): content for name, content in formats.items()}
        self._selection = []
        self._tell_owner()

    def paste(self) -> None:
        """The field asks for text."""
        self._transfer("text/plain;charset=utf-8", self._insert)

    def look(self) -> None:
        """Read what Fanlight has on the clipboard into `seen`."""
        self.seen = {}
        for name in self._selection:
            self._transfer(name, partial(self.seen.__setitem__, name))

    @property
    def offered(self) -> list[str]:
        return list(self._selection)

    # On its thread.

    def _asked(self, message: Message) -> None:
        fields = message.header.fields
        member = fields[HeaderFields.member]
        self.calls.append((member, message.body))
        if member == "Close":
            self._session = ""
            self._connection.send(new_method_return(message))
        elif fields.get(HeaderFields.signature) != SIGNATURES.get(member):
            self._connection.send(new_error(message, "org.freedesktop.DBus.Error.InvalidArgs", "s", (member,)))
        elif not self.has_portal and member != "Register":
            self._connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownInterface", "s", ("none",)))
        else:
            self._handlers[member](message)

    def _tell_properties(self, message: Message) -> None:
        about = {"version": ("u", self.version), "AvailableDeviceTypes": ("u", 7)}
        self._connection.send(new_method_return(message, "a{sv}", (about,)))

    def _create_session(self, message: Message) -> None:
        options = message.body[0]
        self._owner = message.header.fields[HeaderFields.sender]
        self._session = f"{PATH}/session/{self._mangled()}/{options['session_handle_token'][1]}"
        self.sessions.append(self._session)
        self._respond(message, options, {"session_handle": ("s", self._session)})

    def _select_devices(self, message: Message) -> None:
        options = message.body[1]
        self._given_token = options.get("restore_token", ("s", ""))[1]
        self._respond(message, options, {})

    def _request_clipboard(self, message: Message) -> None:
        if self.lends_clipboard:
            self._connection.send(new_method_return(message))
        else:
            self._connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", ("none",)))

    def _start(self, message: Message) -> None:
        known = self._given_token == f"token {self.tokens}" and self.tokens > 0
        self._connection.send(new_method_return(message, "o", (self._request_path(message.body[2]),)))
        if self.code is None and not known:
            self._pending_start = message
        else:
            self._start_answered(message, 0 if known else self.code or 0)

    def _start_answered(self, message: Message, code: int) -> None:
        results: dict[str, Any] = {"devices": ("u", 1), "clipboard_enabled": ("b", self.lends_clipboard)}
        if self.version >= 2:
            self.tokens += 1
            results["restore_token"] = ("s", f"token {self.tokens}")
        path = self._request_path(message.body[2])
        self._say(path, REQUEST, "Response", "ua{sv}", (code, results if code == 0 else {}))
        if code == 0 and self.lends_clipboard:
            self._tell_owner()

    def _take_key(self, message: Message) -> None:
        self._connection.send(new_method_return(message))
        _session, _options, keysym, down = message.body
        (self._held.add if down else self._held.discard)(keysym)
        if not down or keysym == CONTROL:
            return
        if CONTROL in self._held:
            if keysym == V and self.pastes:
                self.paste()
        else:
            self.text += "\n" if keysym == RETURN else chr(keysym & 0xFFFFFF)

    def _set_selection(self, message: Message) -> None:
        self._selection = list(message.body[1]["mime_types"][1])
        self._connection.send(new_method_return(message))
        for name in self._selection if self.manager else ():
            self._transfer(name, self.managed.append)

    def _give_pipe(self, message: Message) -> None:
        serial = message.body[1]
        reading, writing = os.pipe()
        _none, then = self._transfers[serial]
        self._transfers[serial] = reading, then
        self._connection.send(new_method_return(message, "h", (writing,)))
        os.close(writing)
        threading.Thread(target=self._read, args=(serial,), daemon=True).start()

    def _read(self, serial: int) -> None:
        reading, then = self._transfers[serial]
        with os.fdopen(reading, "rb") as file:
            then(file.read())

    def _done(self, message: Message) -> None:
        self._connection.send(new_method_return(message))

    def _read_others(self, message: Message) -> None:
        reading, writing = os.pipe()
        self._connection.send(new_method_return(message, "h", (reading,)))
        os.close(reading)
        content = self.others.get(message.body[1], b"")

        def write() -> None:
            with os.fdopen(writing, "wb") as file, suppress(BrokenPipeError):
                file.write(content)

        threading.Thread(target=write, daemon=True).start()

    def _transfer(self, name: str, then: Callable[[bytes], None]) -> None:
        self._serial += 1
        self._transfers[self._serial] = -1, then
        self._say(PATH, CLIPBOARD, "SelectionTransfer", "osu", (self._session, name, self._serial))

    def _insert(self, content: bytes) -> None:
        self.text += content.decode()

    def _tell_owner(self) -> None:
        about = {"mime_types": ("as", list(self.others)), "session_is_owner": ("b", False)}
        self._say(PATH, CLIPBOARD, "SelectionOwnerChanged", "oa{sv}", (self._session, about))

    def _respond(self, message: Message, options: dict[str, Any], results: dict[str, Any]) -> None:
        path = self._request_path(options)
        self._connection.send(new_method_return(message, "o", (path,)))
        self._say(path, REQUEST, "Response", "ua{sv}", (0, results))

    def _request_path(self, options: dict[str, Any]) -> str:
        return f"{PATH}/request/{self._mangled()}/{options['handle_token'][1]}"

    def _mangled(self) -> str:
        return self._owner.removeprefix(":").replace(".", "_")

    def _say(self, path: str, interface: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
        signal = new_signal(DBusAddress(path, interface=interface), member, signature, body)
        signal.header.fields[HeaderFields.destination] = self._owner
        self._connection.send(signal)
