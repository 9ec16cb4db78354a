"""The RemoteDesktop portal: one session, in which the desktop takes keys from Fanlight, for as long as Fanlight runs.

    create -> select the keyboard -> ask for the clipboard -> start (the desktop asks the user, once) -> open

The desktop's answer holds a token that opens the next session without a question. It can be used once: each start has a
new one. Specification: org.freedesktop.portal.RemoteDesktop and .Clipboard.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QWindow

from fanlight.desktop import bus
from fanlight.desktop.bus import PORTAL, PORTAL_PATH, Bus, BusSignal
from fanlight.desktop.bus_calls import BusError, Reply
from fanlight.desktop.insertion.permission import InsertionPermission, PermissionState
from fanlight.desktop.portal_request import NO_PORTAL, NoResponse, PortalRequest, Response, parent_window, plain, token
from fanlight.files import replace_file
from fanlight.i18n import _

log = logging.getLogger(__name__)

REMOTE_DESKTOP = "org.freedesktop.portal.RemoteDesktop"
CLIPBOARD = "org.freedesktop.portal.Clipboard"
SESSION = "org.freedesktop.portal.Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
KEYBOARD, UNTIL_REVOKED, TOKENS_SINCE = 1, 2, 2
ANSWER_SECONDS, USER_SECONDS = 15.0, 180.0
"""The desktop's dialog waits for a person."""
_MOST_TOKEN_BYTES = 4_096

Opened = Callable[[bool], object]


