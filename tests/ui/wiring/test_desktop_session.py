"""An answer that came while the window was away is told by the desktop, and a click brings the window."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QObject, Signal

from fanlight.desktop.bus import Bus
from fanlight.settings import Settings
from fanlight.ui.wiring.desktop_session import DesktopSession
from support.collecting import collect_on_this_thread as collect_on_this_thread

if TYPE_CHECKING:
    from support.session_bus import SessionBus


class Sessions(QObject):
    activity_changed = Signal()
    busy = False

    def becomes(self, *, busy: bool) -> None:
        self.busy = busy
        self.activity_changed.emit()


class Desktop:
    """A notification service; each notification gets the next number."""

    def __init__(self, address: str) -> None:
        self.bus = Bus(address, "org.example.Desktop")
        self.calls: list[tuple[str, Any]] = []
        self.bus.answer_calls = self._answer
        self.bus.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName", "su",
                      ("org.freedesktop.Notifications", 0))  # fmt: skip

    def _answer(self, message: Any) -> Any:
        from jeepney import HeaderFields, new_method_return

        member = message.header.fields[HeaderFields.member]
        self.calls.append((member, message.body))
        return new_method_return(message, *(("u", (7,)) if member == "Notify" else ()))

    def says(self, member: str, signature: str, *body: Any) -> None:
        from jeepney import DBusAddress, new_signal

        place = DBusAddress("/org/freedesktop/Notifications", interface="org.freedesktop.Notifications")
        self.bus._serial += 1
        self.bus._send_bytes(new_signal(place, member, signature, body).serialise(self.bus._serial))

    @property
    def names(self) -> list[str]:
        return [member for member, _body in self.calls]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    from support.session_bus import SessionBus

    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed (packaging/system-libraries.sh test)")
    made = SessionBus()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.address)
    yield made
    made.close()


@pytest.fixture
def desktop(qtbot: Any, bus: SessionBus) -> Iterator[Desktop]:
    made = Desktop(bus.address)
    qtbot.waitUntil(lambda: bool(made.bus.name))
    yield made
    made.bus.close()


class Away:
    def __init__(self) -> None:
        self.sessions, self.is_away = Sessions(), True
        self.store: Any = SimpleNamespace(now=Settings())
        remote: Any = SimpleNamespace(run_command=lambda _request: None)
        self.session = DesktopSession(remote, self.sessions, self.store, away=lambda: self.is_away)  # type: ignore[arg-type]

    def answer(self) -> None:
        self.sessions.becomes(busy=True)
        self.sessions.becomes(busy=False)


@pytest.fixture
def away(desktop: Desktop) -> Iterator[Away]:
    made = Away()
    yield made
    made.session.close()


def test_an_answer_while_the_window_is_away_is_told_without_its_words(qtbot: Any, desktop: Desktop, away: Away) -> None:
    away.sessions.becomes(busy=True)
    away.sessions.becomes(busy=True)
    away.answer()
    qtbot.waitUntil(lambda: "Notify" in desktop.names)
    assert desktop.names == ["Notify"]
    name, replaced, icon, summary, body, actions, hints, _timeout = desktop.calls[0][1]
    assert (name, replaced, icon) == ("Fanlight", 0, "org.fanlight.Fanlight")
    assert (summary, body) == ("The answer is complete", "Click to show the window.")
    assert actions[0] == "default"
    assert hints["desktop-entry"] == ("s", "org.fanlight.Fanlight")


def test_a_click_brings_the_window_forward_by_the_desktops_token(qtbot: Any, desktop: Desktop, away: Away) -> None:
    away.answer()
    qtbot.waitUntil(lambda: away.session._notifications._number == 7)
    desktop.says("ActionInvoked", "us", 8, "default")
    desktop.says("ActivationToken", "us", 7, "tok")
    with qtbot.waitSignal(away.session.window_wanted) as wanted:
        desktop.says("ActionInvoked", "us", 7, "default")
    assert wanted.args[0].activation_token == "tok"


def test_nothing_is_told_to_one_who_looks_or_does_not_want_it(qtbot: Any, desktop: Desktop, away: Away) -> None:
    away.is_away = False
    away.answer()
    away.is_away, away.store.now = True, replace(Settings(), notify_answers=False)
    away.answer()
    away.store.now = Settings()
    away.answer()
    qtbot.waitUntil(lambda: desktop.names != [])
    assert desktop.names == ["Notify"]


def test_it_is_withdrawn_when_the_window_is_looked_at(qtbot: Any, desktop: Desktop, away: Away) -> None:
    away.answer()
    qtbot.waitUntil(lambda: away.session._notifications._number == 7)
    away.is_away = False
    away.session._on_state(None)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: desktop.names[-1] == "CloseNotification")
    assert desktop.calls[-1][1] == (7,)


def test_without_a_session_bus_nothing_happens(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    made = Away()
    made.answer()
    made.session.close()
