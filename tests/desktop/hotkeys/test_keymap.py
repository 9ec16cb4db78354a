"""From a combination to key codes, on keyboards of few keys."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any, cast

import pytest

from fanlight.desktop.hotkeys import macos, windows
from fanlight.desktop.hotkeys.backend import HotkeySink
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.keymap import Keymap
from fanlight.desktop.xcb import XcbConnection
from support.boards import Board

US = {
    24: (0x71, 0x51),
    38: (0x61, 0x41),
    10: (0x31, 0x21),
    65: (0x20, 0x20),
    67: (0xFFBE, 0),
    64: (0xFFE9,),
    133: (0xFFEB,),
}
FRENCH = US | {24: (0x61, 0x41), 38: (0x71, 0x51), 10: (0x26, 0x31)}
RUSSIAN = US | {24: (0x6CA, 0x6EA), 38: (0x6C6, 0x6E6)}
BOTH = US | {38: (0x6C6, 0x6E6, 0x61, 0x41)}


def found(symbols: dict[int, tuple[int, ...]], text: str) -> tuple[int, ...]:
    keys = Keymap(cast(XcbConnection, Board(symbols))).find(Combination.parse(text))
    return keys.codes if keys else ()


def test_a_letter_is_where_the_layout_has_it() -> None:
    assert found(US, "Ctrl+Alt+Q") == (24,)
    assert found(FRENCH, "Ctrl+Alt+Q") == (38,)
    assert found(BOTH, "Ctrl+Alt+A") == (38,)


def test_a_digit_that_needs_shift_to_be_written_is_still_its_key() -> None:
    assert found(FRENCH, "Ctrl+Alt+1") == (10,)


def test_a_layout_without_latin_letters_has_them_where_they_are_on_a_us_keyboard() -> None:
    assert found(RUSSIAN, "Ctrl+Alt+Q") == (24,)
    assert found(RUSSIAN, "Ctrl+Alt+Ф") == (38,)


def test_keys_without_a_character() -> None:
    assert found(US, "F1") == (67,)
    assert found(US, "Ctrl+Alt+Space") == (65,)
    assert found(US, "Ctrl+Alt+PgUp") == ()


def test_all_keys_that_write_it_are_taken() -> None:
    assert found(US | {108: (0xFF61,), 107: (0xFF61,)}, "Print") == (108, 107)


def test_every_state_of_the_lock_keys_is_a_mask() -> None:
    keymap = Keymap(cast(XcbConnection, Board(US)))
    keys = keymap.find(Combination.parse("Ctrl+Alt+Space"))
    assert keys
    assert keys.modifiers == 4 | 8
    assert set(keys.masks) == {12, 12 | 2, 12 | 16, 12 | 2 | 16}
    assert keys.match(65, 12 | 16)
    assert keys.match(65, 12 | 0x2000), "another layout is no other combination"
    assert not keys.match(65, 12 | 1)
    assert not keys.match(24, 12)


def test_modifiers_are_found_where_the_keyboard_has_them() -> None:
    swapped = Board(US, [(50,), (66,), (37,), (133,), (), (), (64,), ()])
    keymap = Keymap(cast(XcbConnection, swapped))
    assert (keymap.alt, keymap.meta) == (1 << 6, 1 << 3)


def test_numbers_for_windows_and_macos() -> None:
    """The only parts of those two that can be run here."""
    combination = Combination.parse("Ctrl+Alt+Space")
    assert windows.virtual_key(combination.key) == 0x20
    assert windows.modifier_bits(combination) == 0x4003
    assert windows.virtual_key(Combination.parse("F9").key) == 0x78
    assert windows.virtual_key(Combination.parse("Ctrl+Alt+.").key, lambda _: 0x01BE) == 0xBE
    assert macos.key_code(combination.key) == 0x31
    assert macos.modifier_bits(combination) == 0x0900
    assert macos.key_code(Combination.parse("F5").key) == 0x60
    assert macos.key_code(Combination.parse("Ctrl+Alt+S").key) == 0x01
    assert macos.key_code(Combination.parse("Ctrl+Alt+Ф").key) is None


def test_a_character_without_a_key_on_windows_is_reported_as_none(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """VkKeyScanW returns a SHORT: read as an int, -1 would be key 0xFF."""
    user32 = SimpleNamespace(VkKeyScanW=SimpleNamespace(restype=ctypes.c_int))
    monkeypatch.setattr(ctypes, "WinDLL", lambda _name, **_options: user32, raising=False)
    started = windows.start(cast(HotkeySink, SimpleNamespace()))
    started.close()
    assert user32.VkKeyScanW.restype is ctypes.c_short
    assert windows.virtual_key(Combination.parse("Ctrl+Alt+Ф").key, lambda _: -1) == 0
