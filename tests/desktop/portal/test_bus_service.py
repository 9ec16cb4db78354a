"""Fanlight's name on the session bus: what a menu asks arrives as a command, what makes no sense is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fanlight.desktop.bus import APP_ID, Bus
from fanlight.desktop.bus_calls import BusError, Reply
from fanlight.desktop.bus_service import INTERFACE, OBJECT_PATH, BusService

if TYPE_CHECKING:
    from support.session_bus import SessionBus

DATA = {"activation-token": ("s", "tok"), "desktop-startup-id": ("s", "id_TIME1"), "other": ("u", 1)}
RIGHTS = {"activation_token": "tok", "startup_id": "id_TIME1"}


class Menu:
    """Another program, which asks."""

    def __init__(self, qtbot: Any, address: str) -> None:
        self._qtbot, self.bus = qtbot, Bus(address, "org.example.Menu")

    def asks(self, member: str, signature: str, *body: Any, path: str = OBJECT_PATH, face: str = INTERFACE) -> Any:
        answers: list[Reply | BusError] = []
        self.bus.call(APP_ID, path, face, member, signature or None, body, answers.append)
        self._qtbot.waitUntil(lambda: len(answers) == 1)
        return answers[0]


@pytest.fixture
def commands() -> list[Any]:
    return []


@pytest.fixture
def menu(qtbot: Any, session_bus: SessionBus, commands: list[Any]) -> Any:
    own = Bus(session_bus.address)
    BusService(own, commands.append)
    made = Menu(qtbot, session_bus.address)
    qtbot.waitUntil(lambda: isinstance(made.asks("Ping", "", face="org.freedesktop.DBus.Peer"), Reply))
    yield made
    made.bus.close()
    own.close()


def test_a_menu_brings_the_window_forward(menu: Menu, commands: list[Any]) -> None:
    assert isinstance(menu.asks("Activate", "a{sv}", DATA), Reply)
    assert commands == [{"do": "show", **RIGHTS}]


def test_files_of_this_computer_are_opened(menu: Menu, commands: list[Any], tmp_path: Path) -> None:
    name = tmp_path / "Übersicht #1 100%.png"
    assert isinstance(menu.asks("Open", "asa{sv}", [name.as_uri(), "file://localhost/a.wav"], DATA), Reply)
    assert commands == [{"do": "open", "files": [str(name), "/a.wav"], **RIGHTS}]
    assert isinstance(menu.asks("Open", "asa{sv}", [], {}), Reply)
    assert commands[1] == {"do": "show"}


def test_the_entrys_action_captures_the_screen(menu: Menu, commands: list[Any]) -> None:
    assert isinstance(menu.asks("ActivateAction", "sava{sv}", "shot", [], {}), Reply)
    assert commands == [{"do": "shot"}]


def test_what_cannot_be_done_is_refused(menu: Menu, commands: list[Any]) -> None:
    for answer in (
        menu.asks("Open", "asa{sv}", ["https://example.org/a.png"], {}),
        menu.asks("Open", "asa{sv}", ["file://server/share/a.png"], {}),
        menu.asks("Open", "s", "a.png"),
        menu.asks("Activate", ""),
        menu.asks("ActivateAction", "sava{sv}", "format", [], {}),
        menu.asks("Quit", ""),
        menu.asks("Activate", "a{sv}", {}, path="/"),
        menu.asks("Get", "ss", "a", "b", face="org.freedesktop.DBus.Properties"),
    ):
        assert isinstance(answer, BusError)
        assert answer.name.rpartition(".")[2] in ("UnknownMethod", "InvalidArgs")
    assert commands == []


def test_its_interface_can_be_looked_up(menu: Menu) -> None:
    answer = menu.asks("Introspect", "", face="org.freedesktop.DBus.Introspectable")
    assert isinstance(answer, Reply)
    assert all(f'"{name}"' in answer.body[0] for name in (INTERFACE, "Activate", "Open", "ActivateAction"))


def test_a_second_fanlight_has_the_name_once_the_first_has_left(qtbot: Any, session_bus: SessionBus) -> None:
    buses, heard = [Bus(session_bus.address) for _ in range(2)], list[str]()
    BusService(buses[0], lambda _command: heard.append("first"))
    qtbot.waitUntil(lambda: bool(buses[0].name))
    BusService(buses[1], lambda _command: heard.append("second"))
    qtbot.waitUntil(lambda: bool(buses[1].name))
    menu = Menu(qtbot, session_bus.address)
    qtbot.waitUntil(lambda: isinstance(menu.asks("Activate", "a{sv}", {}), Reply))
    buses[0].close()
    qtbot.waitUntil(lambda: isinstance(menu.asks("Activate", "a{sv}", {}), Reply))
    assert heard == ["first", "second"]
    buses[1].close()
    menu.bus.close()
