"""Whether the screen is locked: as the session's screen lock tells on the session bus (GNOME, KDE Plasma, Cinnamon,
MATE, Xfce), or, on X11, by what covers the screens (`x11_windows.py`)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from fanlight.desktop.bus import DAEMON, DAEMON_PATH, Bus, BusSignal
from fanlight.desktop.bus_calls import BusError, Reply
from fanlight.desktop.capture.x11_windows import is_covered_by_lock
from fanlight.domain.desktop_errors import ScreenLocked

LOCKS = {
    "org.freedesktop.ScreenSaver": ("/org/freedesktop/ScreenSaver", "/ScreenSaver"),
    "org.gnome.ScreenSaver": ("/org/gnome/ScreenSaver",),
    "org.cinnamon.ScreenSaver": ("/org/cinnamon/ScreenSaver",),
    "org.mate.ScreenSaver": ("/org/mate/ScreenSaver",),
    "org.xfce.ScreenSaver": ("/org/xfce/ScreenSaver",),
}
"""Of each service the places of its object; its interface has the service's name."""

_watching: list[ScreenLockWatch] = []


def screen_lock() -> ScreenLocked | None:
    """Why there is nothing but a lock to see; None where the screen is not locked, or that cannot be determined."""
    if any(watch.is_active for watch in _watching):
        return ScreenLocked(told=True)
    return ScreenLocked() if is_covered_by_lock() else None


class ScreenLockWatch(QObject):
    """Heard by `screen_lock`, until `close`. No service is started for it."""

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._active = set[str]()  # who said so
        for name, places in LOCKS.items():
            for place in places:
                bus.listen(place, name, "ActiveChanged", self._on_changed)
        bus.listen(DAEMON_PATH, DAEMON, "NameOwnerChanged", self._on_owner)
        bus.call(DAEMON, DAEMON_PATH, DAEMON, "ListNames", then=self._on_names)
        _watching.append(self)

    @property
    def is_active(self) -> bool:
        return self._bus.is_open and bool(self._active)

    def close(self) -> None:
        if self in _watching:
            _watching.remove(self)

    def _on_names(self, reply: Reply | BusError) -> None:
        if isinstance(reply, BusError):
            return
        for name in set(reply.body[0]) & LOCKS.keys():
            self._bus.call(name, LOCKS[name][0], name, "GetActive", then=self._told(name))

    def _told(self, name: str) -> Callable[[Reply | BusError], None]:
        def told(reply: Reply | BusError) -> None:
            if isinstance(reply, Reply) and reply.body[:1] == (True,):
                self._active.add(reply.sender or name)

        return told

    def _on_changed(self, signal: BusSignal) -> None:
        if signal.body[:1] == (True,):
            self._active.add(signal.sender)
        else:
            self._active.discard(signal.sender)

    def _on_owner(self, signal: BusSignal) -> None:
        """A lock that ended without a word locks nothing any more."""
        if len(signal.body) == 3 and not signal.body[2]:
            self._active.discard(str(signal.body[0]))
