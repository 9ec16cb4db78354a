"""Where a transcript goes: the clipboard, a file, the next question."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QVBoxLayout, QWidget

from fanlight.ui.transcription.parts import TranscriptActions
from support.transcribing import FakeRecognizer, sound_file
from support.transcribing_hands import WAIT, click, done, opened
from support.whole_window import WholeWindow
from support.window_hands import Open

pytestmark = pytest.mark.gui


@pytest.fixture
def window(open_window: Open, qtbot: Any) -> WholeWindow:
    return opened(open_window, qtbot, FakeRecognizer())


def test_copy_takes_all_of_it(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    recordings = done(qtbot, window, sound_file(tmp_path / "talk.wav", 2, pause=3.0))
    click(qtbot, recordings.window.uses.copy_button)
    assert QGuiApplication.clipboard().text() == "Part 1 has ended.\n\nPart 2 has ended.\n"
    assert recordings.window.uses.message.text() == "Copied"


@pytest.mark.parametrize(
    ("form", "suffix", "starts"),
    [("text", "txt", "Part 1"), ("srt", "srt", "1\n00:00:00,"), ("vtt", "vtt", "WEBVTT"), ("json", "json", "{")],
)
def test_it_is_saved_as_text_and_as_subtitles(
    qtbot: Any,
    window: WholeWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    suffix: str,
    starts: str,
) -> None:
    recordings = done(qtbot, window, sound_file(tmp_path / "talk.wav", 2))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda _parent, _title, name, _filter: (name, ""))
    recordings.window.uses.save.emit(form)
    target = tmp_path / f"talk.{suffix}"
    qtbot.waitUntil(lambda: recordings.window.uses.message.text() == f"Saved as {target.name}", timeout=WAIT)
    text = target.read_text("utf-8")
    assert text.startswith(starts)
    assert "Part 2 has ended." in text


def test_a_long_message_takes_no_room_from_the_buttons(qtbot: Any) -> None:
    around, uses = QWidget(), TranscriptActions({"text": "Text"})
    qtbot.addWidget(around)
    QVBoxLayout(around).addWidget(uses)
    around.show()
    buttons = (uses.copy_button, uses.save_button, uses.attach_button, uses.ask_button)
    widths = [button.sizeHint().width() for button in buttons]
    least = max(sum(widths[:2]), sum(widths[2:])) + 120
    for words in ("Copied", f"Saved as {'The meeting about the roof ' * 20}.txt"):
        for width in range(least, 2 * sum(widths), 20):
            around.resize(width, 120)
            QApplication.processEvents()
            uses.show_message(words)
            QApplication.processEvents()
            assert all(button.width() >= button.sizeHint().width() for button in buttons), width
            shown = uses.message.text()
            assert uses.message.fontMetrics().horizontalAdvance(shown) <= uses.message.width()
            assert shown == words or "…" in shown
            assert shown == "Copied" or words != "Copied"


def test_a_disk_without_room_is_said_and_nothing_half_written_is_left(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    recordings = done(qtbot, window, sound_file(tmp_path / "talk.wav", 1))
    (tmp_path / "old.txt").write_text("before", "utf-8")
    beside = sorted(tmp_path.iterdir())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "old.txt"), ""))
    monkeypatch.setattr(os, "fsync", full)
    recordings.window.save()
    view = recordings.window
    qtbot.waitUntil(lambda: bool(view.errors.lines), timeout=WAIT)
    full_disk = "There is not enough disk space for old.txt. Free up disk space, or choose another folder."
    assert view.errors.lines == (full_disk,)
    assert sorted(tmp_path.iterdir()) == beside
    assert (tmp_path / "old.txt").read_text("utf-8") == "before"
    assert not recordings.queue.all[0].kept


def test_asking_about_it_puts_it_above_what_is_typed(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    window.composer.set_text("What is it about?")
    recordings = done(qtbot, window, sound_file(tmp_path / "talk.wav", 2, pause=3.0))
    click(qtbot, recordings.window.uses.ask_button)
    assert window.composer.text == (
        "From talk.wav:\n\n> Part 1 has ended.\n>\n> Part 2 has ended.\n\nWhat is it about?"
    )
    assert not window.errors.lines
    assert window.session_manager.current.draft.heard


def test_asking_about_a_selection_takes_only_that(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    recordings = done(qtbot, window, sound_file(tmp_path / "talk.wav", 3))
    text = recordings.window.text
    cursor = text.textCursor()
    cursor.setPosition(text.document().findBlockByNumber(1).position())
    cursor.movePosition(cursor.MoveOperation.EndOfBlock, cursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    recordings.window.ask()
    assert window.composer.text.strip() == "From talk.wav, 0:06 to 0:13:\n\n> Part 2 has ended."
