"""What holds for every way: names, order, hand-over from one way to the next."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.desktop.hotkeys import BACKENDS, Hotkeys, null
from fanlight.domain.desktop_errors import HotkeyError, HotkeyTaken, HotkeyUnavailable
from support.hotkey_ways import PaperBackend

KEY = "Ctrl+Alt+Space"


class Ear:
    """What was told, in order."""

    def __init__(self, hotkeys: Hotkeys) -> None:
        self.heard: list[str] = []
        self.failed: list[tuple[str, HotkeyError]] = []
        hotkeys.key_pressed.connect(lambda name: self.heard.append(f"+{name}"))
        hotkeys.key_released.connect(lambda name: self.heard.append(f"-{name}"))
        hotkeys.test_key_changed.connect(lambda name, down: self.heard.append(f"{'down' if down else 'up'} {name}"))
        hotkeys.binding_failed.connect(lambda name, error: self.failed.append((name, error)))


def opened(*backends: PaperBackend) -> tuple[Hotkeys, Ear]:
    hotkeys = Hotkeys(backends=backends)
    return hotkeys, Ear(hotkeys)


def test_press_and_release_come_in_turn_whatever_the_way_says(qtbot: Any) -> None:
    backend = PaperBackend()
    hotkeys, ear = opened(backend)
    hotkeys.bind("shot", KEY)
    sink = backend.binder.sink
    for tell in (sink.on_key_up, sink.on_key_down, sink.on_key_down, sink.on_key_up, sink.on_key_up):
        tell("shot")
    sink.on_key_down("unknown")
    assert ear.heard == [], "a slot never runs inside the native event"
    qtbot.waitUntil(lambda: len(ear.heard) == 2)
    assert ear.heard == ["+shot", "-shot"]


def test_a_held_key_that_is_unbound_is_released(qtbot: Any) -> None:
    backend = PaperBackend()
    hotkeys, ear = opened(backend)
    hotkeys.bind("shot", KEY)
    backend.binder.sink.on_key_down("shot")
    qtbot.waitUntil(lambda: hotkeys.is_pressed("shot"))
    hotkeys.unbind("shot")
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot"])
    assert not hotkeys.is_pressed("shot")


def test_a_press_on_its_way_is_not_told_after_unbinding(qtbot: Any) -> None:
    backend = PaperBackend()
    hotkeys, ear = opened(backend)
    hotkeys.bind("shot", KEY)
    backend.binder.sink.on_key_down("shot")
    hotkeys.unbind("shot")
    hotkeys.bind("talk", "F9")
    backend.binder.sink.on_key_down("talk")
    qtbot.waitUntil(lambda: bool(ear.heard))
    assert ear.heard == ["+talk"]


def test_a_taken_key_comes_with_the_first_offer_that_is_free() -> None:
    hotkeys, _ = opened(PaperBackend(taken={KEY, "Ctrl+Shift+Space"}))
    with pytest.raises(HotkeyTaken) as caught:
        hotkeys.bind("shot", KEY)
    assert caught.value.offer == "Ctrl+Alt+Return"
    assert "Ctrl+Alt+Return is free." in caught.value.hint
    assert not hotkeys.is_bound("shot")


def test_binding_again_lets_the_old_key_go_even_if_the_new_one_is_refused() -> None:
    backend = PaperBackend(taken={"Ctrl+Alt+S"})
    hotkeys, _ = opened(backend)
    hotkeys.bind("shot", KEY)
    hotkeys.bind("shot", "Ctrl+Alt+X")
    assert [bound.text for bound in backend.binder.bound.values()] == ["Ctrl+Alt+X"]
    with pytest.raises(HotkeyTaken):
        hotkeys.bind("shot", "Ctrl+Alt+S")
    assert not backend.binder.bound


def test_one_combination_has_one_name() -> None:
    hotkeys, _ = opened(PaperBackend())
    hotkeys.bind("shot", KEY)
    with pytest.raises(HotkeyTaken, match="Fanlight itself"):
        hotkeys.bind("talk", KEY)
    assert hotkeys.is_bound("shot")


def test_a_way_that_is_not_there_or_does_not_start_is_passed_over() -> None:
    hotkeys, _ = opened(PaperBackend("absent", there=False), PaperBackend("broken", broken=True), PaperBackend("good"))
    assert hotkeys.backend.name == "good"
    hotkeys, _ = opened(PaperBackend("broken", broken=True))
    assert hotkeys.backend.name == "null"


def test_when_a_way_is_lost_the_next_one_takes_over_what_is_bound(qtbot: Any) -> None:
    first, second = PaperBackend("first"), PaperBackend("second", taken={"Ctrl+Alt+S"})
    hotkeys, ear = opened(first, second)
    hotkeys.bind("shot", KEY)
    hotkeys.bind("talk", "Ctrl+Alt+S")
    first.binder.sink.on_key_down("shot")
    qtbot.waitUntil(lambda: ear.heard == ["+shot"])
    first.binder.sink.on_backend_lost(HotkeyUnavailable("The desktop went away."))
    assert first.binder.closed
    assert hotkeys.backend.name == "second"
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot"])
    assert (hotkeys.is_bound("shot"), hotkeys.is_bound("talk")) == (True, False)
    assert [(name, type(error)) for name, error in ear.failed] == [("talk", HotkeyTaken)]
    second.binder.sink.on_key_down("shot")
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot", "+shot"])


def test_a_lent_key_stays_lent_when_the_next_backend_takes_over() -> None:
    first, second = PaperBackend("first"), PaperBackend("second")
    hotkeys, ear = opened(first, second)
    hotkeys.bind("escape", "Esc", lent=True)
    first.binder.sink.on_backend_lost(HotkeyUnavailable("The desktop went away."))
    assert hotkeys.is_bound("escape")
    assert ear.failed == []


@pytest.mark.parametrize("key", ["Esc", "Return"])
def test_escape_and_enter_are_held_without_a_modifier_only_while_they_are_lent(key: str) -> None:
    hotkeys, _ear = opened(PaperBackend())
    with pytest.raises(HotkeyUnavailable):
        hotkeys.bind("end", key)
    hotkeys.bind("end", key, lent=True)
    assert hotkeys.is_bound("end")


@pytest.mark.parametrize("key", ["E", "3", "Space", "Shift+A", "Backspace", "\N{CYRILLIC CAPITAL LETTER KA}"])
def test_no_other_key_is_ever_held_without_a_modifier(key: str) -> None:
    hotkeys, _ear = opened(PaperBackend())
    with pytest.raises(HotkeyUnavailable):
        hotkeys.bind("letter", key, lent=True)
    assert not hotkeys.is_bound("letter")


def test_a_refusal_that_comes_late_is_told_once_and_with_an_offer() -> None:
    backend = PaperBackend()
    hotkeys, ear = opened(backend)
    hotkeys.bind("shot", KEY)
    backend.binder.sink.on_refused("shot", HotkeyTaken("Ctrl+Alt+Space"))
    backend.binder.sink.on_refused("shot", HotkeyTaken("Ctrl+Alt+Space"))
    ((name, error),) = ear.failed
    assert name == "shot"
    assert isinstance(error, HotkeyTaken)
    assert error.offer
    assert not hotkeys.is_bound("shot")


def test_while_the_key_is_tried_nothing_is_done_with_it(qtbot: Any) -> None:
    backend = PaperBackend()
    hotkeys, ear = opened(backend)
    hotkeys.bind("shot", KEY)
    hotkeys.is_testing = True
    backend.binder.sink.on_key_down("shot")
    qtbot.waitUntil(lambda: ear.heard == ["down shot"])
    hotkeys.is_testing = False
    backend.binder.sink.on_key_up("shot")
    backend.binder.sink.on_key_down("shot")
    backend.binder.sink.on_key_up("shot")
    qtbot.waitUntil(lambda: len(ear.heard) == 4)
    assert ear.heard == ["down shot", "up shot", "+shot", "-shot"]


def test_closing_lets_everything_go() -> None:
    backend = PaperBackend()
    hotkeys, _ = opened(backend)
    hotkeys.bind("shot", KEY)
    hotkeys.bind("talk", "Ctrl+Alt+S")
    hotkeys.close()
    assert not backend.binder.bound
    assert backend.binder.closed


def test_every_backend_says_what_it_needs_and_none_but_null_is_there_without_a_desktop() -> None:
    assert [backend.name for backend in BACKENDS] == ["portal", "x11", "windows", "macos", "null"]
    assert all(backend.needs.endswith(".") for backend in BACKENDS)
    assert [backend.name for backend in BACKENDS if backend.is_available()] == ["null"]


def test_every_backend_says_what_it_can() -> None:
    assert [backend.name for backend in BACKENDS if not backend.binds_keys] == ["null"]
    assert [backend.name for backend in BACKENDS if backend.picks_combination] == ["x11", "windows", "macos"]
    assert [backend.name for backend in BACKENDS if backend.asks_permission] == ["portal"]
    assert [backend.name for backend in BACKENDS if backend.lends_keys] == ["x11", "windows", "macos"]
    assert all(backend.describe("fanlight shot").endswith(".") for backend in BACKENDS)


@pytest.mark.parametrize(
    ("desktop", "word"), [("GNOME", "Custom Shortcuts"), ("sway", "bindsym"), ("", "custom shortcut")]
)
def test_without_any_way_the_desktops_own_settings_are_explained(
    monkeypatch: pytest.MonkeyPatch, desktop: str, word: str
) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", f"somebody:{desktop}")
    hotkeys = Hotkeys(backends=(null,))
    assert word in hotkeys.backend.describe(null.COMMAND)
    assert "fanlight" in hotkeys.backend.describe(null.COMMAND)
    with pytest.raises(HotkeyUnavailable) as caught:
        hotkeys.bind("shot", KEY)
    assert word in caught.value.hint
    assert all("{" not in text.format(command="x").replace("{ spawn", "") for text in null.STEPS.values())
