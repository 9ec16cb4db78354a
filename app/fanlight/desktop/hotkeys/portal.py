"""The GlobalShortcuts portal: the desktop asks the user once, and owns the key from then on.

A session takes its shortcuts once: another key is another session. What the portal sends is `Activated` and
`Deactivated`, press and release. Specification: org.freedesktop.portal.GlobalShortcuts, version 1 and 2.
"""

from __future__ import annotations

import os
import time
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from fanlight.desktop import bus
from fanlight.desktop.bus import PORTAL, PORTAL_PATH, Bus, BusError, BusSignal, Reply
from fanlight.desktop.hotkeys.backend import HotkeyListener
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.keymap import key_name
from fanlight.desktop.portal_request import NoResponse, PortalRequest, Response, parent_window, plain, token
from fanlight.domain.errors import HotkeyError, HotkeyUnavailable

name = "portal"
needs = "xdg-desktop-portal with GlobalShortcuts: KDE Plasma 5.27, GNOME 48, Hyprland, or newer."

SHORTCUTS, SESSION = "org.freedesktop.portal.GlobalShortcuts", "org.freedesktop.portal.Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
SESSION_SECONDS = 15.0
USER_SECONDS = 180.0
"""The desktop's dialog waits for a person."""
LOST_RELEASE_SECONDS = 1.0
WORDS = {"shot": "Explain a part of the screen", "talk": "Talk while the key is held"}
"""What the desktop shows beside the key."""
UNKNOWN_TRIGGER = "the key chosen in the desktop's settings"


def available() -> bool:
    wayland = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland"
    return bool(wayland and bus.address())


def start(listener: HotkeyListener) -> PortalHotkeys:
    application = QGuiApplication.instance()
    try:
        return PortalHotkeys(Bus(bus.address(), parent=application), listener)
    except BusError as error:
        raise HotkeyUnavailable(str(error)) from error


def trigger_of(combination: Combination) -> str:
    """As the shortcuts specification writes it: "CTRL+ALT+space"."""
    modifier = Qt.KeyboardModifier
    names = (
        (modifier.ControlModifier, "CTRL"), (modifier.AltModifier, "ALT"),
        (modifier.ShiftModifier, "SHIFT"), (modifier.MetaModifier, "LOGO"),
    )  # fmt: skip
    return "+".join([*(text for held, text in names if combination.has(held)), key_name(combination.key)])


