"""Conversations in the window: listed, reopened, renamed, deleted, drafted, kept or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from fanlight.domain.errors import DiskFull
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.store import connection as connection_module
from fanlight.store import thread as thread_module
from fanlight.store.database import Database
from support import disks
from support.disks import Disk
from support.timers import at_rest
from support.window_hands import SLOW, Open, answered, ask, drop, idle, mime_of, open_saved, read, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui


def test_conversations_are_listed_opened_renamed_deleted_and_brought_back(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    for text in ("first question", "second question"):
        ask(qtbot, window, text)
        answered(qtbot, window)
        qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        assert not window.transcript.entries()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    listed = window.sidebar.list
    lines = [window.sidebar.model.index(i) for i in range(3)]
    assert [line.data() for line in lines] == ["Today", "second question", "first question"]
    where = listed.visualRect(lines[2]).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: texts(window) == ["first question", "An answer."])

    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    qtbot.keyClicks(editor, "renamed")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "renamed" in [row.title for row in window.history.rows])
    assert window.windowTitle().startswith("renamed")

    rename, *_others, delete = window.header.more_button.menu().actions()
    rename.trigger()
    editor = QApplication.focusWidget()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert "renamed" in [row.title for row in window.history.rows]
    delete.trigger()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    assert not window.transcript.entries()
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2 and len(texts(window)) == 2)

    qtbot.keyClick(listed, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    assert not window.transcript.entries()
    assert "renamed" in window.offers.lines[0]
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2 and len(texts(window)) == 2)


def test_an_answer_goes_on_while_another_conversation_is_shown(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["word "] * 60, 0.01))
    ask(qtbot, window, "long one")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and bool(texts(window)[1]))
    window.sidebar.new_button.click()
    assert not window.transcript.entries()
    assert not window.composer.stop_button.isVisible()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    session = window.session_manager.conversations[0]
    qtbot.waitUntil(lambda: session.condition == "idle")
    window.sidebar.opened.emit(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: texts(window) == ["long one", "word " * 60])


def test_a_draft_is_kept_for_each_conversation_and_over_a_restart(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and len(window.sidebar.ids) == 1)
    qtbot.keyClicks(window.composer.input, "half a thou")
    window.sidebar.new_button.click()
    assert window.composer.input.toPlainText() == ""
    qtbot.keyClicks(window.composer.input, "something new")
    first = window.sidebar.ids[0]
    window.sidebar.opened.emit(first)
    qtbot.waitUntil(lambda: window.composer.text == "half a thou")
    window.sidebar.new_button.click()
    assert window.composer.text == "something new"
    window.close()
    again = open_window()
    assert again.composer.text == "something new"
    qtbot.waitUntil(lambda: again.sidebar.ids == [first])
    again.sidebar.opened.emit(first)
    qtbot.waitUntil(lambda: again.composer.text == "half a thou")
    qtbot.keyClick(again.composer.input, Qt.Key.Key_Return)
    answered(qtbot, again, 4)
    again.close()
    third = open_window()
    qtbot.waitUntil(lambda: [row.draft for row in third.history.rows] == [""])


def test_after_a_restart_a_conversation_is_shown_as_it_was_with_its_pictures(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    ask(qtbot, window, "What is it?")
    answered(qtbot, window)
    before = window.transcript.entries()
    image = window.session_manager.current.turns[0].message.images[0]
    window.close()
    again = open_window(engine := ScriptedEngine(["Another."]))
    open_saved(qtbot, again)
    after = again.transcript.entries()
    assert [(e.text, e.footer, e.state) for e in after] == [(e.text, e.footer, e.state) for e in before]
    qtbot.waitUntil(lambda: again.transcript.entries()[0].captions == ("160 × 120, 64 tokens",))
    assert after[0].thumbnails == before[0].thumbnails
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert engine.prefilled[0][0].images == (image,)
    ask(qtbot, again, "And now?")
    answered(qtbot, again, 4)
    assert engine.asked[0][0].images == (image,)


def test_what_is_typed_is_evaluated_before_it_is_asked(qtbot: Any, open_window: Open) -> None:
    window = open_window(engine := ScriptedEngine(["A square."]))
    qtbot.keyClicks(window.composer.input, "What is this")
    qtbot.waitUntil(lambda: any(messages[-1].text == "What is" for messages in engine.prefilled))
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)
    answered(qtbot, window)
    qtbot.waitUntil(lambda: [m.text for m in engine.prefilled[-1]][-3:] == ["What is this", "A square.", ""])


def test_the_conversations_are_walked_through_with_keys(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    for text in ("one", "two"):
        ask(qtbot, window, text)
        answered(qtbot, window)
        qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    for key, text in ((Qt.Key.Key_PageDown, "two"), (Qt.Key.Key_PageDown, "one"), (Qt.Key.Key_PageUp, "two")):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda text=text: texts(window)[:1] == [text])


def test_a_full_disk_is_said_once_and_costs_nothing_shown(qtbot: Any, open_window: Open, home: Path) -> None:
    disk = Disk(home)
    window = open_window(open_store=lambda keep: disk.open)
    window.history._retry_timer.milliseconds = 50
    disk.full = True
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and texts(window) == ["Q", "An answer."])
    assert window.errors.lines == (f"{disks.WORDS} {DiskFull.hint}",)
    disk.full = False
    qtbot.waitUntil(lambda: not window.errors.isVisible())
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)


class Answers:
    """Message boxes are answered by clicking the button `wanted`; what they said is in `said`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wanted = ""
        self.said: list[tuple[str, str]] = []
        monkeypatch.setattr(QMessageBox, "exec", lambda box: self._answer(box))

    def _answer(self, box: QMessageBox) -> int:
        self.said.append((box.text(), box.informativeText()))
        next(button for button in box.buttons() if button.text() == self.wanted).click()
        return 0


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


