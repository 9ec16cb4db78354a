"""A portal that speaks the real interfaces (Registry, Screenshot, GlobalShortcuts, Request, Session) on a bus, on a
thread of its own. What it answers is set by the test before it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

from support.portal_service import PATH, PortalService

SCREENSHOT, SHORTCUTS = "org.freedesktop.portal.Screenshot", "org.freedesktop.portal.GlobalShortcuts"
LOOKS = "org.freedesktop.portal.Settings"
SIGNATURES = {
    "Register": "sa{sv}", "Screenshot": "sa{sv}", "CreateSession": "a{sv}", "BindShortcuts": "oa(sa{sv})sa{sv}",
    "GetAll": "s", "Get": "ss", "ReadAll": "as",
}  # fmt: skip


@dataclass
class Script:
    """`code` None: the request is taken and never answered. `takes` False: not even taken. `uris` one for each
    request; `has` which portals there are; `needs_id` refuses whom nobody registered, as 1.21 does."""

    code: int | None = 0
    takes: bool = True
    uris: list[str] = field(default_factory=list)
    has: set[str] = field(default_factory=lambda: {SCREENSHOT, SHORTCUTS})
    needs_id: bool = True
    targets: int = 0
    triggers: dict[str, str] | None = None
    """By the shortcut's name; None gives everything that is asked for, as it was wished."""
    answers_before_taking: bool = False
    looks: dict[str, dict[str, tuple[str, Any]]] = field(default_factory=dict)
    """What `Settings` tells, where `has` names it: values with their signatures, by namespace and key."""


