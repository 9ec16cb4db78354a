"""The sheet of keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from fanlight.ui.widgets.shortcuts import HANDS_FREE_KEYS, KEYS, SPOKEN_KEYS
from fanlight.ui.window.shortcut_sheet import GROUPS, ShortcutSheet

pytestmark = pytest.mark.gui
KNOWN = {**KEYS, **SPOKEN_KEYS, **HANDS_FREE_KEYS}


def test_no_key_is_given_twice() -> None:
    given = [key for _, keys in KNOWN.values() for key in keys]
    assert len(set(given)) == len(given)


def test_every_key_that_does_something_is_on_the_sheet_once(qtbot: Any) -> None:
    listed = [line for _, lines in GROUPS for line in lines if isinstance(line, str)]
    assert sorted(listed) == sorted(KNOWN)
    sheet = ShortcutSheet()
    qtbot.addWidget(sheet)
    said = [one.text() for one in sheet.findChildren(QLabel)]
    for words, keys in KNOWN.values():
        assert words in said
        assert set(keys) <= {key.replace("PgDn", "PgDown") for key in said}


def test_the_sheet_is_never_larger_than_the_screen(qtbot: Any) -> None:
    sheet = ShortcutSheet()
    qtbot.addWidget(sheet)
    room = sheet.screen().availableSize()
    assert sheet.width() <= room.width()
    assert sheet.height() <= room.height()
