"""Everything leaves the window as one file, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from fanlight.domain.errors import ExportError
from fanlight.domain.messages import Message
from fanlight.store import archive_file, whole_backup
from fanlight.store.database import Database
from fanlight.ui.window.passphrase import PassphraseDialog
from support.whole_window import WholeWindow
from support.window_hands import Open

pytestmark = pytest.mark.gui


@pytest.fixture
def window(home: Path, open_window: Open, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> WholeWindow:
    """The key of an encrypted backup costs no time."""
    database = Database(home)
    for title in ("One", "Two"):
        database.add_message(database.create(title), Message.of("user", f"Why {title}?"))
    database.close()
    passphrase = archive_file._age().passphrase
    monkeypatch.setattr(passphrase, "encrypt", lambda data, word: word.encode() + b"\n" + data)
    monkeypatch.setattr(passphrase, "decrypt", unlocked)
    made = open_window()
    qtbot.waitUntil(lambda: len(made.sidebar.ids) == 2)
    return made


def unlocked(data: bytes, word: str) -> bytes:
    if not data.startswith(word.encode() + b"\n"):
        raise archive_file._age().DecryptError
    return data.partition(b"\n")[2]


def choose(window: WholeWindow, text: str) -> None:
    next(one for one in window.sidebar.more_button.menu().actions() if one.text().startswith(text)).trigger()


def answer(monkeypatch: pytest.MonkeyPatch, place: Path, fill_in: Callable[[PassphraseDialog], object]) -> None:
    """The dialogs for a file, and for a passphrase."""
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(place), ""))

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PassphraseDialog)
        fill_in(dialog)

    QTimer.singleShot(50, fill)


def typed(*words: str) -> Callable[[PassphraseDialog], None]:
    def fill(dialog: PassphraseDialog) -> None:
        for field, word in zip((dialog.field, dialog.again), words, strict=False):
            field.setText(word)
        dialog.ok_button.click()

    return fill


@pytest.mark.parametrize("word", ["", "three cats"], ids=["plain", "encrypted"])
def test_everything_is_backed_up_and_restored(
    qtbot: Any, window: WholeWindow, tmp_path: Path, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "all.fanlight-backup"
    answer(monkeypatch, place, typed(word, word))
    choose(window, "Back Up")
    qtbot.waitUntil(lambda: window.offers.lines == (f"Everything is in {place}.",))
    assert archive_file.is_encrypted(place) is bool(word)
    window.session_manager.delete(2)
    qtbot.waitUntil(lambda: len(window.history.trash) == 1)
    window.session_manager.delete_for_good([2])
    qtbot.waitUntil(lambda: not window.history.trash)
    if word:
        answer(monkeypatch, place, typed("two cats"))
        choose(window, "Restore")
        qtbot.waitUntil(lambda: "wrong" in "".join(window.offers.lines))
        answer(monkeypatch, place, typed(word))
    choose(window, "Restore")
    expected = "1 conversation was restored; what was there is unchanged."
    qtbot.waitUntil(lambda: window.offers.lines == (expected,))
    qtbot.waitUntil(lambda: {row.title for row in window.sidebar.model.rows} == {"One", "Two"})


def test_two_passphrases_that_differ_are_none(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[bool, str]] = []

    def differ(dialog: PassphraseDialog) -> None:
        dialog.field.setText("a")
        dialog.again.setText("b")
        said.append((dialog.ok_button.isEnabled(), dialog.problem.text()))
        dialog.reject()

    answer(monkeypatch, tmp_path / "all", differ)
    choose(window, "Back Up")
    assert said == [(False, "The passphrases differ.")]
    assert not window.offers.lines
    assert not list(tmp_path.glob("all*"))


def test_a_backup_that_fails_says_why_and_the_next_one_can_be_made(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ExportError("The folder is gone.")

    real = whole_backup.write_backup
    monkeypatch.setattr(whole_backup, "write_backup", fail)
    answer(monkeypatch, tmp_path / "all.x", typed("", ""))
    choose(window, "Back Up")
    qtbot.waitUntil(lambda: "The folder is gone." in "".join(window.offers.lines))
    monkeypatch.setattr(whole_backup, "write_backup", real)
    answer(monkeypatch, tmp_path / "all.x", typed("", ""))
    choose(window, "Back Up")
    qtbot.waitUntil((tmp_path / "all.x").exists)


def test_a_restore_is_stopped_and_nothing_has_changed(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, tmp_path / "all.x", typed("", ""))
    choose(window, "Back Up")
    qtbot.waitUntil((tmp_path / "all.x").exists)
    qtbot.waitUntil(lambda: window.archiving.backing_up._run is None)
    window.archiving.backing_up.restore(tmp_path / "all.x")
    window.offers.button.click()
    qtbot.waitUntil(lambda: window.archiving.backing_up._run is None)
    assert not window.offers.lines
    assert len(window.sidebar.ids) == 2
