"""The selection as a program says it on its standard output."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.desktop.selected_text import ReplaceOutcome, SelectedText, wl_paste
from fanlight.desktop.selected_text.wl_paste import WlPasteSelection
from fanlight.domain.desktop_errors import SelectionError


def read(qtbot: Any, *command: str) -> SelectedText | SelectionError:
    parent, found = QObject(), list[SelectedText | SelectionError]()
    access = WlPasteSelection(command, parent)
    access.read(found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=60_000)
    access.close()
    return found[0]


def test_what_it_says_is_the_text_that_can_only_be_copied(qtbot: Any) -> None:
    assert read(qtbot, "printf", "one\\r\\ntwo 你好") == SelectedText("one\ntwo 你好")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("false",), "No text is selected"),
        (("no-such-program-is-here",), "No text is selected"),
        (("head", "-c", "100001", "/dev/zero"), "No text is selected"),
        (("sh", "-c", "yes | head -c 100002"), "100,002 characters"),
    ],
)
def test_what_can_not_be_used_is_said(qtbot: Any, command: tuple[str, ...], says: str) -> None:
    found = read(qtbot, *command)
    assert isinstance(found, SelectionError)
    assert says in found.text


def test_one_that_never_ends_is_ended(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wl_paste, "LONGEST_MS", 50)
    assert isinstance(read(qtbot, "sleep", "60"), SelectionError)
    found = read(qtbot, "yes")
    assert isinstance(found, SelectionError)


def test_nothing_is_replaced(qtbot: Any) -> None:
    ended: list[ReplaceOutcome] = []
    access = WlPasteSelection(("true",), parent := QObject())
    access.replace(SelectedText("a"), "b", ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    assert (ended, parent.children()) == ([ReplaceOutcome.NOT_TAKEN], [access])
