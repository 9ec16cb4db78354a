"""How long the keyboard is kept for keys that are down, told by a keyboard that is only thought of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from fanlight.desktop.hotkeys import key_release
from fanlight.desktop.hotkeys.key_release import KeyReleaseGuard
from fanlight.desktop.xcb import KeysDown, XcbConnection

ESCAPE, SHIFT, E = 9, 50, 26


class Keyboard:
    """`keys` are down; `grabbed` is ours, unless `taken` by another program."""

    def __init__(self) -> None:
        self.keys: set[int] = set()
        self.grabbed = self.taken = False

    def keys_down(self) -> KeysDown:
        return KeysDown(frozenset(self.keys), 1)

    def modifier_codes(self) -> tuple[tuple[int, ...], ...]:
        return ((SHIFT,), ())

    def grab_keyboard(self) -> bool:
        self.grabbed = not self.taken
        return self.grabbed

    def ungrab_keyboard(self) -> None:
        self.grabbed = False


@pytest.fixture
def keyboard() -> Keyboard:
    return Keyboard()


@pytest.fixture
def held(qtbot: Any, keyboard: Keyboard) -> Iterator[KeyReleaseGuard]:
    made = KeyReleaseGuard(connection=cast(XcbConnection, keyboard))
    yield made
    made.release_keyboard()
    made.deleteLater()


def test_the_keyboard_is_kept_until_the_last_key_is_up(qtbot: Any, held: KeyReleaseGuard, keyboard: Keyboard) -> None:
    keyboard.keys = {ESCAPE, E}
    assert held.hold_keyboard()
    keyboard.keys = {ESCAPE}
    held.poll()
    assert keyboard.grabbed
    keyboard.keys = set()
    qtbot.waitUntil(lambda: not keyboard.grabbed)


def test_without_a_key_down_nothing_is_taken(held: KeyReleaseGuard, keyboard: Keyboard) -> None:
    keyboard.keys = {SHIFT}
    assert not held.hold_keyboard()
    assert not keyboard.grabbed


def test_another_programs_grab_is_left_alone(held: KeyReleaseGuard, keyboard: Keyboard) -> None:
    keyboard.keys, keyboard.taken = {ESCAPE}, True
    assert not held.hold_keyboard()


def test_who_types_on_has_the_keyboard(qtbot: Any, held: KeyReleaseGuard, keyboard: Keyboard) -> None:
    """Also where a key is stuck."""
    keyboard.keys = {ESCAPE}
    held.hold_keyboard()
    keyboard.keys = {ESCAPE, SHIFT}
    held.poll()
    assert keyboard.grabbed
    keyboard.keys = {ESCAPE, E}
    qtbot.waitUntil(lambda: not keyboard.grabbed)


def test_a_key_that_never_comes_up_does_not_keep_it_for_ever(
    qtbot: Any, held: KeyReleaseGuard, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_release, "LONGEST_SECONDS", 0.2)
    keyboard.keys = {ESCAPE}
    held.hold_keyboard()
    qtbot.waitUntil(lambda: not keyboard.grabbed)


def test_who_grabs_the_keyboard_next_keeps_it(qtbot: Any, held: KeyReleaseGuard, keyboard: Keyboard) -> None:
    keyboard.keys = {ESCAPE}
    held.hold_keyboard()
    held.abandon()
    keyboard.keys = set()
    held.poll()
    assert keyboard.grabbed
    keyboard.ungrab_keyboard()
