from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Image, Message, Picture
from fanlight.store.database import Database
from fanlight.store.schema import MIGRATIONS

Opened = Callable[..., Database]


def a_picture(red: int = 200, name: str = "cat.png") -> Picture:
    image = Image.of(2, 1, bytes([red, 0, 0] * 2))
    return Picture(image, f"the file of {red}".encode() * 100, "png", 20, 10, name)


def ask(database: Database, conversation: int, text: str, *pictures: Picture) -> int:
    return database.add_message(
        conversation, Message.of("user", text, tuple(picture.image for picture in pictures)), pictures
    )


def test_a_conversation_comes_back_as_it_was_said(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create("Cats")
    picture = a_picture()
    question = ask(database, chat, "What is thís? 🐈", picture)
    answer = database.add_message(chat, Message.of("assistant", "", thinking="hm"), state="open")
    database.update_answer(answer, "A cat.\0 Really.", "hm, fur", "complete", "3 tokens")
    database.close()

    database = opened(tmp_path)
    first, second = database.messages(chat)
    assert (first.id, first.message, first.state) == (question, Message.of("user", "What is thís? 🐈"), "complete")
    assert [(it.name, it.kind, it.width, it.height, it.image_id) for it in first.pictures] == [
        ("cat.png", "png", 20, 10, picture.image.id)
    ]
    assert database.picture(first.pictures[0].sha256) == picture.data
    assert second.message == Message.of("assistant", "A cat.\0 Really.", thinking="hm, fur")
    assert (second.state, second.footer, second.pictures) == ("complete", "3 tokens", ())
    database.close()


def test_the_newest_conversation_is_first(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    old, new = database.create("old"), database.create("new")
    assert [row.id for row in database.conversations()] == [new, old]
    ask(database, old, "again")
    assert [row.title for row in database.conversations()] == ["old", "new"]


def test_the_last_used_is_first_whatever_the_clock_says(tmp_path: Path, opened: Opened) -> None:
    now = [1_700_000_000.0]
    database = opened(tmp_path, MIGRATIONS, lambda: now[0])
    made = []
    for days in (0, 400, -30, -10_000, 1):
        now[0] += 86_400 * days
        made.append(database.create(str(days)))
        ask(database, made[-1], "hello")
    assert [row.id for row in database.conversations()] == made[::-1]
    now[0] -= 86_400
    answer = database.add_message(made[0], Message.of("assistant", ""), state="open")
    database.update_answer(answer, "again", "", "complete")
    assert [row.id for row in database.conversations()] == [made[0], *made[:0:-1]]


def test_a_time_that_is_none_is_shown_as_the_oldest(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    database.create("kept")
    for value in ("1e300", "-5", "'text'", "9e999"):
        database._connection.execute(f"UPDATE conversation SET updated = {value}")
        assert [(row.title, row.updated) for row in database.conversations()] == [("kept", 0)]


def test_title_and_draft_are_kept(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create()
    database.rename(chat, "A better name")
    database.set_draft(chat, "not yet sent")
    database.close()
    (row,) = opened(tmp_path).conversations()
    assert (row.id, row.title, row.draft) == (chat, "A better name", "not yet sent")


def test_what_returned_was_handed_to_the_disk(tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut cannot be had in a test: that SQLite syncs each commit and blobs are synced before is looked at."""
    synced: list[int] = []
    real = os.fsync

    def counted(handle: int) -> None:
        synced.append(handle)
        real(handle)

    monkeypatch.setattr(os, "fsync", counted)
    database = opened(tmp_path)
    assert database._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert database._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    ask(database, database.create(), "x", a_picture())
    assert len(synced) >= (1 if os.name == "nt" else 3)  # the file, its folder, the folder of that one


def test_opening_removes_what_a_crash_left_half_written(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    ask(database, database.create(), "x", a_picture())
    draft = tmp_path / "pictures" / "ab" / "abcdef.new"
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(b"half")
    database.close()
    database = opened(tmp_path)
    assert not draft.exists()
    assert len(files(tmp_path / "pictures")) == 1


def test_truncating_removes_a_message_and_all_after_it(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat, other = database.create(), database.create()
    first = ask(database, chat, "1")
    second = ask(database, chat, "2")
    ask(database, other, "elsewhere")
    ask(database, chat, "3")
    database.truncate(chat, second)
    assert [message.id for message in database.messages(chat)] == [first]
    assert len(database.messages(other)) == 1


def test_a_message_that_cannot_be_written_changes_nothing(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create()
    ask(database, chat, "kept")
    ask(database, chat, "follow-up")
    broken = Picture(a_picture().image, b"data", "png", 1, 1, name=None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        database.add_message(chat, Message.of("user", "new"), (broken,))
    assert [it.message.text for it in database.messages(chat)] == ["kept", "follow-up"]


def test_pictures_that_are_not_the_messages_are_refused(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create()
    with pytest.raises(ValueError, match="not those of the message"):
        database.add_message(chat, Message.of("user", "x", (a_picture().image,)))
    assert database.messages(chat) == []


def test_half_a_surrogate_pair_from_a_paste_is_saved_as_a_replacement_mark(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create("\udc80")
    ask(database, chat, "ok \ud83d\ude00 \ud83d end")
    assert database.messages(chat)[0].message.text == "ok 😀 � end"


def test_updating_an_answer_that_has_left_does_nothing(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create()
    answer = database.add_message(chat, Message.of("assistant", ""), state="open")
    database.truncate(chat, answer)
    database.update_answer(answer, "late", "", "complete")
    assert database.messages(chat) == []


def test_the_same_text_in_another_conversation_is_never_touched_by_ids_used_again(
    tmp_path: Path, opened: Opened
) -> None:
    database = opened(tmp_path)
    chat = database.create()
    gone = ask(database, chat, "a")
    database.truncate(chat, gone)
    assert ask(database, chat, "b") > gone


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_nobody_else_may_read_what_is_kept(tmp_path: Path, opened: Opened) -> None:
    folder = tmp_path / "data"
    database = opened(folder)
    ask(database, database.create(), "x", a_picture())
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_second_program_is_told_that_the_first_has_them_open(tmp_path: Path, opened: Opened) -> None:
    first = opened(tmp_path)
    with pytest.raises(StoreError, match="locked by another program"):
        opened(tmp_path)
    chat = first.create("still works")
    first.close()
    assert [row.id for row in opened(tmp_path).conversations()] == [chat]


@pytest.mark.parametrize("keep", [0, 1, 100, 1499])
def test_a_picture_that_was_cut_off_is_mended_by_adding_it_again(tmp_path: Path, opened: Opened, keep: int) -> None:
    mended_by_adding_again(opened(tmp_path), tmp_path, lambda data: data[:keep])


def test_a_picture_with_one_changed_bit_is_mended_by_adding_it_again(tmp_path: Path, opened: Opened) -> None:
    mended_by_adding_again(opened(tmp_path), tmp_path, lambda data: data[:50] + bytes([data[50] ^ 1]) + data[51:])


def test_a_picture_with_bytes_behind_its_end_is_mended_by_adding_it_again(tmp_path: Path, opened: Opened) -> None:
    mended_by_adding_again(opened(tmp_path), tmp_path, lambda data: data + b"more")


def mended_by_adding_again(database: Database, folder: Path, damage: Callable[[bytes], bytes]) -> None:
    chat = database.create()
    ask(database, chat, "x", a_picture())
    (path,) = files(folder / "pictures")
    path.write_bytes(damage(path.read_bytes()))
    (first,) = database.messages(chat)[0].pictures
    with pytest.raises(StoreError, match="damaged"):
        database.picture(first.sha256)
    ask(database, chat, "again", a_picture())
    assert database.picture(first.sha256) == a_picture().data


def test_a_missing_or_changed_picture_is_said(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create()
    ask(database, chat, "x", a_picture())
    sha256 = database.messages(chat)[0].pictures[0].sha256
    (path,) = files(tmp_path / "pictures")
    path.write_bytes(b"something else")
    with pytest.raises(StoreError, match="damaged"):
        database.picture(sha256)
    path.unlink()
    with pytest.raises(StoreError, match="no longer on this computer"):
        database.picture(sha256)


def test_a_database_of_a_newer_fanlight_is_left_as_it_is(tmp_path: Path, opened: Opened) -> None:
    opened(tmp_path).close()
    with sqlite3.connect(tmp_path / "conversations.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="newer Fanlight"):
        opened(tmp_path)
    with sqlite3.connect(tmp_path / "conversations.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
    connection.close()


def test_an_older_fanlight_says_where_the_copy_from_before_the_update_is(tmp_path: Path, opened: Opened) -> None:
    opened(tmp_path).close()
    more = (*MIGRATIONS, "ALTER TABLE conversation ADD COLUMN starred INTEGER NOT NULL DEFAULT 0")
    opened(tmp_path, more).close()
    (backup,) = (tmp_path / "backups").glob("*.db")
    later = backup.with_name(f"29991231-000000-version-{len(more)}.db")
    later.write_bytes(backup.read_bytes())
    with pytest.raises(StoreError, match="newer Fanlight") as caught:
        opened(tmp_path)
    assert caught.value.hint.startswith("Update Fanlight. Nothing was changed.")
    assert str(backup) in caught.value.hint
    assert str(later) not in caught.value.hint


def test_a_new_step_is_taken_after_a_backup(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create("from before")
    database.close()
    more = (*MIGRATIONS, "ALTER TABLE conversation ADD COLUMN starred INTEGER NOT NULL DEFAULT 0")
    database = opened(tmp_path, more)
    assert [row.title for row in database.conversations()] == ["from before"]
    database.close()

    (backup,) = (tmp_path / "backups").glob("*.db")
    with sqlite3.connect(backup) as old:
        assert old.execute("SELECT id, title FROM conversation").fetchall() == [(chat, "from before")]
        assert old.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    old.close()
    opened(tmp_path, more).close()
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_a_step_that_fails_changes_nothing(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create("safe")
    database.close()
    bad = (*MIGRATIONS, "ALTER TABLE conversation ADD COLUMN starred INTEGER; INSERT INTO nowhere VALUES (1)")
    with pytest.raises(StoreError, match="nowhere"):
        opened(tmp_path, bad)
    database = opened(tmp_path)
    assert [(row.id, row.title) for row in database.conversations()] == [(chat, "safe")]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path, opened: Opened) -> None:
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("we may write everywhere")
    with pytest.raises(StoreError, match="Permission denied"):
        opened(tmp_path / "data")
    tmp_path.chmod(0o700)


def test_a_file_where_the_folder_belongs_is_said(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be reached"):
        opened(tmp_path / "data")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
