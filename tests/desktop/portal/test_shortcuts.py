"""Keys by the desktop's portal: asked for once, heard, refused, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from fanlight.desktop.hotkeys import Hotkeys, null
from fanlight.desktop.hotkeys import portal as way
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.domain.desktop_errors import HotkeyError, HotkeyUnavailable

if TYPE_CHECKING:
    from support.fake_portal import FakePortal
    from support.session_bus import SessionBus

KEY = "Ctrl+Alt+Space"


class Ear:
    def __init__(self, hotkeys: Hotkeys) -> None:
        self.heard: list[str] = []
        self.failed: list[HotkeyError] = []
        hotkeys.key_pressed.connect(lambda name: self.heard.append(f"+{name}"))
        hotkeys.key_released.connect(lambda name: self.heard.append(f"-{name}"))
        hotkeys.binding_failed.connect(lambda _, error: self.failed.append(error))


@pytest.fixture
def hotkeys(qtbot: Any, session_bus: SessionBus, portal: FakePortal) -> Iterator[Hotkeys]:
    made = Hotkeys(backends=(way, null))
    assert made.backend.name == "portal"
    yield made
    made.close()


@pytest.fixture
def ear(hotkeys: Hotkeys) -> Ear:
    return Ear(hotkeys)


def bound(qtbot: Any, hotkeys: Hotkeys, name: str = "shot", combination: str = KEY) -> None:
    hotkeys.bind(name, combination)
    qtbot.waitUntil(lambda: bool(hotkeys.trigger(name)))


def test_press_and_release_are_heard(qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear) -> None:
    bound(qtbot, hotkeys)
    ((session, shortcuts, _, _),) = portal.called("BindShortcuts")
    assert shortcuts == [
        ("shot", {"description": ("s", "Explain part of the screen"), "preferred_trigger": ("s", "CTRL+ALT+space")})
    ]
    assert hotkeys.trigger("shot") == "CTRL+ALT+space"
    for _ in range(3):
        portal.press("shot")
        portal.press("shot", down=False)
    qtbot.waitUntil(lambda: len(ear.heard) == 6)
    assert ear.heard == ["+shot", "-shot"] * 3
    assert session.startswith("/org/freedesktop/portal/desktop/session/")


def test_what_is_bound_together_is_asked_for_in_one_dialog(
    qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear
) -> None:
    hotkeys.bind("shot", KEY)
    hotkeys.bind("talk", "F9")
    qtbot.waitUntil(lambda: bool(hotkeys.trigger("talk")))
    ((_, shortcuts, _, _),) = portal.called("BindShortcuts")
    assert [name for name, _ in shortcuts] == ["shot", "talk"]
    portal.press("talk")
    qtbot.waitUntil(lambda: ear.heard == ["+talk"])


def test_a_refusal_is_told_once(qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear) -> None:
    portal.script.code = 1
    hotkeys.bind("shot", KEY)
    qtbot.waitUntil(lambda: len(ear.failed) == 1)
    assert "not allowed" in ear.failed[0].message
    assert not hotkeys.is_bound("shot")
    portal.script.code = 0
    bound(qtbot, hotkeys)
    assert len(ear.failed) == 1


def test_a_key_that_the_desktop_leaves_out_is_refused(
    qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear
) -> None:
    portal.script.triggers = {"talk": "F9"}
    hotkeys.bind("shot", KEY)
    hotkeys.bind("talk", "F9")
    qtbot.waitUntil(lambda: len(ear.failed) == 1)
    assert not hotkeys.is_bound("shot")
    assert hotkeys.trigger("talk") == "F9"


def test_a_desktop_that_never_answers_is_given_up(
    qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way, "USER_SECONDS", 0.3)
    portal.script.code = None
    hotkeys.bind("shot", KEY)
    qtbot.waitUntil(lambda: len(ear.failed) == 1)
    assert "did not answer" in ear.failed[0].message


def test_another_key_is_another_session_and_the_first_is_closed(
    qtbot: Any, portal: FakePortal, hotkeys: Hotkeys
) -> None:
    bound(qtbot, hotkeys)
    first = portal.called("BindShortcuts")[0][0]
    bound(qtbot, hotkeys, "shot", "F9")
    assert first in portal.closed
    assert portal.called("BindShortcuts")[1][0] != first


def test_unbinding_closes_the_session(qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear) -> None:
    bound(qtbot, hotkeys)
    portal.press("shot")
    qtbot.waitUntil(lambda: ear.heard == ["+shot"])
    hotkeys.unbind("shot")
    qtbot.waitUntil(lambda: len(portal.closed) == 1)
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot"])


def test_the_desktop_may_take_the_key_back(qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear) -> None:
    bound(qtbot, hotkeys)
    portal.end_sessions()
    qtbot.waitUntil(lambda: len(ear.failed) == 1)
    assert not hotkeys.is_bound("shot")


def test_the_user_may_choose_another_key_in_the_desktops_settings(
    qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear
) -> None:
    bound(qtbot, hotkeys)
    portal.change("shot", "Meta+F12")
    qtbot.waitUntil(lambda: hotkeys.trigger("shot") == "Meta+F12")
    portal.change("shot", "")
    qtbot.waitUntil(lambda: hotkeys.trigger("shot") == way.UNKNOWN_TRIGGER)


def test_a_desktop_that_forgets_the_release_does_not_hold_the_key_for_ever(
    qtbot: Any, portal: FakePortal, hotkeys: Hotkeys, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound(qtbot, hotkeys)
    portal.press("shot")
    portal.press("shot")
    qtbot.waitUntil(lambda: ear.heard == ["+shot"])
    monkeypatch.setattr(way, "LOST_RELEASE_SECONDS", 0.0)
    portal.press("shot")
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot", "+shot"])


def test_without_this_portal_the_next_way_is_taken(qtbot: Any, portal: FakePortal, session_bus: SessionBus) -> None:
    portal.script.has = set()
    hotkeys = Hotkeys(backends=(way, null))
    ear = Ear(hotkeys)
    hotkeys.bind("shot", KEY)
    qtbot.waitUntil(lambda: hotkeys.backend.name == "null")
    assert [type(error) for error in ear.failed] == [HotkeyUnavailable]
    hotkeys.close()


def test_a_bus_that_ends_is_another_way_too(qtbot: Any, hotkeys: Hotkeys, session_bus: SessionBus) -> None:
    bound(qtbot, hotkeys)
    session_bus.stop()
    qtbot.waitUntil(lambda: hotkeys.backend.name == "null")


@pytest.mark.parametrize(
    ("combination", "trigger"),
    [
        ("Ctrl+Alt+Space", "CTRL+ALT+space"),
        ("Meta+Shift+S", "SHIFT+LOGO+s"),
        ("F9", "F9"),
        ("Ctrl+Alt+.", "CTRL+ALT+period"),
    ],
)
def test_a_trigger_is_written_as_the_specification_says(combination: str, trigger: str) -> None:
    assert way.trigger_of(Combination.parse(combination)) == trigger