def test_quitting_asks_first_while_the_disk_is_full(
    qtbot: Any, open_window: Open, home: Path, answers: Answers
) -> None:
    disk = Disk(home)
    window = open_window(open_store=lambda keep: disk.open)
    disk.full = True
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and window.history.unsaved is not None)
    disk.full = False
    window.history.refresh()
    qtbot.waitUntil(lambda: window.history.rows == ())
    disk.full = True
    answers.wanted = "Stay"
    assert not window.close()
    assert window.isVisible()
    assert answers.said == [
        ("What was said last is not saved. Quit and lose it?", f"{disks.WORDS} {DiskFull.hint}"),
    ]
    answers.wanted = "Quit Anyway"
    assert window.close()
    assert len(answers.said) == 2


def test_a_signal_does_not_ask(qtbot: Any, open_window: Open, home: Path) -> None:
    disk = Disk(home)
    window = open_window(open_store=lambda keep: disk.open)
    disk.full = True
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and window.history.unsaved is not None)
    window.close_unasked()
    assert not window.isVisible()


def hindered(home: Path) -> Callable[[], None]:
    """A program that reads the database; the result ends it."""
    Database(home).close()
    reader = sqlite3.connect(home / "conversations.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM conversation").fetchall()
    return reader.close


def test_a_database_that_cannot_be_opened_is_shown_and_all_is_saved_once_it_can_be(
    qtbot: Any, open_window: Open, home: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_module, "PAUSES_BEFORE_OPENING", (3600.0,))
    monkeypatch.setattr(connection_module, "SECONDS_TO_WAIT_FOR_LOCK", 0.01)
    end = hindered(home)
    window = open_window()
    kept = window.header.not_kept_button
    qtbot.waitUntil(lambda: kept.isVisible())
    assert window.errors.lines[0].startswith("The conversations file is locked by another program.")
    assert "Nothing is kept for now." in window.errors.lines[0]
    for number in range(9):
        ask(qtbot, window, f"question {number}")
        answered(qtbot, window)
        window.sidebar.new_button.click()
    assert [window.sidebar.title(number) for number in window.sidebar.ids] == [
        f"question {n}" for n in range(8, -1, -1)
    ]
    window.sidebar.opened.emit(window.sidebar.ids[5])
    assert texts(window) == ["question 3", "An answer."]
    window.sidebar.renamed.emit(window.sidebar.ids[0], "renamed")
    window.sidebar.new_button.click()
    answers.wanted = "Stay"
    assert not window.close()
    assert len(answers.said) == 1
    window.errors.dismiss()
    kept.click()
    assert window.errors.lines[0].startswith("The conversations file is locked by another program.")
    end()
    kept.click()
    qtbot.waitUntil(lambda: len(window.history.rows) == 9 and len(window.sidebar.ids) == 9)
    assert "renamed" in [row.title for row in window.history.rows]
    assert all(number > 0 for number in window.sidebar.ids)
    qtbot.waitUntil(lambda: not kept.isVisible() and not window.errors.isVisible())
    assert window.close()
    assert len(answers.said) == 1
    database = Database(home)
    texts_kept = {m.message.text for row in database.conversations() for m in database.messages(row.id)}
    database.close()
    assert texts_kept == {"An answer.", *(f"question {number}" for number in range(9))}


