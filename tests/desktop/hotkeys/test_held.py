"""When a held key is believed to be up, told by a keyboard that is only thought of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject

from fanlight.desktop.hotkeys import x11
from fanlight.desktop.hotkeys.key_events import KeyEvent
from fanlight.desktop.xcb import KeysDown, XcbConnection
from fanlight.domain.desktop_errors import HotkeyError

SPACE = 65


@dataclass
class Keyboard:
    """As much of a connection as is asked for a key's state; each look is a request."""

    is_down: bool = False
    requests: int = 0

    def keys_down(self) -> KeysDown:
        self.requests += 1
        return KeysDown(frozenset({SPACE} if self.is_down else ()), self.requests)


@dataclass
class Ear:
    heard: list[str] = field(default_factory=list)

    def on_key_down(self, name: str) -> None:
        self.heard.append(f"+{name}")

    def on_key_up(self, name: str) -> None:
        self.heard.append(f"-{name}")

    def on_refused(self, name: str, error: HotkeyError) -> None: ...
    def on_backend_lost(self, error: HotkeyError) -> None: ...
    def on_trigger_changed(self) -> None: ...


@dataclass
class Hand:
    """Presses the key and lets it go; `time` is the server's. `old`: the event was made before the last look at the
    keyboard, and is read only now."""

    keyboard: Keyboard
    held: x11.HeldKeys

    def down(self, time: int, *, old: bool = False) -> None:
        if not old:
            self.keyboard.is_down = True
        event = KeyEvent(True, SPACE, time, 12, self.keyboard.requests - old)
        if not self.held.follow(event):
            self.held.press("shot", event)

    def up(self, time: int, *, still_down: bool = False, old: bool = False) -> None:
        self.keyboard.is_down = still_down
        self.held.follow(KeyEvent(False, SPACE, time, 12, self.keyboard.requests - old))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def hand(qtbot: Any, ear: Ear) -> Any:
    keyboard, parent = Keyboard(), QObject()
    yield Hand(keyboard, x11.HeldKeys(cast(XcbConnection, keyboard), ear, parent))
    parent.deleteLater()


def test_repeats_are_one_press(qtbot: Any, hand: Hand, ear: Ear) -> None:
    hand.down(1000)
    for time in range(1500, 2500, 33):
        hand.up(time, still_down=True)
        hand.down(time)
    hand.held.poll()
    assert ear.heard == ["+shot"]
    hand.up(2600)
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot"])


def test_the_second_half_of_a_repeat_may_come_late(qtbot: Any, hand: Hand, ear: Ear) -> None:
    hand.down(1000)
    hand.up(1500, still_down=True)
    hand.held.poll()
    hand.down(1500)
    assert ear.heard == ["+shot"]


def test_a_second_press_while_the_program_was_busy_is_a_second_press(qtbot: Any, hand: Hand, ear: Ear) -> None:
    """Both are in the queue when it is read, and the server says that the key is down."""
    hand.down(1000)
    hand.up(1040, still_down=True)
    hand.held.poll()
    hand.down(1090)
    hand.up(1120)
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot"] * 2)


def test_a_release_that_never_comes_is_found_out(qtbot: Any, hand: Hand, ear: Ear) -> None:
    """A lock screen took it, or another console."""
    hand.down(1000)
    hand.held.poll()
    assert ear.heard == ["+shot"]
    hand.keyboard.is_down = False
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot"], timeout=10 * x11.POLL_MS)


def test_a_forgotten_key_is_not_told(qtbot: Any, hand: Hand, ear: Ear) -> None:
    hand.down(1000)
    hand.held.forget("shot")
    hand.up(1100)
    hand.held.poll()
    assert ear.heard == ["+shot"]


def test_repeats_that_are_read_after_the_key_was_found_up_are_no_second_press(qtbot: Any, hand: Hand, ear: Ear) -> None:
    """A busy program: the key was held, the look says that it is up, and the queue is still full of its repeating.
    After a window's grab was let go the first half of a repeat goes to another program."""
    hand.down(1000)
    hand.keyboard.is_down = False
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot"], timeout=10 * x11.POLL_MS)
    hand.down(1660, old=True)
    for time in range(1700, 1900, 33):
        hand.up(time, old=True)
        hand.down(time, old=True)
    hand.up(1910, old=True)
    assert ear.heard == ["+shot", "-shot"]
    hand.down(1990, old=True)
    assert ear.heard == ["+shot", "-shot", "+shot"], "a later one is"


def test_after_a_look_the_next_press_counts(qtbot: Any, hand: Hand, ear: Ear) -> None:
    hand.down(1000)
    hand.keyboard.is_down = False
    qtbot.waitUntil(lambda: ear.heard == ["+shot", "-shot"], timeout=10 * x11.POLL_MS)
    hand.down(1500)
    assert ear.heard == ["+shot", "-shot", "+shot"]


def test_a_key_that_is_bound_while_it_is_down_is_not_pressed_before_it_was_up(qtbot: Any, hand: Hand, ear: Ear) -> None:
    """The key that ended one panel belongs to the next one, which opens while it is held."""
    hand.down(1000)
    hand.held.forget("shot")
    hand.held.expect((SPACE,))
    for time in range(1500, 1700, 33):
        hand.up(time, still_down=True)
        hand.down(time)
    assert ear.heard == ["+shot"]
    hand.up(1710)
    hand.held.poll()
    hand.down(1800)
    assert ear.heard == ["+shot", "+shot"]