class PortalHotkeys(QObject):
    words = "The desktop tells Fanlight of this one key. Which key it is, its own settings say."
    edits = False
    asks = True

    def __init__(self, bus: Bus, listener: HotkeyListener) -> None:
        super().__init__(bus)
        self._bus, self._listener = bus, listener
        self._wanted: dict[str, Combination] = {}
        self._triggers: dict[str, str] = {}
        self._pressed_at: dict[str, float] = {}
        self._session = ""
        self._request: PortalRequest | None = None
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._open_session)
        bus.lost.connect(lambda why: listener.lost(HotkeyUnavailable(why)))
        bus.listen(PORTAL_PATH, SHORTCUTS, "Activated", lambda signal: self._told(signal, True))
        bus.listen(PORTAL_PATH, SHORTCUTS, "Deactivated", lambda signal: self._told(signal, False))
        bus.listen(PORTAL_PATH, SHORTCUTS, "ShortcutsChanged", self._shortcuts_changed)
        bus.call(PORTAL, PORTAL_PATH, PROPERTIES, "Get", "ss", (SHORTCUTS, "version"), self._is_there)

    def bind(self, name: str, combination: Combination) -> None:
        """Soon: what is bound in one go is asked for in one dialog. A refusal is told to the listener."""
        self._wanted[name] = combination
        self._start_again()

    def unbind(self, name: str) -> None:
        if self._wanted.pop(name, None) is not None:
            self._start_again()

    def free(self, combination: Combination) -> bool:  # noqa: ARG002 - the desktop finds a free one, or asks the user
        return True

    def trigger(self, name: str) -> str:
        return self._triggers.get(name, "")

    def close(self) -> None:
        self._wanted.clear()
        self._soon.stop()
        self._close_session()
        self._bus.close()

    def _is_there(self, answer: Reply | BusError) -> None:
        if isinstance(answer, BusError):
            self._listener.lost(HotkeyUnavailable("This desktop has no portal for shortcuts."))

    # A session.

    def _start_again(self) -> None:
        self._close_session()
        if self._wanted:
            self._soon.start()
        else:
            self._soon.stop()

    def _close_session(self) -> None:
        if self._request:
            self._request.drop()
            self._request = None
        if self._session and self._bus.is_open:
            self._bus.unlisten(self._session, SESSION, "Closed")
            self._bus.call(PORTAL, self._session, SESSION, "Close")
        self._session = ""
        self._triggers.clear()
        self._pressed_at.clear()

    def _open_session(self) -> None:
        options = {"session_handle_token": ("s", token())}
        self._request = PortalRequest(self._bus, self._opened, SESSION_SECONDS)
        self._request.ask(SHORTCUTS, "CreateSession", "a{sv}", (), options)

    def _opened(self, answer: Response | BusError | NoResponse) -> None:
        self._request = None
        handle = self._granted(answer).get("session_handle")
        if not handle:
            return
        self._session = str(handle)
        self._bus.listen(self._session, SESSION, "Closed", self._session_closed)
        shortcuts = [
            (name, {"description": ("s", WORDS.get(name, name)), "preferred_trigger": ("s", trigger_of(combination))})
            for name, combination in self._wanted.items()
        ]
        above = parent_window(QGuiApplication.focusWindow())
        self._request = PortalRequest(self._bus, self._bound, SESSION_SECONDS, USER_SECONDS)
        self._request.ask(SHORTCUTS, "BindShortcuts", "oa(sa{sv})sa{sv}", (self._session, shortcuts, above), {})

    def _bound(self, answer: Response | BusError | NoResponse) -> None:
        self._request = None
        if (shortcuts := self._granted(answer).get("shortcuts")) is None:
            return
        self._take(shortcuts)
        for name in [name for name in self._wanted if name not in self._triggers]:
            self._refuse(name, HotkeyUnavailable("The desktop did not give the key.", _SETTINGS))
        self._listener.changed()

    def _granted(self, answer: Response | BusError | NoResponse) -> dict[str, Any]:
        """The results; otherwise nothing, and all that is wanted is refused."""
        match answer:
            case Response(code=0, results=results):
                return results
            case Response(code=1):
                error = HotkeyUnavailable("The desktop asked, and the key was not allowed.", _ASK_AGAIN)
            case Response():
                error = HotkeyUnavailable("The desktop did not give the key.", _SETTINGS)
            case NoResponse():
                error = HotkeyUnavailable("The desktop never answered whether Fanlight may have the key.", _ASK_AGAIN)
            case BusError():
                error = HotkeyUnavailable(f"The desktop did not give the key: {answer}.", _SETTINGS)
        for name in tuple(self._wanted):
            self._refuse(name, error)
        self._close_session()
        return {}

    def _refuse(self, name: str, error: HotkeyError) -> None:
        del self._wanted[name]
        self._listener.refused(name, error)

    # What the desktop says.

    def _told(self, signal: BusSignal, down: bool) -> None:
        session, name, *_ = signal.body
        if session != self._session or name not in self._wanted:
            return
        if not down:
            self._pressed_at.pop(name, None)
            self._listener.released(name)
            return
        before, now = self._pressed_at.get(name), time.monotonic()
        self._pressed_at[name] = now
        if before is not None and now - before > LOST_RELEASE_SECONDS:
            self._listener.released(name)  # a desktop that forgets to say so must not keep the key down for ever
        self._listener.pressed(name)

    def _shortcuts_changed(self, signal: BusSignal) -> None:
        session, shortcuts = signal.body
        if session == self._session:
            self._take(shortcuts)
            self._listener.changed()

    def _session_closed(self, _signal: BusSignal) -> None:
        self._bus.unlisten(self._session, SESSION, "Closed")
        self._session = ""
        for name in tuple(self._wanted):
            self._refuse(name, HotkeyUnavailable("The desktop took the key back.", _ASK_AGAIN))

    def _take(self, shortcuts: list[tuple[str, dict[str, tuple[str, Any]]]]) -> None:
        for name, details in shortcuts:
            self._triggers[name] = str(plain(details).get("trigger_description") or UNKNOWN_TRIGGER)


_ASK_AGAIN = "Ask for it again in Fanlight's settings, under Shortcut."
_SETTINGS = "Set it in the desktop's keyboard settings, or ask again in Fanlight's settings, under Shortcut."
