"""The GlobalShortcuts portal: the desktop asks the user once, and owns the key from then on.

A session binds its shortcuts once: a changed key needs a new session. The portal's signals `Activated` and
`Deactivated` are press and release. Specification: org.freedesktop.portal.GlobalShortcuts, version 1 and 2.
"""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from fanlight.desktop import bus
from fanlight.desktop.bus import PORTAL, PORTAL_PATH, Bus, BusSignal
from fanlight.desktop.bus_calls import BusError, Reply
from fanlight.desktop.hotkeys.backend import HotkeySink
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.keymap import key_name
from fanlight.desktop.portal_request import NoResponse, PortalRequest, Response, parent_window, plain, token
from fanlight.desktop.session import is_wayland
from fanlight.domain.desktop_errors import HotkeyError, HotkeyUnavailable
from fanlight.i18n import N_, _

name = "portal"
needs = N_("xdg-desktop-portal with GlobalShortcuts: KDE Plasma 5.27, GNOME 48, Hyprland, or newer.")
binds_keys, picks_combination, asks_permission, lends_keys = True, False, True, False

SHORTCUTS, SESSION = "org.freedesktop.portal.GlobalShortcuts", "org.freedesktop.portal.Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
SESSION_SECONDS = 15.0
USER_SECONDS = 180.0
"""The desktop's dialog waits for a person."""
LOST_RELEASE_SECONDS = 1.0
SHORTCUT_NAMES = {
    "shot": N_("Explain part of the screen"),
    "talk": N_("Push to talk"),
    "dictate": N_("Dictate into any program"),
    "selection": N_("Ask about selected text"),
    "panel": N_("Move the keyboard to the panel, and back"),
}
UNKNOWN_TRIGGER = N_("the key chosen in the desktop's settings")


def is_available() -> bool:
    return is_wayland() and bool(bus.address())


def describe(command: str) -> str:  # noqa: ARG001
    return _("The desktop passes this one key to Fanlight. Its own settings say which key that is.")