class FakePortal(PortalService):
    """`calls` is what it was asked: method and body, in order."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.script = Script()
        self.ids: dict[str, str] = {}
        self.closed: list[str] = []
        self._sessions: dict[str, str] = {}
        self.begin(address)

    def press(self, name: str, down: bool = True) -> None:
        for session, owner in self._sessions.items():
            self._say(
                owner, PATH, SHORTCUTS, "Activated" if down else "Deactivated", "osta{sv}", (session, name, 1, {})
            )

    def change(self, name: str, trigger: str) -> None:
        """The user chose another key in the desktop's settings."""
        for session, owner in self._sessions.items():
            body = (session, [(name, {"trigger_description": ("s", trigger)})])
            self._say(owner, PATH, SHORTCUTS, "ShortcutsChanged", "oa(sa{sv})", body)

    def end_sessions(self) -> None:
        for session, owner in self._sessions.items():
            self._say(owner, session, "org.freedesktop.portal.Session", "Closed", "a{sv}", ({},))

    def respond(self, owner: str, path: str, code: int, results: dict[str, Any]) -> None:
        self._say(owner, path, "org.freedesktop.portal.Request", "Response", "ua{sv}", (code, results))

    def _asked(self, message: Message) -> None:
        fields = message.header.fields
        member, interface = fields[HeaderFields.member], fields.get(HeaderFields.interface, "")
        self.calls.append((member, message.body))
        if member == "Close":
            self.closed.append(fields[HeaderFields.path])
            self._sessions.pop(fields[HeaderFields.path], None)
            self._connection.send(new_method_return(message))
            return
        asked_for = message.body[0] if member in ("Get", "GetAll") else interface
        answers: dict[str, Callable[[Message], None]] = {
            "Register": self._register, "Get": self._get, "GetAll": self._get_all, "Screenshot": self._screenshot,
            "ReadAll": self._read_all, "CreateSession": self._create_session, "BindShortcuts": self._bind_shortcuts,
        }  # fmt: skip
        if fields.get(HeaderFields.signature) != SIGNATURES.get(member):
            self._report_refused(message, "InvalidArgs", f"{member} wants {SIGNATURES.get(member)}")
        elif interface.endswith("Registry") or asked_for in self.script.has:
            answers[member](message)
        else:
            self._report_refused(message, "UnknownMethod", f"no such interface {asked_for}")

    def _register(self, message: Message) -> None:
        self.ids[message.header.fields[HeaderFields.sender]] = message.body[0]
        self._connection.send(new_method_return(message))

    def _read_all(self, message: Message) -> None:
        told = {name: values for name, values in self.script.looks.items() if name in message.body[0]}
        self._connection.send(new_method_return(message, "a{sa{sv}}", (told,)))

    def change_look(self, namespace: str, key: str, value: tuple[str, Any]) -> None:
        """The user chose another one in the desktop's settings."""
        signal = new_signal(DBusAddress(PATH, interface=LOOKS), "SettingChanged", "ssv", (namespace, key, value))
        self._connection.send(signal)

    def _get(self, message: Message) -> None:
        self._connection.send(new_method_return(message, "v", (("u", 2),)))

    def _get_all(self, message: Message) -> None:
        about: dict[str, Any] = {"version": ("u", 2)}
        if self.script.targets:
            about["AvailableTargets"] = ("u", self.script.targets)
        self._connection.send(new_method_return(message, "a{sv}", (about,)))

    def _screenshot(self, message: Message) -> None:
        uri = self.script.uris.pop(0) if self.script.uris else ""
        self._request(message, message.body[1], {"uri": ("s", uri)})

    def _create_session(self, message: Message) -> None:
        options = message.body[0]
        session = f"{PATH}/session/{self._mangled(message)}/{options['session_handle_token'][1]}"
        self._sessions[session] = message.header.fields[HeaderFields.sender]
        self._request(message, options, {"session_handle": ("s", session)}, code=0)

    def _bind_shortcuts(self, message: Message) -> None:
        _, wished, _, options = message.body
        given = [
            (name, {"trigger_description": ("s", details["preferred_trigger"][1])})
            for name, details in wished
            if self.script.triggers is None
        ] + [(name, {"trigger_description": ("s", text)}) for name, text in (self.script.triggers or {}).items()]
        self._request(message, options, {"shortcuts": ("a(sa{sv})", given)})

    def _request(
        self, message: Message, options: dict[str, Any], results: dict[str, Any], code: int | None = None
    ) -> None:
        owner = message.header.fields[HeaderFields.sender]
        code = self.script.code if code is None else code
        if self.script.needs_id and not self.ids.get(owner):
            self._report_refused(message, "NotAllowed", "An app id is required")
        elif self.script.takes:
            path = f"{PATH}/request/{self._mangled(message)}/{options['handle_token'][1]}"
            taken = new_method_return(message, "o", (path,))
            if not self.script.answers_before_taking:
                self._connection.send(taken)
            if code is not None:
                self.respond(owner, path, code, results if code == 0 else {})
            if self.script.answers_before_taking:
                self._connection.send(taken)

    def _report_refused(self, message: Message, name: str, text: str) -> None:
        self._connection.send(new_error(message, f"org.freedesktop.DBus.Error.{name}", "s", (text,)))

    def _say(self, to: str, path: str, interface: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
        signal = new_signal(DBusAddress(path, interface=interface), member, signature, body)
        signal.header.fields[HeaderFields.destination] = to
        self._connection.send(signal)

    @staticmethod
    def _mangled(message: Message) -> str:
        return str(message.header.fields[HeaderFields.sender]).removeprefix(":").replace(".", "_")


class Liar:
    """Another program on the bus, which says that it is the portal."""

    def __init__(self, address: str) -> None:
        self._connection = open_dbus_connection(address)

    def respond(self, owner: str, path: str, picture: Path) -> None:
        signal = new_signal(
            DBusAddress(path, interface="org.freedesktop.portal.Request"),
            "Response",
            "ua{sv}",
            (0, {"uri": ("s", picture.as_uri())}),
        )
        signal.header.fields[HeaderFields.destination] = owner
        self._connection.send(signal)
        self._connection.send_and_get_reply(new_method_call(message_bus, "GetId"))

    def close(self) -> None:
        self._connection.close()
