"""Text typed into a program under a real compositor without a screen: sway, with wtype. `pytest -m slow`."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from support.display import Display
from support.editors import Editor, Inserting
from support.screens import programs
from support.sway import headless_sway

pytestmark = [pytest.mark.gui, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def sway() -> Iterator[Display]:
    with headless_sway("xwayland disable\n", ("wtype",)) as env:
        yield Display(env)


def test_no_character_of_fifty_texts_is_lost(sway: Display) -> None:
    with programs(sway, Editor) as start_editor, programs(sway, Inserting) as start:
        editor = start_editor("qt_editor.py")
        editor.until("ready")
        inserting = start("insertion_child.py", "wtype")
        assert inserting.hears("ready")["backend"] == "wtype"
        time.sleep(1)  # until the editor has the keyboard
        whole = ""
        for number in range(50):
            whole += f"[{number} grün 你好 🎉] "
            assert inserting.insert(f"[{number} grün 你好 🎉] ") == "INSERTED"
            editor.shows(whole)
        assert inserting.insert("a question", enter=True) == "INSERTED"
        editor.shows(f"{whole}a question\n")
