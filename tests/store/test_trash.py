"""What is deleted: into the trash, back again, and off the disk when it is time, whatever the clock does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.domain.messages import Image, Message, Picture
from fanlight.store.database import Database
from fanlight.store.leftovers import GRACE_DAYS, TRASH_DAYS
from fanlight.store.schema import MIGRATIONS

DAY = 86_400.0


class Shelf:
    """A folder whose database is opened at times of the test's choosing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 1_700_000_000.0
        self.database = self._open()

    def _open(self) -> Database:
        return Database(self.folder, MIGRATIONS, lambda: self.now)

    def open_later(self, days: float) -> Database:
        """Another start, so much later."""
        self.database.close()
        self.now += days * DAY
        self.database = self._open()
        return self.database

    def pass_days(self, days: int) -> None:
        """As a window that stays open, and then another start."""
        for _ in range(days - 1):
            self.now += DAY
            self.database.keep_house()
        self.open_later(1)

    def conversation(self, text: str, *reds: int) -> int:
        chat = self.database.create(text)
        self.ask(chat, text, *reds)
        return chat

    def ask(self, chat: int, text: str, *reds: int) -> int:
        pictures = [picture(red) for red in reds]
        message = Message.of("user", text, tuple(one.image for one in pictures))
        return self.database.add_message(chat, message, pictures)

    @property
    def files(self) -> set[bytes]:
        return {path.read_bytes() for path in (self.folder / "pictures").rglob("*") if path.is_file()}

    def holds(self, text: str) -> bool:
        """Whether these words are anywhere on the disk."""
        return any(text.encode() in path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


def picture(red: int) -> Picture:
    return Picture(Image.of(1, 1, bytes([red, 0, 0])), b"the file of %d" % red, "png", 1, 1)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "data")


def test_a_deleted_conversation_can_be_restored_for_thirty_days(shelf: Shelf) -> None:
    chat, other = shelf.conversation("private words", 1), shelf.conversation("other")
    shelf.database.delete(chat)
    assert [row.id for row in shelf.database.conversations()] == [other]
    assert [(row.id, row.title, row.days_left) for row in shelf.database.trash()] == [(chat, "private words", 30)]
    shelf.pass_days(TRASH_DAYS - 1)
    assert [row.days_left for row in shelf.database.trash()] == [1]
    shelf.database.restore(chat)
    assert {row.id for row in shelf.database.conversations()} == {chat, other}
    assert shelf.database.trash() == []
    (message,) = shelf.database.messages(chat)
    assert shelf.database.picture(message.pictures[0].sha256) == picture(1).data


def test_it_has_thirty_days_again_when_it_is_deleted_again(shelf: Shelf) -> None:
    chat = shelf.conversation("x")
    for _ in range(2):
        shelf.database.delete(chat)
        shelf.pass_days(20)
        assert [row.days_left for row in shelf.database.trash()] == [10]
        shelf.database.restore(chat)


def test_after_that_its_words_and_its_pictures_are_off_the_disk(shelf: Shelf) -> None:
    chat = shelf.conversation("private words " * 500, 1)
    shelf.conversation("other", 2)
    shelf.database.back_up()
    shelf.database.delete(chat)
    shelf.pass_days(TRASH_DAYS + 1)
    assert shelf.database.trash() == []
    assert shelf.files == {picture(2).data}
    shelf.database.close()
    assert not shelf.holds("private words")


def test_what_is_deleted_for_good_is_off_the_disk_at_once_and_out_of_the_backups(shelf: Shelf) -> None:
    chat = shelf.conversation("private words " * 500, 1, 2)
    other = shelf.conversation("other words", 2)
    shelf.database.back_up()
    shelf.database.delete(chat)
    shelf.database.delete_for_good([chat, other, 99])  # only one of them is in the trash
    assert [row.id for row in shelf.database.conversations()] == [other]
    assert shelf.files == {picture(2).data}
    assert not shelf.holds("private words")
    assert shelf.holds("other words")
    shelf.database.restore(chat)
    assert [row.id for row in shelf.database.conversations()] == [other]


