"""A session's screen lock tells on the session bus that it is there: GNOME's and KDE's cover no window of X11."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from fanlight.desktop.bus import Bus
from fanlight.desktop.capture import screen_lock as screen_lock_module
from fanlight.desktop.capture.screen_lock import LOCKS, ScreenLockWatch, screen_lock

if TYPE_CHECKING:
    from support.session_bus import SessionBus


class Lock:
    """A screen lock as a desktop has it."""

    def __init__(self, address: str, name: str, *, active: bool = False) -> None:
        self.bus, self.name, self.active, self.asked = Bus(address, "org.example.Lock"), name, active, 0
        self.bus.answer_calls = self._answer
        self.bus.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName", "su",
                      (name, 0), then=lambda _reply: setattr(self, "is_there", True))  # fmt: skip
        self.is_there = False

    def _answer(self, message: Any) -> Any:
        from jeepney import new_method_return

        self.asked += 1
        return new_method_return(message, "b", (self.active,))

    def becomes(self, *, active: bool) -> None:
        from jeepney import DBusAddress, new_signal

        place = DBusAddress(LOCKS[self.name][-1], interface=self.name)
        self.bus._serial += 1
        self.bus._send_bytes(new_signal(place, "ActiveChanged", "b", (active,)).serialise(self.bus._serial))


@pytest.fixture
def start(qtbot: Any, session_bus: SessionBus) -> Iterator[Callable[..., Lock]]:
    made: list[Lock] = []

    def start_one(name: str, *, active: bool = False) -> Lock:
        made.append(Lock(session_bus.address, name, active=active))
        qtbot.waitUntil(lambda: made[-1].is_there)
        return made[-1]

    yield start_one
    for lock in made:
        lock.bus.close()


@pytest.fixture
def watch(
    qtbot: Any, session_bus: SessionBus, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], ScreenLockWatch]]:
    monkeypatch.setattr(screen_lock_module, "is_covered_by_lock", lambda: False)
    made: list[ScreenLockWatch] = []

    def watch_now() -> ScreenLockWatch:
        own = Bus(session_bus.address)
        made.append(ScreenLockWatch(own))
        listed: list[object] = []
        own.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", then=listed.append)
        qtbot.waitUntil(lambda: bool(listed))  # what was asked for before it is there, too
        return made[-1]

    yield watch_now
    for one in made:
        one.close()
        one._bus.close()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_that_comes_and_goes_is_known(
    qtbot: Any, start: Callable[..., Lock], watch: Callable[[], ScreenLockWatch], name: str
) -> None:
    lock = start(name)
    watch()
    assert screen_lock() is None
    lock.becomes(active=True)
    qtbot.waitUntil(lambda: screen_lock() is not None)
    assert str(screen_lock()) == "The screen is locked."
    lock.becomes(active=False)
    qtbot.waitUntil(lambda: screen_lock() is None)


def test_one_that_was_there_before_is_known(
    qtbot: Any, start: Callable[..., Lock], watch: Callable[[], ScreenLockWatch]
) -> None:
    start("org.gnome.ScreenSaver", active=True)
    watch()
    qtbot.waitUntil(lambda: screen_lock() is not None)


def test_one_that_ends_without_a_word_locks_nothing_any_more(
    qtbot: Any, start: Callable[..., Lock], watch: Callable[[], ScreenLockWatch]
) -> None:
    lock = start("org.freedesktop.ScreenSaver", active=True)
    watch()
    qtbot.waitUntil(lambda: screen_lock() is not None)
    lock.bus.close()
    qtbot.waitUntil(lambda: screen_lock() is None)


def test_one_that_is_not_active_and_one_that_is_closed_lock_nothing(
    qtbot: Any, start: Callable[..., Lock], watch: Callable[[], ScreenLockWatch]
) -> None:
    lock = start("org.mate.ScreenSaver")
    watched = watch()
    qtbot.waitUntil(lambda: lock.asked == 1)
    assert screen_lock() is None
    lock.becomes(active=True)
    qtbot.waitUntil(lambda: screen_lock() is not None)
    watched.close()
    assert screen_lock() is None
