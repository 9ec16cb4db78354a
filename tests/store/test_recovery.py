"""A database that is damaged, empty, missing, or another program's: nothing is deleted, and what can be had comes back.

`Was` is what one holds before the damage: twenty conversations with a picture each, a backup of the first fifteen.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Image, Message, Picture
from fanlight.store import recovery
from fanlight.store.database import Database
from fanlight.store.schema import MIGRATIONS
from support.branches import links, shown

Opened = Callable[..., Database]
Said = dict[str, list[str]]

LONG = "with more words than fit on one page of the file, so that they go on elsewhere " * 120


@dataclass(frozen=True)
class Was:
    """title -> texts, of all and of those in the backup; the files of the pictures."""

    folder: Path
    said: Said
    backed_up: Said
    pictures: set[bytes]


def picture(number: int) -> Picture:
    return Picture(Image.of(1, 1, number.to_bytes(3, "big")), b"picture %d" % number * 50, "png", 1, 1)


def add(database: Database, number: int) -> tuple[str, list[str]]:
    title = f"conversation {number}"
    chat = database.create(title)
    texts = [f"question {number} ☂", f"answer {number} " + LONG * (number % 3)]
    one = picture(number)
    database.add_message(chat, Message.of("user", texts[0], (one.image,)), [one])
    database.add_message(chat, Message.of("assistant", texts[1], thinking="hm"))
    return title, texts


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Was:
    folder = tmp_path_factory.mktemp("template")
    database = Database(folder)
    said = dict(add(database, number) for number in range(15))
    backed_up = dict(said)
    database.back_up()
    said |= dict(add(database, number) for number in range(15, 20))
    database.close()
    return Was(folder, said, backed_up, {picture(number).data for number in range(20)})


@pytest.fixture
def was(template: Was, tmp_path: Path) -> Was:
    shutil.copytree(template.folder, tmp_path / "home")
    return Was(tmp_path / "home", template.said, template.backed_up, template.pictures)


def kept(database: Database) -> Said:
    return {row.title: [it.message.text for it in database.messages(row.id)] for row in database.conversations()}


def pictures_in(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in (folder / "pictures").rglob("*") if path.is_file()}


def without_backups(was: Was) -> None:
    shutil.rmtree(was.folder / "backups")


def overwrite(was: Was, start: int, data: bytes) -> None:
    with (was.folder / "conversations.db").open("r+b") as file:
        file.seek(start)
        file.write(data)


def zeros(was: Was) -> None:
    (was.folder / "conversations.db").write_bytes(bytes((was.folder / "conversations.db").stat().st_size))


def header(was: Was) -> None:
    overwrite(was, 0, b"x" * 100)


def root(was: Was) -> None:
    overwrite(was, 100, bytes(3996))


def html(was: Was) -> None:
    (was.folder / "conversations.db").write_bytes(b"<html>" * 1000)


def gone(was: Was) -> None:
    (was.folder / "conversations.db").unlink()


def empty(was: Was) -> None:
    (was.folder / "conversations.db").write_bytes(b"")


def foreign(was: Was) -> None:
    gone(was)
    with closing(sqlite3.connect(was.folder / "conversations.db")) as other, other:
        other.execute("CREATE TABLE message (subject TEXT)")
        other.execute("PRAGMA user_version = 2")


def foreign_and_newer(was: Was) -> None:
    gone(was)
    with closing(sqlite3.connect(was.folder / "conversations.db")) as other, other:
        other.execute("CREATE TABLE moz_places (url TEXT)")
        other.execute("PRAGMA user_version = 77")


def cut(was: Was) -> None:
    path = was.folder / "conversations.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def one_byte(was: Was) -> None:
    (was.folder / "conversations.db").write_bytes(b"S")


def half_a_header(was: Was) -> None:
    (was.folder / "conversations.db").write_bytes(b"SQLite format 3\0" + bytes(40))


def without_tables(was: Was) -> None:
    gone(was)
    with closing(sqlite3.connect(was.folder / "conversations.db")) as other:
        other.execute("PRAGMA auto_vacuum = FULL")
        other.execute("VACUUM")
    assert (was.folder / "conversations.db").stat().st_size > 0


def ones(was: Was) -> None:
    (was.folder / "conversations.db").write_bytes(b"\xff" * (was.folder / "conversations.db").stat().st_size)


def beginning(was: Was) -> None:
    """As a file system leaves it that puts zeros in the place of what was not written in time."""
    overwrite(was, 0, bytes(10 * 4096))


ALL = (
    zeros, header, root, html, gone, empty, foreign, foreign_and_newer, cut, one_byte, half_a_header, without_tables,
    ones, beginning,
)  # fmt: skip


@pytest.mark.parametrize("harm", ALL)
def test_nothing_is_deleted_and_the_backup_comes_back(was: Was, opened: Opened, harm: Callable[[Was], None]) -> None:
    harm(was)
    left = (was.folder / "conversations.db").read_bytes() if (was.folder / "conversations.db").exists() else b""
    database = opened(was.folder)
    assert pictures_in(was.folder) == was.pictures
    found = kept(database)
    assert {title: found.get(title) for title in was.backed_up} == was.backed_up
    (third,) = (row.id for row in database.conversations() if row.title == "conversation 3")
    shown = database.messages(third)[0].pictures
    assert database.picture(shown[0].sha256) in was.pictures
    assert "recovered" in database.notice
    asides = [path.read_bytes() for path in was.folder.glob("damaged-*/conversations.db")]
    assert asides == ([left] if harm is not gone else [])
    assert bool(asides) == ("damaged-" in database.notice)
    found["after"] = add(database, 99)[1]
    database.close()
    database = opened(was.folder)
    assert (database.notice, pictures_in(was.folder)) == ("", was.pictures | {picture(99).data})
    assert kept(database) == {("conversation 99" if title == "after" else title): it for title, it in found.items()}


@pytest.mark.parametrize("harm", [header, root])
def test_without_a_backup_all_is_read_from_the_pages(was: Was, opened: Opened, harm: Callable[[Was], None]) -> None:
    without_backups(was)
    harm(was)
    database = opened(was.folder)
    assert kept(database) == was.said
    assert pictures_in(was.folder) == was.pictures


@pytest.mark.parametrize("harm", [zeros, html, gone, empty, foreign])
def test_without_a_backup_and_without_a_row_the_pictures_stay_and_it_is_said(
    was: Was, opened: Opened, harm: Callable[[Was], None]
) -> None:
    without_backups(was)
    harm(was)
    database = opened(was.folder)
    assert "Nothing could be brought back; the pictures are kept." in database.notice
    assert kept(database) == {}
    for _ in range(3):
        database.close()
        database = opened(was.folder)
        assert database.notice == ""
    assert pictures_in(was.folder) == was.pictures


@pytest.mark.parametrize("seed", range(15))
def test_one_page_costs_nothing_that_the_backup_holds(was: Was, opened: Opened, seed: int) -> None:
    data = (was.folder / "conversations.db").read_bytes()
    # SQLite sees no harm in zeros where a long text ends: that page leads to no other one.
    pages = [at for at in range(0, len(data), 4096) if any(data[at : at + 4])]
    overwrite(was, random.Random(seed).choice(pages), bytes(4096))
    database = opened(was.folder)
    found = {text for texts in kept(database).values() for text in texts}
    assert {text for texts in was.backed_up.values() for text in texts} <= found
    titles = [title for title in kept(database) if title not in was.said]
    assert all(title.startswith("question ") for title in titles), "titles come from the first question"
    assert pictures_in(was.folder) == was.pictures


def test_texts_with_changed_bits_are_taken_from_the_backup(was: Was, opened: Opened) -> None:
    path = was.folder / "conversations.db"
    data = path.read_bytes()
    assert data.count(b"question 3 ") >= 1
    path.write_bytes(data.replace(b"question 3 ", b"quest\xffon 3 ").replace(b"question 4 ", b"questiom 4 "))
    overwrite(was, 0, b"x" * 100)
    assert kept(opened(was.folder)) == was.said


def test_what_is_newer_in_the_file_wins_over_the_backup(was: Was, opened: Opened) -> None:
    database = opened(was.folder)
    row = next(row for row in database.conversations() if row.title == "conversation 3")
    database.rename(row.id, "another name")
    _question, answer = database.messages(row.id)
    database.truncate(row.id, answer.id)
    database.add_message(row.id, Message.of("assistant", "another answer"))
    database.close()
    header(was)
    database = opened(was.folder)
    assert shown(database, row.id) == ["question 3 ☂", "another answer"]
    assert links(database, row.id)["question 3 ☂"] == [answer.message.text, "another answer"]
    assert "conversation 3" not in kept(database)


def test_an_answer_that_was_continued_after_the_backup_is_not_cut_back(was: Was, opened: Opened) -> None:
    database = opened(was.folder)
    row = next(row for row in database.conversations() if row.title == "conversation 3")
    question, answer = database.messages(row.id)
    longer = f"{answer.message.text}, and more"
    database.update_answer(answer.id, longer, "hm, hm", "complete")
    database.close()
    header(was)
    assert kept(opened(was.folder))["conversation 3"] == [question.message.text, longer]


def test_what_was_deleted_for_good_does_not_come_back(was: Was, opened: Opened) -> None:
    database = opened(was.folder)
    row = next(row for row in database.conversations() if row.title == "conversation 3")
    database.delete(row.id)
    database.delete_for_good([row.id])
    trashed = next(row for row in database.conversations() if row.title == "conversation 4")
    database.delete(trashed.id)
    database.close()
    zeros(was)
    found = kept(opened(was.folder))
    assert "conversation 3" not in found
    assert len(found) == 14


def test_a_backup_of_another_database_keeps_its_own_conversations(was: Was, opened: Opened) -> None:
    """Both have a conversation 1, and messages of the same numbers."""
    other = was.folder.parent / "other"
    made = opened(other)
    chat = made.create("of the other")
    made.add_message(chat, Message.of("user", "hello from there"))
    made.back_up()
    made.close()
    (copy,) = (other / "backups").iterdir()
    copy.rename(was.folder / "backups" / "daily-20000101.db")
    header(was)
    assert kept(opened(was.folder)) == was.said | {"of the other": ["hello from there"]}


def test_a_damaged_backup_is_passed_over(was: Was, opened: Opened) -> None:
    (was.folder / "backups" / "daily-20990101.db").write_bytes(b"junk" * 3000)
    gone(was)
    assert kept(opened(was.folder)) == was.backed_up


def test_a_link_to_a_disk_that_is_not_there_is_no_missing_database(was: Was, opened: Opened) -> None:
    path = was.folder / "conversations.db"
    path.rename(was.folder / "elsewhere.db")
    path.symlink_to(was.folder / "not mounted" / "conversations.db")
    with pytest.raises(StoreError, match="No such file"):
        opened(was.folder)
    path.unlink()
    path.symlink_to(was.folder / "elsewhere.db")
    assert kept(opened(was.folder)) == was.said


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["_move", "replace", "carry_over", "mend", "finish"])
def test_an_end_in_the_middle_loses_nothing(
    was: Was, opened: Opened, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The process ends at that step: not even its own clearing up is done."""
    from fanlight.store import aside

    header(was)
    with monkeypatch.context() as patched:
        patched.setattr(recovery, "put_back", _stop)
        if step == "_move":
            patched.setattr(aside, "_move", _stop)
        elif step == "replace":
            real = Path.replace
            patched.setattr(Path, "replace", lambda it, to: _stop() if it.name == recovery._DRAFT else real(it, to))
        else:
            patched.setattr(recovery, step, _stop)
        with pytest.raises(KeyboardInterrupt):
            opened(was.folder)
    database = opened(was.folder)
    assert kept(database) == was.said
    assert pictures_in(was.folder) == was.pictures
    assert len(list(was.folder.glob("damaged-*/conversations.db"))) == 1
    database.close()
    assert (opened(was.folder).notice, list(was.folder.glob("damaged-*/unfinished"))) == ("", [])