class RemoteDesktopSession(QObject):
    """`path` is its object, from when it is made; `is_open`: keys can be pressed; `has_clipboard`: the
    desktop lets Fanlight use it."""

    made = Signal()
    """It is not open yet, but has a `path`."""
    closed = Signal()
    """It was open, and the desktop has ended it."""

    def __init__(self, token_file: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._token_file = token_file
        self.bus: Bus | None = None
        self.path = ""
        self.is_open = self.has_clipboard = False
        self._above = ""
        self._version = 1
        self._request: PortalRequest | None = None
        self._waiting: list[Opened] = []
        first = PermissionState.REMEMBERED if self._token() else PermissionState.NEEDED
        self.permission = InsertionPermission(first, self._ask_user, self)

    def open(self, then: Opened) -> None:
        """`then` is called once, with whether it is open. The desktop is asked only where it has given a token: a
        question must come from a window of Fanlight that has the keyboard."""
        if self.is_open:
            then(True)
        elif self.permission.state is PermissionState.ASKED or self._token():
            self._waiting.append(then)
            self._begin("")
        else:
            then(False)

    def press(self, keysym: int, down: bool) -> None:
        """A key of the keyboard, by what it writes (X11 protocol, appendix A)."""
        self.call(REMOTE_DESKTOP, "NotifyKeyboardKeysym", "oa{sv}iu", (self.path, {}, keysym, int(down)))

    def call(
        self, interface: str, member: str, signature: str, body: tuple[Any, ...],
        then: Callable[[Reply | BusError], None] | None = None,
    ) -> None:  # fmt: skip
        if self.bus is not None:
            self.bus.call(PORTAL, PORTAL_PATH, interface, member, signature, body, then)

    def close(self) -> None:
        self._waiting.clear()
        self._drop_request()
        if self.bus is not None:
            if self.path and self.bus.is_open:
                self.bus.call(PORTAL, self.path, SESSION, "Close")
            self.bus.close()
            self.bus = None
        self.path, self.is_open = "", False

    # The steps.

    def _ask_user(self, window: QWindow | None) -> None:
        if not self.is_open:
            self._begin(parent_window(window))

    def _begin(self, above: str) -> None:
        if self._request is not None or self.permission.state is PermissionState.ASKED:
            return
        self._above = above
        self.permission.set_state(PermissionState.ASKED)
        try:
            if self.bus is None or not self.bus.is_open:
                self.bus = Bus(bus.address(), parent=self, passes_files=True)
                self.bus.lost.connect(self._on_lost)
        except BusError as error:
            self._fail(PermissionState.FAILED, str(error))
            return
        self.call(PROPERTIES, "GetAll", "s", (REMOTE_DESKTOP,), self._on_properties)

    def _on_properties(self, answer: Reply | BusError) -> None:
        if isinstance(answer, BusError):
            self._fail(PermissionState.FAILED, _("This desktop has no portal for typing."))
            return
        about = plain(answer.body[0])
        self._version = int(about.get("version", 1))
        if not about.get("AvailableDeviceTypes", KEYBOARD) & KEYBOARD:
            self._fail(PermissionState.FAILED, _("This desktop's portal for typing has no keyboard."))
            return
        self._ask("CreateSession", "a{sv}", (), {"session_handle_token": ("s", token())}, self._on_created)

    def _on_created(self, results: dict[str, Any]) -> None:
        self.path = str(results.get("session_handle", ""))
        self.made.emit()
        options: dict[str, Any] = {"types": ("u", KEYBOARD)}
        if self._version >= TOKENS_SINCE:
            options["persist_mode"] = ("u", UNTIL_REVOKED)
            if known := self._token():
                options["restore_token"] = ("s", known)
        self._ask("SelectDevices", "oa{sv}", (self.path,), options, self._on_selected)

    def _on_selected(self, _results: dict[str, Any]) -> None:
        self.call(CLIPBOARD, "RequestClipboard", "oa{sv}", (self.path, {}), self._on_clipboard_requested)

    def _on_clipboard_requested(self, _answer: Reply | BusError) -> None:
        """A desktop without the Clipboard portal lets keys be typed."""
        self._ask("Start", "osa{sv}", (self.path, self._above), {}, self._on_started)

    def _on_started(self, results: dict[str, Any]) -> None:
        self._write_token(str(results.get("restore_token", "")))
        if not results.get("devices", 0) & KEYBOARD:
            self._fail(PermissionState.REFUSED)
            return
        self.is_open, self.has_clipboard = True, bool(results.get("clipboard_enabled"))
        assert self.bus is not None
        self.bus.listen(self.path, SESSION, "Closed", self._on_closed)
        self.permission.set_state(PermissionState.GRANTED)
        self._tell(True)

    def _ask(
        self, member: str, signature: str, arguments: tuple[Any, ...], options: dict[str, Any],
        then: Callable[[dict[str, Any]], None],
    ) -> None:  # fmt: skip
        if self.bus is None:
            return
        user_seconds = USER_SECONDS if member == "Start" else 0.0
        request = PortalRequest(self.bus, lambda answer: self._on_answer(answer, then), ANSWER_SECONDS, user_seconds)
        self._request = request
        request.ask(REMOTE_DESKTOP, member, signature, arguments, options)

    def _on_answer(self, answer: Response | BusError | NoResponse, then: Callable[[dict[str, Any]], None]) -> None:
        self._request = None
        match answer:
            case Response(code=0, results=results):
                then(results)
            case Response(code=1):
                self._write_token("")
                self._fail(PermissionState.REFUSED)
            case Response():
                self._fail(PermissionState.FAILED, _("The desktop did not allow it."))
            case NoResponse():
                self._fail(PermissionState.FAILED, _("The desktop did not answer."))
            case BusError() if answer.name in NO_PORTAL:
                self._fail(PermissionState.FAILED, _("This desktop has no portal for typing."))
            case BusError():
                self._fail(PermissionState.FAILED, str(answer))

    # Its end.

    def _fail(self, state: PermissionState, why: str = "") -> None:
        log.info("no session for typing: %s %s", state.name, why)
        self._drop_request()
        self.path = ""
        self.permission.set_state(state, why)
        self._tell(False)

    def _tell(self, works: bool) -> None:
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then(works)

    def _on_closed(self, _signal: BusSignal) -> None:
        """Screen savers end it, and so does the user; the token opens another."""
        if self.bus is not None:
            self.bus.unlisten(self.path, SESSION, "Closed")
        self._on_lost("")

    def _on_lost(self, _why: str) -> None:
        was_open, self.is_open, self.path = self.is_open, False, ""
        self._drop_request()
        self.permission.set_state(PermissionState.REMEMBERED if self._token() else PermissionState.NEEDED)
        self._tell(False)
        if was_open:
            self.closed.emit()

    def _drop_request(self) -> None:
        request, self._request = self._request, None
        if request is not None:
            request.drop()

    # The token.

    def _token(self) -> str:
        try:
            stored = self._token_file.read_bytes()[:_MOST_TOKEN_BYTES].decode("ascii", "replace").strip()
        except OSError:
            return ""
        return stored if stored.isprintable() else ""

    def _write_token(self, new: str) -> None:
        try:
            if new:
                replace_file(self._token_file, new.encode(), mode=0o600)
            else:
                self._token_file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the desktop's permission is not kept: %s", error)