def start(sink: HotkeySink) -> PortalHotkeys:
    application = QGuiApplication.instance()
    try:
        return PortalHotkeys(Bus(bus.address(), parent=application), sink)
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
    def __init__(self, bus: Bus, sink: HotkeySink) -> None:
        super().__init__(bus)
        self._bus, self._sink = bus, sink
        self._wanted: dict[str, Combination] = {}
        self._triggers: dict[str, str] = {}
        self._pressed_at: dict[str, float] = {}
        self._session = ""
        self._request: PortalRequest | None = None
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._open_session)
        bus.lost.connect(lambda why: sink.on_backend_lost(HotkeyUnavailable(why)))
        bus.listen(PORTAL_PATH, SHORTCUTS, "Activated", lambda signal: self._on_activation(signal, True))
        bus.listen(PORTAL_PATH, SHORTCUTS, "Deactivated", lambda signal: self._on_activation(signal, False))
        bus.listen(PORTAL_PATH, SHORTCUTS, "ShortcutsChanged", self._shortcuts_changed)
        bus.call(PORTAL, PORTAL_PATH, PROPERTIES, "Get", "ss", (SHORTCUTS, "version"), self._on_version)

    def bind(self, name: str, combination: Combination) -> None:
        """Deferred to the event loop, so that names bound together share one dialog. A refusal is reported to the
        sink."""
        self._wanted[name] = combination
        self._start_again()

    def unbind(self, name: str) -> None:
        if self._wanted.pop(name, None) is not None:
            self._start_again()

    def is_free(self, combination: Combination) -> bool:  # noqa: ARG002 - the desktop finds a free one, or asks the user
        return True

    def trigger(self, name: str) -> str:
        return self._triggers.get(name, "")

    def close(self) -> None:
        self._wanted.clear()
        self._soon.stop()
        self._close_session()
        self._bus.close()

    def _on_version(self, answer: Reply | BusError) -> None:
        if isinstance(answer, BusError):
            self._sink.on_backend_lost(HotkeyUnavailable(_("This desktop has no portal for shortcuts.")))

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
            (name, {"description": ("s", _shown(name)), "preferred_trigger": ("s", trigger_of(combination))})
            for name, combination in self._wanted.items()
        ]
        above = parent_window(QGuiApplication.focusWindow())
        self._request = PortalRequest(self._bus, self._bound, SESSION_SECONDS, USER_SECONDS)
        self._request.ask(SHORTCUTS, "BindShortcuts", "oa(sa{sv})sa{sv}", (self._session, shortcuts, above), {})

    def _bound(self, answer: Response | BusError | NoResponse) -> None:
        self._request = None
        if (shortcuts := self._granted(answer).get("shortcuts")) is None:
            return
        self._keep_triggers(shortcuts)
        for name in [name for name in self._wanted if name not in self._triggers]:
            self._report_refused(name, HotkeyUnavailable(_("The desktop did not grant the shortcut."), _(_SETTINGS)))
        self._sink.on_trigger_changed()

    def _granted(self, answer: Response | BusError | NoResponse) -> dict[str, Any]:
        """The results of a granted request; otherwise empty, and every wanted name is refused."""
        match answer:
            case Response(code=0, results=results):
                return results
            case Response(code=1):
                error = HotkeyUnavailable(_("The desktop asked, and the shortcut was not allowed."), _(_ASK_AGAIN))
            case Response():
                error = HotkeyUnavailable(_("The desktop did not grant the shortcut."), _(_SETTINGS))
            case NoResponse():
                error = HotkeyUnavailable(_("The desktop did not answer the request for the shortcut."), _(_ASK_AGAIN))
            case BusError():
                why = _("The desktop did not grant the shortcut: {reason}.").format(reason=answer)
                error = HotkeyUnavailable(why, _(_SETTINGS))
        for name in tuple(self._wanted):
            self._report_refused(name, error)
        self._close_session()
        return {}

    def _report_refused(self, name: str, error: HotkeyError) -> None:
        del self._wanted[name]
        self._sink.on_refused(name, error)

    # Signals of the portal.

    def _on_activation(self, signal: BusSignal, down: bool) -> None:
        session, name, *_ = signal.body
        if session != self._session or name not in self._wanted:
            return
        if not down:
            self._pressed_at.pop(name, None)
            self._sink.on_key_up(name)
            return
        before, now = self._pressed_at.get(name), time.monotonic()
        self._pressed_at[name] = now
        if before is not None and now - before > LOST_RELEASE_SECONDS:
            # WORKAROUND some desktops lose a Deactivated signal: the key would stay down. Remove when none does.
            self._sink.on_key_up(name)
        self._sink.on_key_down(name)

    def _shortcuts_changed(self, signal: BusSignal) -> None:
        session, shortcuts = signal.body
        if session == self._session:
            self._keep_triggers(shortcuts)
            self._sink.on_trigger_changed()

    def _session_closed(self, _signal: BusSignal) -> None:
        self._bus.unlisten(self._session, SESSION, "Closed")
        self._session = ""
        for name in tuple(self._wanted):
            self._report_refused(name, HotkeyUnavailable(_("The desktop took the shortcut back."), _(_ASK_AGAIN)))

    def _keep_triggers(self, shortcuts: list[tuple[str, dict[str, tuple[str, Any]]]]) -> None:
        for name, details in shortcuts:
            self._triggers[name] = str(plain(details).get("trigger_description") or _(UNKNOWN_TRIGGER))


def _shown(name: str) -> str:
    """What the desktop shows beside the key."""
    return _(SHORTCUT_NAMES[name]) if name in SHORTCUT_NAMES else name


_ASK_AGAIN = N_("Ask for it again in Fanlight's settings, under Shortcut.")
_SETTINGS = N_("Set it in the desktop's keyboard settings, or ask again in Fanlight's settings, under Shortcut.")