def test_pictures_of_the_time_of_the_damage_stay_as_long_as_the_damaged_file(was: Was, opened: Opened) -> None:
    without_backups(was)
    html(was)
    database = opened(was.folder)
    chat = database.create("again")
    one = picture(3)
    database.add_message(chat, Message.of("user", "x", (one.image,)), [one])
    database.delete(chat)
    database.delete_for_good([chat])
    assert pictures_in(was.folder) == was.pictures
    (folder,) = was.folder.glob("damaged-*")
    shutil.rmtree(folder)
    database.keep_house()
    assert pictures_in(was.folder) == was.pictures - {one.data}


def test_the_sentences_say_how_much_came_back_and_from_where(was: Was, opened: Opened) -> None:
    gone(was)
    database = opened(was.folder)
    assert (
        database.notice == "The conversations file was missing. 30 messages were recovered, 30 of them from a backup."
    )
    database.close()
    header(was)
    database = opened(was.folder)
    (folder,) = was.folder.glob("damaged-*")
    assert database.notice == (
        f"The conversations file was damaged. 30 messages were recovered. The old file is kept in {folder}."
    )


@pytest.mark.parametrize("written", [0, 20, 3000, -1])
def test_a_first_start_that_was_killed_is_no_damage(tmp_path: Path, written: int) -> None:
    """`written`: bytes of the log; -1: all but the end of the transaction that makes the tables."""
    path, made = tmp_path / "conversations.db", tmp_path / "made.db"
    with closing(sqlite3.connect(made, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL").fetchall()
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        shutil.copyfile(made, path)
        connection.executescript(f"BEGIN; {MIGRATIONS[0]}; PRAGMA user_version = 1; COMMIT;")
        log = (tmp_path / "made.db-wal").read_bytes()
    (tmp_path / "conversations.db-wal").write_bytes(log[:written] if written >= 0 else log[: -4096 - 24])
    database = Database(tmp_path)
    assert database.notice == ""
    assert database.conversations() == []
    database.close()
    assert not list(tmp_path.glob("damaged-*"))


def test_lists_beside_a_damaged_file_may_be_damaged_too(was: Was, opened: Opened) -> None:
    header(was)
    opened(was.folder).close()
    (pictures,) = was.folder.glob("damaged-*/pictures.txt")
    pictures.write_bytes(b"\xff\xfe" + pictures.read_bytes())
    database = opened(was.folder)
    with database._change() as change:
        change.execute("INSERT INTO unused_picture (sha256, days) VALUES ('gone', 99)")
    database.close()
    opened(was.folder).close()
    (pictures.parent / "unfinished").write_bytes(b"\xff\0\xff")
    assert kept(opened(was.folder)) == was.said
    assert not list(was.folder.glob("damaged-*/unfinished"))
