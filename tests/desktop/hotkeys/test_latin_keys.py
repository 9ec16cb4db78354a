"""Letters and digits on layouts that do not write them."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from fanlight.desktop.hotkeys import latin_keys
from fanlight.desktop.hotkeys.keymap import Keymap
from fanlight.desktop.hotkeys.latin_keys import keys_in_place, latin_key
from fanlight.desktop.xcb import XcbConnection
from support.boards import Board

US = {12: (0x33, 0x23), 14: (0x35, 0x25), 27: (0x72, 0x52), 32: (0x6F, 0x4F)}
FRENCH = {12: (0x22, 0x33), 14: (0x28, 0x35), 27: (0x72, 0x52)}
RUSSIAN = {12: (0x33, 0x2116), 14: (0x35, 0x25), 27: (0x6CB, 0x6EB)}
DVORAK = {12: (0x33, 0x23), 14: (0x35, 0x25), 27: (0x70, 0x50), 32: (0x72, 0x52)}
THAI = {12: (0x2D, 0xDF1), 14: (0xDB6, 0x1000E39), 27: (0xDBE, 0x1000E11)}


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Any:
    def attach(symbols: dict[int, tuple[int, ...]]) -> None:
        keymap = Keymap(cast(XcbConnection, Board(symbols)))
        monkeypatch.setattr(latin_keys, "_keymap", lambda: keymap)

    return attach


def pressed(key: int, code: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, code, 0, 0)


@pytest.mark.parametrize(
    ("symbols", "key", "code", "means"),
    [
        (US, Qt.Key.Key_R, 27, "r"),
        (US, Qt.Key.Key_3, 12, "3"),
        (FRENCH, Qt.Key.Key_QuoteDbl, 12, "3"),
        (FRENCH, Qt.Key.Key_ParenLeft, 14, "5"),
        (FRENCH, Qt.Key.Key_3, 12, "3"),  # with Shift
        (RUSSIAN, 0x41A, 27, "r"),
        (THAI, Qt.Key.Key_Minus, 12, "3"),
        (DVORAK, Qt.Key.Key_R, 32, "r"),
        (DVORAK, Qt.Key.Key_P, 27, "p"),  # where R is on a US keyboard
        (US, Qt.Key.Key_Escape, 9, ""),
        (US, Qt.Key.Key_Shift, 50, ""),
        (US, Qt.Key.Key_F3, 69, ""),
    ],
)
def test_a_key_stands_for_what_it_writes_then_for_its_place(
    keyboard: Any, symbols: dict[int, tuple[int, ...]], key: int, code: int, means: str
) -> None:
    keyboard(symbols)
    assert latin_key(pressed(key, code)) == means
    assert latin_key(pressed(key, code, Qt.KeyboardModifier.AltModifier)) == means


def test_what_is_in_the_place_of_a_letter_that_no_layout_writes(keyboard: Any) -> None:
    keyboard(RUSSIAN)
    assert keys_in_place("R35") == {"R": "\N{CYRILLIC CAPITAL LETTER KA}"}
    keyboard(FRENCH)
    assert keys_in_place("R35") == {}
    keyboard({code: (*RUSSIAN[code], *US[code]) for code in RUSSIAN})
    assert keys_in_place("R35") == {}, "one can change to a layout that has it"


def test_without_an_x_server_the_place_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latin_keys, "_keymap", lambda: None)
    assert latin_key(pressed(0x41A, 27)) == "r"
    assert latin_key(pressed(Qt.Key.Key_QuoteDbl, 12)) == "3"
    assert keys_in_place("R35") == {}
