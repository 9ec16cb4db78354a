"""The file of notes: changed here and by others, on a full disk, undone."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from fanlight.core import lasting_notes
from fanlight.core.lasting_notes import BEFORE, FILE, MOST_BYTES, LastingNotes
from fanlight.domain.errors import DiskFull, InputError


@pytest.fixture
def notes(qapp: Any, tmp_path: Path) -> LastingNotes:
    return LastingNotes(tmp_path)


def full(*_args: object, **_more: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_is_saved_is_in_the_file_and_for_nobody_else(notes: LastingNotes, tmp_path: Path) -> None:
    assert notes.text == ""
    assert notes.save("One.\nZwei ü\n")
    assert (tmp_path / FILE).read_text("utf-8") == "One.\nZwei ü\n"
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert LastingNotes(tmp_path).text == "One.\nZwei ü\n"


def test_a_change_by_another_program_is_used_at_once(notes: LastingNotes, tmp_path: Path) -> None:
    notes.save("mine")
    changes: list[str] = []
    notes.changed.connect(lambda: changes.append(notes.text))
    (tmp_path / FILE).write_bytes(b"\xef\xbb\xbftheirs\r\nsecond\r\n")
    assert notes.text == "theirs\nsecond\n"
    assert changes == ["theirs\nsecond\n"]
    notes.undo()
    assert (tmp_path / FILE).read_text("utf-8") == "mine"


def test_a_change_is_noticed_without_asking(qtbot: Any, notes: LastingNotes, tmp_path: Path) -> None:
    notes.save("mine")
    notes.watch()
    for text in ("theirs", "again"):
        with qtbot.waitSignal(notes.changed):
            draft = tmp_path / "draft"
            draft.write_text(text, "utf-8")
            draft.replace(tmp_path / FILE)
        assert notes.text == text


def test_two_writers_lose_nothing(notes: LastingNotes, tmp_path: Path) -> None:
    notes.save("old")
    (tmp_path / FILE).write_text("theirs", "utf-8")
    assert notes.save("mine", seen="old")
    assert (tmp_path / FILE).read_text("utf-8") == "mine"
    assert (tmp_path / BEFORE).read_text("utf-8") == "theirs"
    notes.undo()
    assert notes.text == "theirs"


def test_a_full_disk_costs_nothing(
    qtbot: Any, notes: LastingNotes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.save("old")
    problems: list[Exception] = []
    notes.problem.connect(problems.append)
    with monkeypatch.context() as patched:
        patched.setattr(lasting_notes, "replace_file", full)
        assert not notes.save("new")
        assert not notes.save("newer")
        assert (tmp_path / FILE).read_text("utf-8") == "old"
        assert notes.text == "newer"
        assert notes.is_behind
    assert [type(one) for one in problems] == [DiskFull]
    with qtbot.waitSignal(notes.saved):
        notes._try_again()
    assert (tmp_path / FILE).read_text("utf-8") == "newer"
    assert not notes.is_behind


def test_what_others_wrote_while_the_disk_was_full_is_kept_beside(
    notes: LastingNotes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.save("old")
    with monkeypatch.context() as patched:
        patched.setattr(lasting_notes, "replace_file", full)
        notes.save("new")
    (tmp_path / FILE).write_text("theirs", "utf-8")
    assert notes.text == "new"
    notes._try_again()
    assert (tmp_path / FILE).read_text("utf-8") == "new"
    assert (tmp_path / BEFORE).read_text("utf-8") == "theirs"


def test_a_removal_can_be_undone_whoever_made_it(notes: LastingNotes, tmp_path: Path) -> None:
    notes.save("kept")
    notes.save("")
    notes.undo()
    assert (tmp_path / FILE).read_text("utf-8") == "kept"
    (tmp_path / FILE).unlink()
    assert notes.text == ""
    notes.undo()
    assert (tmp_path / FILE).read_text("utf-8") == "kept"
    assert not notes.can_undo or notes.text == "kept"


def test_a_file_that_is_too_long_is_said_once_and_not_touched(notes: LastingNotes, tmp_path: Path) -> None:
    problems: list[Exception] = []
    notes.problem.connect(problems.append)
    (tmp_path / FILE).write_bytes(b"x" * (MOST_BYTES + 1))
    assert notes.text == notes.text == ""
    assert [type(one) for one in problems] == [InputError]
    assert (tmp_path / FILE).stat().st_size == MOST_BYTES + 1


def test_what_was_too_long_to_be_read_is_kept_beside_what_is_written(notes: LastingNotes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"x" * (MOST_BYTES + 1))
    assert notes.text == ""
    assert notes.save("short")
    assert (tmp_path / FILE).read_text("utf-8") == "short"
    assert (tmp_path / BEFORE).stat().st_size == MOST_BYTES + 1


def test_erasing_leaves_nothing(notes: LastingNotes, tmp_path: Path) -> None:
    notes.save("secret")
    (tmp_path / FILE).write_text("theirs secret", "utf-8")
    notes.save("mine secret", seen="secret")
    notes.erase()
    assert [path for path in tmp_path.iterdir() if b"secret" in path.read_bytes()] == []
    assert notes.text == ""
    assert not notes.can_undo
