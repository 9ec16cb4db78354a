"""When a paste is over: by what the program asks for, and how long it is quiet."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.desktop.insertion import InsertionOutcome, InsertionRequest, insertion_run
from fanlight.desktop.insertion.insertion_run import PasteRun

pytestmark = pytest.mark.gui


class Steps:
    pressed = stopped = 0

    def press_paste(self) -> None:
        self.pressed += 1

    def press_enter(self) -> None:
        pass

    def stop(self) -> None:
        self.stopped += 1


class Paste:
    """On a clock that stands still; `ended` are the outcomes."""

    def __init__(self, qtbot: Any, *, knows_reader: bool) -> None:
        self._owner, self.steps = QObject(), Steps()
        self.ended: list[InsertionOutcome] = []
        self.run = PasteRun(self.steps, self._owner, knows_reader=knows_reader, now=lambda: 1.0)
        self.run.begin(InsertionRequest("text"), self.ended.append)
        self.run.lent()
        self.run.press_soon(0)
        qtbot.waitUntil(lambda: self.steps.pressed == 1)

    @property
    def waits_ms(self) -> int:
        return self.run._quiet.interval() if self.run.is_taken else -1


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insertion_run, "crowding", lambda: 1.0)


def test_who_asks_on_after_the_text_is_waited_for_until_it_has_read_the_text_again(qtbot: Any) -> None:
    paste = Paste(qtbot, knows_reader=True)
    paste.run.on_question()
    assert paste.waits_ms == -1, "nothing is read yet"
    paste.run.on_read()
    assert paste.waits_ms == insertion_run.QUIET_MS
    paste.run.on_question()
    assert paste.waits_ms == insertion_run.READING_MS, "as Chromium's window does, before the page reads"
    paste.run.on_question()
    paste.run.on_read()
    paste.run.on_question()
    assert paste.waits_ms == insertion_run.QUIET_MS
    assert paste.ended == []


def test_who_reads_two_formats_is_not_waited_for(qtbot: Any) -> None:
    paste = Paste(qtbot, knows_reader=True)
    for _ in range(2):
        paste.run.on_read()
    assert paste.waits_ms == insertion_run.QUIET_MS


def test_nobody_is_waited_for_longer_where_it_is_not_known_who_asks(qtbot: Any) -> None:
    paste = Paste(qtbot, knows_reader=False)
    paste.run.on_read()
    paste.run.on_question()
    assert paste.waits_ms == insertion_run.QUIET_MS


def test_who_never_reads_again_has_the_text(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insertion_run, "READING_MS", 20)
    paste = Paste(qtbot, knows_reader=True)
    paste.run.on_read()
    paste.run.on_question()
    qtbot.waitUntil(lambda: paste.ended == [InsertionOutcome.INSERTED])
    assert paste.steps.stopped