@pytest.mark.parametrize("jump", [1_000, -1_000, 100_000, -20_000])
def test_a_clock_that_jumps_removes_nothing_early(shelf: Shelf, jump: int) -> None:
    chat = shelf.conversation("x", 1)
    shelf.database.delete(chat)
    kept = shelf.conversation("kept", 2)
    shelf.database.truncate(kept, shelf.ask(kept, "edited", 3))
    for _ in range(3):
        shelf.open_later(jump)
        shelf.open_later(-jump)
    assert len(shelf.files) == 3
    assert [row.id for row in shelf.database.trash()] == [chat]


def test_a_picture_of_an_edited_question_stays_for_a_week(shelf: Shelf) -> None:
    chat = shelf.conversation("kept", 1)
    shelf.database.truncate(chat, shelf.ask(chat, "edited", 1, 2))
    shelf.pass_days(GRACE_DAYS - 1)
    assert shelf.files == {picture(1).data, picture(2).data}
    shelf.pass_days(2)
    assert shelf.files == {picture(1).data}


def test_a_picture_that_is_asked_about_again_has_its_week_again(shelf: Shelf) -> None:
    chat = shelf.conversation("kept")
    shelf.database.truncate(chat, shelf.ask(chat, "edited", 2))
    shelf.pass_days(5)
    shelf.database.truncate(chat, shelf.ask(chat, "edited again", 2))
    shelf.pass_days(5)
    assert shelf.files == {picture(2).data}
    shelf.pass_days(3)
    assert shelf.files == set()


def test_a_picture_that_a_backup_shows_stays_with_it(shelf: Shelf) -> None:
    chat = shelf.conversation("kept")
    edited = shelf.ask(chat, "edited", 2)
    shelf.database.back_up()
    shelf.database.truncate(chat, edited)
    shelf.pass_days(3 * GRACE_DAYS)
    assert shelf.files == {picture(2).data}


def test_a_picture_whose_message_was_never_saved_leaves_after_a_week(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a crash between the two, or a disk that was full in between."""
    from fanlight.store import database as database_module

    chat = shelf.conversation("kept")
    with monkeypatch.context() as patched:
        patched.setattr(database_module, "write_parts", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            shelf.ask(chat, "never saved", 2)
    assert shelf.files == {picture(2).data}
    shelf.pass_days(GRACE_DAYS + 1)
    assert shelf.files == set()


Restart = Callable[[Shelf], None]


def _older_copy(shelf: Shelf) -> None:
    """The database is replaced by a copy from before the picture."""
    (shelf.folder / "conversations.db").write_bytes((shelf.folder / "older").read_bytes())


def _another(shelf: Shelf) -> None:
    """It is replaced by one of another computer."""
    (shelf.folder / "conversations.db").unlink()
    Database(shelf.folder / "elsewhere").close()
    (shelf.folder / "elsewhere" / "conversations.db").rename(shelf.folder / "conversations.db")


@pytest.mark.parametrize("replace", [_older_copy, _another])
def test_pictures_that_the_database_never_knew_stay(shelf: Shelf, replace: Restart) -> None:
    shelf.database.close()
    (shelf.folder / "older").write_bytes((shelf.folder / "conversations.db").read_bytes())
    shelf.open_later(0)
    shelf.conversation("later", 7)
    shelf.database.close()
    replace(shelf)
    shelf.open_later(0)
    shelf.pass_days(40)
    assert shelf.files == {picture(7).data}


def test_conversations_deleted_by_an_earlier_version_are_in_the_trash(tmp_path: Path) -> None:
    database = Database(tmp_path, MIGRATIONS[:2])
    database._connection.execute("INSERT INTO conversation (title, created, updated, deleted) VALUES ('x', 1, 2, 3)")
    database.close()
    database = Database(tmp_path)
    assert [(row.title, row.days_left) for row in database.trash()] == [("x", 30)]
    database.close()


def test_a_picture_that_another_conversation_shows_stays_when_one_is_deleted_for_good(shelf: Shelf) -> None:
    chat = shelf.conversation("gone", 1, 2)
    shelf.conversation("stays", 1)
    shelf.database.delete(chat)
    shelf.database.delete_for_good([chat])
    assert shelf.files == {picture(1).data}
