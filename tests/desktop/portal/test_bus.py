"""The connection to the session bus: who is on it, and every way it can end."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fanlight.desktop import bus
from fanlight.desktop.bus import APP_ID, DAEMON, DAEMON_PATH, PORTAL, PORTAL_PATH, Bus
from fanlight.desktop.bus_calls import BusError, Reply

if TYPE_CHECKING:
    from support.fake_portal import FakePortal
    from support.session_bus import SessionBus

Answers = list[Reply | BusError]


def test_the_app_id_is_said_first(qtbot: Any, portal: FakePortal, session_bus: SessionBus) -> None:
    answers: Answers = []
    connection = Bus(session_bus.address)
    connection.call(
        PORTAL, PORTAL_PATH, "org.freedesktop.DBus.Properties", "GetAll", "s",
        ("org.freedesktop.portal.Screenshot",), answers.append,
    )  # fmt: skip
    assert not answers, "nothing is heard before the call returns"
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert isinstance(answers[0], Reply)
    assert answers[0].body == ({"version": ("u", 2)},)
    assert [member for member, _ in portal.calls] == ["Register", "GetAll"]
    assert portal.ids == {connection.name: APP_ID}
    connection.close()


def test_an_error_is_an_answer(qtbot: Any, session_bus: SessionBus) -> None:
    answers: Answers = []
    connection = Bus(session_bus.address)
    connection.call(PORTAL, PORTAL_PATH, "org.freedesktop.portal.Screenshot", "Screenshot", then=answers.append)
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert isinstance(answers[0], BusError)
    assert answers[0].name == "org.freedesktop.DBus.Error.ServiceUnknown"
    connection.close()


def test_a_long_message_arrives_whole(qtbot: Any, session_bus: SessionBus) -> None:
    """Larger than what the socket takes at once."""
    answers: Answers = []
    connection = Bus(session_bus.address)
    text = "ä" * 2_000_000
    connection.call(DAEMON, DAEMON_PATH, DAEMON, "NameHasOwner", "s", (text,), answers.append)
    connection.call(DAEMON, DAEMON_PATH, DAEMON, "GetId", then=answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert isinstance(answers[0], BusError | Reply)
    assert isinstance(answers[1], Reply)
    connection.close()


def test_a_call_that_is_never_answered_ends(qtbot: Any, portal: FakePortal, session_bus: SessionBus) -> None:
    portal.script.takes = False
    answers: Answers = []
    connection = Bus(session_bus.address)
    connection.call(
        PORTAL, PORTAL_PATH, "org.freedesktop.portal.Screenshot", "Screenshot", "sa{sv}",
        ("", {"handle_token": ("s", "x")}), answers.append, timeout_seconds=0.3,
    )  # fmt: skip
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert isinstance(answers[0], BusError)
    assert answers[0].name.endswith("NoReply")
    connection.close()


def test_when_the_bus_ends_everybody_who_waits_hears_it(
    qtbot: Any, portal: FakePortal, session_bus: SessionBus
) -> None:
    portal.script.takes = False
    answers: Answers = []
    lost: list[str] = []
    connection = Bus(session_bus.address)
    connection.lost.connect(lost.append)
    qtbot.waitUntil(lambda: bool(connection.name))
    for token in ("a", "b"):
        connection.call(
            PORTAL, PORTAL_PATH, "org.freedesktop.portal.Screenshot", "Screenshot", "sa{sv}",
            ("", {"handle_token": ("s", token)}), answers.append,
        )  # fmt: skip
    qtbot.waitUntil(lambda: len(portal.called("Screenshot")) == 2)
    session_bus.stop()
    qtbot.waitUntil(lambda: len(lost) == 1)
    assert [type(answer) for answer in answers] == [BusError, BusError]
    connection.call(DAEMON, DAEMON_PATH, DAEMON, "GetId", then=answers.append)
    qtbot.waitUntil(lambda: len(answers) == 3)
    assert not connection.is_open
    connection.close()


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "unix:path=/nowhere/at/all", "tcp:host=127.0.0.1,port=9", "unix:tmpdir=/tmp", "unix:path"],
)
def test_where_no_bus_is_there_is_none(address: str, no_connection: list[str]) -> None:
    with pytest.raises(BusError, match="bus"):
        Bus(address)
    assert no_connection == [], "only Unix sockets are opened"


def test_somebody_who_speaks_no_dbus_is_left(qtbot: Any, session_bus: SessionBus) -> None:
    path = session_bus.folder / "other"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(100)
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        lost: list[str] = []
        connection = Bus(f"unix:path={path}")
        connection.lost.connect(lost.append)
        qtbot.waitUntil(lambda: len(lost) == 1)
        thread.join(10)
        connection.close()


def test_the_usual_place_is_looked_at_where_the_environment_says_nothing(
    monkeypatch: pytest.MonkeyPatch, session_bus: SessionBus, tmp_path: Path
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session_bus.folder))
    assert bus.address() == f"unix:path={session_bus.folder / 'bus'}"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert bus.address() == ""
