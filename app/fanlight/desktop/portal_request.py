"""Requests to portals: a method call that a signal answers later. See org.freedesktop.portal.Request."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QWindow

from fanlight.desktop.bus import PORTAL, PORTAL_PATH, Bus, BusSignal
from fanlight.desktop.bus_calls import BusError, Reply

REQUEST = "org.freedesktop.portal.Request"
NO_PORTAL = (
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.UnknownInterface",
    "org.freedesktop.DBus.Error.UnknownMethod",
    "org.freedesktop.DBus.Error.InvalidArgs",
    "org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Response:
    """`code` 0 is granted, 1 the user refused, 2 is anything else."""

    code: int
    results: dict[str, Any]
    """Without the types that D-Bus gives each value."""


class NoResponse(Exception):
    """The portal accepted the request and did not answer it."""


Then = Callable[[Response | BusError | NoResponse], None]


def token() -> str:
    """A name that no other request has."""
    return f"fanlight{os.getpid()}_{next(_numbers)}"


def plain(results: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, (_, value) in results.items()}


def parent_window(window: QWindow | None) -> str:
    """The handle that puts a portal's dialog above our window. PySide6 does not expose Wayland handles."""
    platform = QGuiApplication.platformName()
    if platform.startswith("wayland"):
        return "wayland:"
    return f"x11:0x{int(window.winId()):x}" if window and platform == "xcb" else ""


class PortalRequest:
    """One call of a portal's method. `then` is called exactly once, and not at all after `drop`. Not a QObject: it
    lives as long as its owner, which may be deleted inside `then`."""

    def __init__(self, bus: Bus, then: Then, seconds: float, user_seconds: float = 0.0) -> None:
        """`seconds` is the limit for accepting and answering the request; `user_seconds`, if any, the limit for the
        answer after acceptance, while the desktop asks the user."""
        self._bus, self._then = bus, then
        self._token = token()
        self._path = ""
        self._sender = ""
        self._early: BusSignal | None = None
        self._over = False
        self._seconds, self._user_seconds = seconds, user_seconds
        self._deadline = QTimer(interval=int(seconds * 1000), singleShot=True)
        self._deadline.timeout.connect(self._on_late)

    def ask(
        self, interface: str, member: str, signature: str, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> PortalRequest:
        """The options come last in every portal's method; the token that names the request is added to them."""
        options = {**options, "handle_token": ("s", self._token)}
        self._deadline.start()
        self._bus.when_named(lambda: self._ask(interface, member, signature, (*arguments, options)))
        return self

    def drop(self) -> None:
        """Cancel the request: the portal closes its dialog."""
        if not self._over and self._path:
            self._bus.call(PORTAL, self._path, REQUEST, "Close")
        self._end_request()

    def _ask(self, interface: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
        if self._over:
            return
        name = self._bus.name.removeprefix(":").replace(".", "_")
        self._listen(f"{PORTAL_PATH}/request/{name}/{self._token}")
        self._bus.call(PORTAL, PORTAL_PATH, interface, member, signature, body, self._on_accepted, self._seconds)

    def _listen(self, path: str) -> None:
        """Called before the request is sent: the response may arrive at once."""
        if self._path:
            self._bus.unlisten(self._path, REQUEST, "Response")
        self._path = path
        self._bus.listen(path, REQUEST, "Response", self._on_response)

    def _on_accepted(self, answer: Reply | BusError) -> None:
        if self._over:
            return
        if isinstance(answer, BusError):
            if answer.name.endswith(".NoReply"):
                self._on_late()
            else:
                self._finish_request(answer)
            return
        self._sender = answer.sender
        if self._user_seconds:
            self._deadline.start(int(self._user_seconds * 1000))
        if (path := str(answer.body[0])) != self._path:
            # WORKAROUND portals before 0.9 named the request themselves. Remove when none of them is in use.
            self._listen(path)
        if self._early:
            self._on_response(self._early)

    def _on_response(self, signal: BusSignal) -> None:
        """Only from the program that accepted the request: any could send such a signal."""
        if not self._sender:
            self._early = signal
        elif signal.sender == self._sender:
            code, results = signal.body
            self._finish_request(Response(code, plain(results)))

    def _on_late(self) -> None:
        if not self._over:
            then = self._then
            self.drop()
            then(NoResponse())

    def _finish_request(self, answer: Response | BusError) -> None:
        then = self._then
        self._end_request()
        then(answer)

    def _end_request(self) -> None:
        if self._over:
            return
        self._over = True
        self._deadline.stop()
        if self._path:
            self._bus.unlisten(self._path, REQUEST, "Response")
