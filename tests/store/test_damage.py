from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from fanlight.domain.errors import DiskFull, StoreError
from fanlight.domain.messages import Image, Message, Picture
from fanlight.store import recovery
from fanlight.store.blobs import Blobs
from fanlight.store.database import Database

Opened = Callable[..., Database]


Said = dict[str, list[str]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """Thirty conversations of three messages; title -> texts."""
    folder = tmp_path_factory.mktemp("template")
    said: Said = {}
    database = Database(folder)
    image = Image.of(1, 1, b"red")
    for number in range(30):
        title = f"conversation {number}"
        chat = database.create(title)
        said[title] = [f"{title}, message {i}: " + "words " * 200 for i in range(3)]
        for text in said[title]:
            database.add_message(chat, Message.of("user", text), [Picture(image, text.encode(), "png", 1, 1)])
    database.close()
    return folder, said


@pytest.fixture
def said(template: tuple[Path, Said], tmp_path: Path) -> Said:
    """What the database at `tmp_path` holds."""
    shutil.copytree(template[0], tmp_path, dirs_exist_ok=True)
    return template[1]


def kept(database: Database) -> Said:
    return {row.title: [it.message.text for it in database.messages(row.id)] for row in database.conversations()}


def test_a_sound_database_opens_without_a_notice(tmp_path: Path, said: Said, opened: Opened) -> None:
    database = opened(tmp_path)
    assert database.notice == ""
    assert kept(database) == said


def test_what_is_no_database_is_set_aside_whole_and_a_fresh_one_works(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "conversations.db"
    path.write_bytes(b"this was never a database" * 400)
    database = opened(tmp_path)
    assert "damaged" in database.notice
    assert database.conversations() == []
    database.create("goes on")
    (aside,) = tmp_path.glob("damaged-*")
    assert (aside / "conversations.db").read_bytes() == b"this was never a database" * 400
    database.close()
    assert opened(tmp_path).notice == ""


def test_an_empty_file_is_a_fresh_database(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "conversations.db").touch()
    database = opened(tmp_path)
    assert (database.notice, database.conversations()) == ("", [])


def test_a_page_of_zeros_costs_only_what_stood_on_it(tmp_path: Path, said: Said, opened: Opened) -> None:
    path = tmp_path / "conversations.db"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = bytes(4096)
    path.write_bytes(data)

    database = opened(tmp_path)
    assert "damaged" in database.notice
    assert database.notice.startswith("The conversations file was damaged.")
    found = kept(database)
    whole = [title for title in said if found.get(title) == said[title]]
    assert len(whole) >= 20
    shown = database.messages(database.conversations()[0].id)[0].pictures
    assert database.picture(shown[0].sha256)


@pytest.mark.parametrize("seed", range(12))
def test_any_damage_ends_in_a_database_that_works(tmp_path: Path, said: Said, opened: Opened, seed: int) -> None:
    path = tmp_path / "conversations.db"
    data = bytearray(path.read_bytes())
    chance = random.Random(seed)
    if seed % 3 == 0:
        del data[chance.randrange(len(data)) :]
    else:
        for _ in range(chance.choice((1, 30, 3000))):
            data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data)

    try:
        database = opened(tmp_path)
    except StoreError as error:
        if "newer Fanlight" in error.message:
            return  # the damage hit the version itself
        raise
    chat = database.create("after")
    database.add_message(chat, Message.of("user", "still here"))
    for row in database.conversations():
        database.messages(row.id)
    assert kept(database)["after"] == ["still here"]
    assert database.notice or set(said) <= set(kept(database))


def test_a_log_left_by_a_crash_is_read(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path / "live")
    chat = database.create("in the log only")
    (tmp_path / "copy").mkdir()
    for path in (tmp_path / "live").glob("conversations.db*"):
        (tmp_path / "copy" / path.name).write_bytes(path.read_bytes())
    assert (tmp_path / "copy" / "conversations.db-wal").stat().st_size > 0
    assert [row.id for row in opened(tmp_path / "copy").conversations()] == [chat]


def test_a_damaged_log_costs_at_most_what_is_in_it(tmp_path: Path, said: Said, opened: Opened) -> None:
    database = opened(tmp_path)
    database.create("in the log only")
    (tmp_path / "copy").mkdir()
    for path in tmp_path.glob("conversations.db*"):
        data = path.read_bytes()
        (tmp_path / "copy" / path.name).write_bytes(b"garbage" + data[7:] if path.name.endswith("wal") else data)
    found = kept(opened(tmp_path / "copy"))
    assert {title: found.get(title) for title in said} == said


def test_when_there_is_no_room_to_carry_over_all_is_as_before_and_tried_again(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "conversations.db"
    path.write_bytes(b"junk" * 1000)

    def full(*_: object) -> int:
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(recovery, "carry_over", full)
        with pytest.raises(DiskFull):
            opened(tmp_path)
    assert path.read_bytes() == b"junk" * 1000
    assert not list(tmp_path.glob("damaged-*"))
    assert not list(tmp_path.glob("conversations.db-*"))
    assert "damaged" in opened(tmp_path).notice


def test_damage_met_while_running_is_one_sentence(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create()
    for _ in range(2):
        database.add_message(chat, Message.of("user", "more than SQLite keeps in memory " * 200_000))
    path = tmp_path / "conversations.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreError, match="damaged"):
        database.messages(chat)


def test_set_aside_twice_in_one_second_keeps_both(tmp_path: Path, opened: Opened) -> None:
    for number in range(3):
        (tmp_path / "conversations.db").write_bytes(b"junk %d" % number * 1000)
        opened(tmp_path).close()
    asides = [path.read_bytes()[:6] for path in tmp_path.glob("damaged-*/conversations.db")]
    assert sorted(asides) == [b"junk 0", b"junk 1", b"junk 2"]
    with sqlite3.connect(tmp_path / "conversations.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_text_that_has_become_bytes_is_text(tmp_path: Path) -> None:
    """One bit in the head of a row is enough."""
    database = Database(tmp_path)
    chat = database.create("title")
    picture = Picture(Image.of(1, 1, b"abc"), b"picture", "png", 1, 1)
    database.add_message(chat, Message.of("user", "asked", (picture.image,)), [picture])
    database.close()
    with closing(sqlite3.connect(tmp_path / "conversations.db")) as connection, connection:
        for table, columns in (("part", ("kind", "text", "sha256", "details")), ("conversation", ("title", "draft"))):
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = CAST({column} AS BLOB)")
        connection.execute("UPDATE message SET footer = x'6162'")
    again = Database(tmp_path)
    (row,) = again.conversations()
    (message,) = again.messages(chat)
    assert (row.title, row.draft, message.message.text, message.footer) == ("title", "", "asked", "ab")
    assert [again.picture(one.sha256) for one in message.pictures] == [b"picture"]
    again.close()


@pytest.mark.parametrize("name", ["../../mine.txt", "", "x", "/etc/passwd", "A" * 64])
def test_a_row_that_names_no_picture_reaches_no_other_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    blobs = Blobs(tmp_path / "store" / "pictures")
    blobs.remove(name)
    assert not blobs.holds(name)
    with pytest.raises(StoreError):
        blobs.read(name)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def changed(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "conversations.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def with_two_messages(folder: Path) -> int:
    database = Database(folder)
    chat = database.create("title")
    picture = Picture(Image.of(1, 1, b"abc"), b"picture", "png", 1, 1)
    database.add_message(chat, Message.of("user", "asked", (picture.image,)), [picture])
    database.add_message(chat, Message.of("assistant", "answered", thinking="hm"))
    database.close()
    return chat


def test_a_row_that_no_message_of_its_role_can_have_costs_at_most_itself(tmp_path: Path) -> None:
    chat = with_two_messages(tmp_path)
    changed(
        tmp_path,
        "UPDATE message SET role = CASE role WHEN 'user' THEN 'assistant' ELSE 'user' END",
        "UPDATE part SET details = printf('%.*c', 200000, '[')",
    )
    database = Database(tmp_path)
    one, other = database.messages(chat)
    assert (one.message.text, one.pictures, other.message.text) == ("asked", (), "hm\n\nanswered")
    database.close()


@pytest.mark.parametrize("value", ["'x'", "x'00ff'", "NULL", "1e308"])
def test_the_trash_can_be_read_whatever_its_days_are(tmp_path: Path, value: str) -> None:
    chat = with_two_messages(tmp_path)
    database = Database(tmp_path)
    database.delete(chat)
    database.close()
    with suppress(sqlite3.Error):  # NULL
        changed(tmp_path, f"UPDATE conversation SET days_in_trash = {value}")
    again = Database(tmp_path)
    assert [row.title for row in again.trash()] in (["title"], [])
    again.close()


def test_a_message_of_sqlites_that_is_no_text_is_damage(tmp_path: Path) -> None:
    with_two_messages(tmp_path)
    path = tmp_path / "conversations.db"
    data = path.read_bytes()
    assert data.count(b"CREATE TABLE conversation") == 1
    path.write_bytes(data.replace(b"CREATE TABLE conversation", b"CREATE TABL\xb3 conversation"))
    database = Database(tmp_path)
    assert "damaged" in database.notice
    database.close()
