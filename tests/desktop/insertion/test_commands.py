"""Text typed by another program: what it is told, and what becomes of an insertion that it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.desktop import insertion
from fanlight.desktop.insertion import InsertionOutcome, InsertionRequest, blind_inserter, null, wtype, ydotool
from fanlight.desktop.insertion.command_inserter import CommandInserter, TypingCommand

pytestmark = pytest.mark.gui

RECORDS = "import sys; open({log!r}, 'ab').write(sys.stdin.buffer.read()); sys.exit({code})"
Make = Callable[..., CommandInserter]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setattr(blind_inserter, "LET_GO_MS", 0)
    owner = QObject()

    def made(code: int = 0, only_ascii: bool = False) -> CommandInserter:
        program = RECORDS.format(log=str(tmp_path / "log"), code=code)
        return CommandInserter(TypingCommand((sys.executable, "-c", program), only_ascii), owner)

    yield made
    owner.deleteLater()


def outcome(qtbot: Any, inserter: CommandInserter, request: InsertionRequest) -> InsertionOutcome:
    ended: list[InsertionOutcome] = []
    inserter.insert(request, ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    assert len(ended) == 1
    return ended[0]


def test_it_reads_the_text_and_is_told_nothing_else(qtbot: Any, make: Make, tmp_path: Path) -> None:
    assert outcome(qtbot, make(), InsertionRequest("Grüße, 你好 🎉")) is InsertionOutcome.INSERTED
    assert (tmp_path / "log").read_text("utf-8") == "Grüße, 你好 🎉"


def test_enter_comes_after_the_text(qtbot: Any, make: Make, tmp_path: Path) -> None:
    assert outcome(qtbot, make(), InsertionRequest("a question", enter=True)) is InsertionOutcome.INSERTED
    assert (tmp_path / "log").read_text("utf-8") == "a question\n"


def test_a_program_that_fails_leaves_the_text_to_wait(qtbot: Any, make: Make) -> None:
    assert outcome(qtbot, make(code=1), InsertionRequest("text")) is InsertionOutcome.UNAVAILABLE


def test_one_that_is_not_there_does_the_same(qtbot: Any, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    owner = QObject()
    inserter = CommandInserter(TypingCommand((gone,)), owner)
    assert outcome(qtbot, inserter, InsertionRequest("text")) is InsertionOutcome.UNAVAILABLE


def test_what_it_cannot_write_is_not_written_in_part(qtbot: Any, make: Make, tmp_path: Path) -> None:
    inserter = make(only_ascii=True)
    assert outcome(qtbot, inserter, InsertionRequest("Grüße")) is InsertionOutcome.UNAVAILABLE
    assert not (tmp_path / "log").exists()
    assert outcome(qtbot, inserter, InsertionRequest("plain")) is InsertionOutcome.INSERTED


@pytest.mark.parametrize(
    ("desktop", "session", "installed", "picked"),
    [
        ("sway", "wayland", ("wtype",), wtype),
        ("sway", "wayland", ("wtype", "ydotool", "ydotoold"), wtype),
        ("GNOME", "wayland", ("wtype",), null),
        ("ubuntu:GNOME", "wayland", ("wtype", "ydotool", "ydotoold"), ydotool),
        ("KDE", "wayland", ("ydotool",), null),
        ("sway", "wayland", (), null),
        ("sway", "x11", ("wtype",), null),
    ],
)  # fmt: skip
def test_the_best_way_is_picked(
    monkeypatch: pytest.MonkeyPatch, desktop: str, session: str, installed: tuple[str, ...], picked: Any
) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("XDG_SESSION_TYPE", session)
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    for module in (wtype, ydotool):
        monkeypatch.setattr(module.shutil, "which", lambda name: name if name in installed else None)
    assert insertion.pick() is picked


def test_each_way_says_what_it_needs_and_what_it_does() -> None:
    for backend in insertion.BACKENDS:
        assert backend.needs.endswith(".")
        assert backend.describe().endswith(".")