def test_what_could_not_be_saved_is_tried_once_more_at_the_end(
    qtbot: Any, open_window: Open, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_module, "PAUSES_BEFORE_OPENING", (3600.0,))
    monkeypatch.setattr(connection_module, "SECONDS_TO_WAIT_FOR_LOCK", 0.01)
    end = hindered(home)
    window = open_window()
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    qtbot.waitUntil(lambda: window.history.unsaved is not None)
    window._core.session_manager.current.rename("a name")
    end()
    window.close_unasked()
    database = Database(home)
    assert [row.title for row in database.conversations()] == ["a name"]
    database.close()


def test_nothing_said_is_nothing_to_ask_about(qtbot: Any, open_window: Open, home: Path, answers: Answers) -> None:
    (home / "conversations.db").mkdir(parents=True)
    window = open_window()
    qtbot.waitUntil(lambda: window.header.not_kept_button.isVisible())
    assert "Is a directory" in window.errors.lines[0]
    assert window.close()
    assert answers.said == []


def test_a_damaged_database_is_said_and_the_message_stays(qtbot: Any, open_window: Open, home: Path) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    window.close()
    (home / "conversations.db").write_bytes(b"no database at all" * 1000)
    again = open_window()
    qtbot.waitUntil(lambda: again.errors.isVisible())
    assert "damaged" in again.errors.lines[0]
    ask(qtbot, again, "Still?")
    qtbot.waitUntil(lambda: idle(again) and len(again.sidebar.ids) == 1)
    assert "damaged" in again.errors.lines[0]


def test_without_history_nothing_is_written(qtbot: Any, open_window: Open, home: Path, tmp_path: Path) -> None:
    window = open_window(settings=Settings(keep_history=False))
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    ask(qtbot, window, "secret question")
    qtbot.waitUntil(lambda: idle(window) and len(window.sidebar.ids) == 1)
    qtbot.keyClicks(window.composer.input, "secret draft")
    window.sidebar.new_button.click()
    qtbot.keyClicks(window.composer.input, "secret draft")
    window.sidebar.opened.emit(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: texts(window) == ["secret question", "An answer."])
    window.close()
    for path in home.rglob("*"):
        assert path.is_dir() or b"secret" not in path.read_bytes(), path
    assert not (home / "conversations.db").exists()


def test_history_switched_on_during_an_answer_leaves_what_is_kept_alone(
    qtbot: Any, open_window: Open, home: Path
) -> None:
    window = open_window()
    ask(qtbot, window, "kept")
    answered(qtbot, window)
    window.close()
    second = open_window(ScriptedEngine(SLOW, 0.005), settings=Settings(keep_history=False))
    ask(qtbot, second, "not kept")
    qtbot.waitUntil(lambda: len(texts(second)) == 2 and "word" in texts(second)[1])
    second.settings_store.choose(keep_history=True)
    assert not second.transcript.entries()
    qtbot.waitUntil(lambda: [row.title for row in second.history.rows] == ["kept"])
    qtbot.waitUntil(lambda: at_rest(second.host.worker))
    second.close()
    third = open_window()
    qtbot.waitUntil(lambda: len(third.sidebar.ids) == 1)
    third.sidebar.opened.emit(third.sidebar.ids[0])
    qtbot.waitUntil(lambda: texts(third) == ["kept", "An answer."])


def test_history_switched_off_during_an_answer_keeps_what_was_said(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.005))
    ask(qtbot, window, "kept")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and texts(window)[1].count("word") > 20)
    window.settings_store.choose(keep_history=False)
    ask(qtbot, window, "not kept")
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1 and len(texts(window)) == 2)
    window.settings_store.choose(keep_history=True)
    qtbot.waitUntil(lambda: [row.title for row in window.history.rows] == ["kept"])
    window.sidebar.opened.emit(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: len(texts(window)) == 2)
    assert window.transcript.entries()[1].state == "stopped"
    assert texts(window)[1].count("word") > 20


def test_closing_during_an_answer_is_quick_and_keeps_it(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.01))
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and len(texts(window)[1]) > 50)
    shown = texts(window)[1]
    window.close()
    again = open_window(ScriptedEngine(["more"]))
    open_saved(qtbot, again)
    entry = again.transcript.entries()[1]
    assert entry.state == "stopped"
    assert entry.text.startswith(shown)
    again.transcript.continue_requested.emit()
    qtbot.waitUntil(lambda: idle(again) and texts(again)[1].endswith("more"))
