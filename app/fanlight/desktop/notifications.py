"""One line of the desktop's own, outside of Fanlight's windows, which brings the window forward when it is clicked.

freedesktop.org's Desktop Notifications Specification 1.3.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.desktop.bus import APP_ID, Bus, BusSignal
from fanlight.desktop.bus_calls import BusError, Reply
from fanlight.i18n import _

SERVICE, OBJECT_PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_CLICKED = "default"
_AS_THE_DESKTOP_LIKES = -1


class Notifications(QObject):
    """At most one is shown. Nothing happens on a desktop that has none."""

    clicked = Signal(str)
    """With Wayland's token for the right to the front, or ""."""

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._number = 0
        self._token = ""
        self._wanted = False
        bus.listen(OBJECT_PATH, SERVICE, "ActivationToken", self._on_token)
        bus.listen(OBJECT_PATH, SERVICE, "ActionInvoked", self._on_action)
        bus.listen(OBJECT_PATH, SERVICE, "NotificationClosed", self._on_closed)

    def show(self, summary: str, body: str = "") -> None:
        """In place of the one that is shown."""
        self._wanted = True
        hints = {"desktop-entry": ("s", APP_ID), "category": ("s", "im.received")}
        actions = [_CLICKED, _("Show")]
        body_of_call = ("Fanlight", self._number, APP_ID, summary, body, actions, hints, _AS_THE_DESKTOP_LIKES)
        self._bus.call(SERVICE, OBJECT_PATH, SERVICE, "Notify", "susssasa{sv}i", body_of_call, self._on_shown)

    def withdraw(self) -> None:
        self._wanted = False
        if self._number:
            self._bus.call(SERVICE, OBJECT_PATH, SERVICE, "CloseNotification", "u", (self._number,))
            self._number = 0

    def _on_shown(self, answer: Reply | BusError) -> None:
        if isinstance(answer, Reply):
            self._number = int(answer.body[0])
            if not self._wanted:
                self.withdraw()

    def _on_token(self, signal: BusSignal) -> None:
        if signal.body[:1] == (self._number,):
            self._token = str(signal.body[1])

    def _on_action(self, signal: BusSignal) -> None:
        if signal.body == (self._number, _CLICKED):
            self._number, token, self._token = 0, self._token, ""
            self.clicked.emit(token)

    def _on_closed(self, signal: BusSignal) -> None:
        if signal.body[:1] == (self._number,):
            self._number = 0
