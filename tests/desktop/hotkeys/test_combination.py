"""What can be a key for every program, and what cannot."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from fanlight.desktop.hotkeys.combination import OFFERS, Combination
from fanlight.domain.desktop_errors import HotkeyUnavailable
from fanlight.domain.setting_values import SHOT_HOTKEY


@pytest.mark.parametrize(
    "text", ["Ctrl+Alt+Space", "Meta+Shift+S", "F9", "Shift+F9", "Print", "Alt+Return", "Ctrl+F12"]
)
def test_a_combination_is_written_as_it_was_read(text: str) -> None:
    assert Combination.parse(text).text == text


@pytest.mark.parametrize(
    "text", ["", "Nothing", "Ctrl+", "Ctrl", "Ctrl+Alt", "Ctrl+A, Ctrl+B", "Shift", "\0", "Ctrl+Ctrl"]
)
def test_what_is_no_combination_is_said(text: str) -> None:
    with pytest.raises(HotkeyUnavailable, match="not a key combination"):
        Combination.parse(text)


@pytest.mark.parametrize("text", ["A", "Shift+A", "Space", "Return", "Esc", "Tab", "Ctrl+C", "Ctrl+1"])
def test_a_key_that_other_programs_need_is_refused(text: str) -> None:
    with pytest.raises(HotkeyUnavailable, match="cannot be a global shortcut"):
        Combination.parse(text)


@pytest.mark.parametrize("text", ["Ctrl+Alt+F3", "Ctrl+Alt+Del", "Alt+Tab", "Alt+F4"])
def test_keys_of_the_system_stay_the_systems(text: str) -> None:
    with pytest.raises(HotkeyUnavailable):
        Combination.parse(text)


def test_the_default_and_all_that_is_offered_can_be_used() -> None:
    for text in (SHOT_HOTKEY, *OFFERS):
        assert Combination.parse(text).text == text


def test_modifiers_are_known_apart() -> None:
    combination = Combination.parse("Meta+Alt+K")
    assert combination.has(Qt.KeyboardModifier.MetaModifier)
    assert not combination.has(Qt.KeyboardModifier.ControlModifier)
    assert combination.key == Qt.Key.Key_K
