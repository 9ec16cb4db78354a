"""Folders with a database of conversations, broken in many ways: bytes, pages, logs, schemas, what rows hold, files
that are missing. The same number always gives the same folder."""

from __future__ import annotations

import functools
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from fuzz.byte_changes import NUMBERS, Chance, cut, cut_out, flip_bytes, insert, repeat, zeros

FILE = "conversations.db"
LONG = "with more words than fit on one page, so that they go on elsewhere " * 120


@functools.cache
def sound_folder() -> Path:
    """Twelve conversations with a picture each, two of them in the trash, a backup, and a log that was not taken in:
    copied while it was open."""
    from fanlight.domain.messages import Image, Message, Picture
    from fanlight.store.database import Database

    place = Path(tempfile.mkdtemp(prefix="fanlight-fuzz-"))
    database = Database(place / "open")
    for number in range(12):
        chat = database.create(f"conversation {number}")
        picture = Picture(Image.of(1, 1, number.to_bytes(3, "big")), b"picture %d" % number * 50, "png", 1, 1)
        asked = Message.of("user", f"question {number} ☂", (picture.image,))
        database.add_message(chat, asked, [picture])
        answer = Message.of("assistant", f"answer {number} " + LONG * (number % 3), thinking="hm")
        database.add_message(chat, answer)
        database.set_draft(chat, "draft ü")
        if number == 8:
            database.back_up()
        if number in (2, 9):
            database.delete(chat)
    shutil.copytree(place / "open", place / "copy")
    database.close()
    return place / "copy"


def broken_folder(folder: Path, chance: Chance) -> str:
    """Makes `folder`; what was done."""
    shutil.copytree(sound_folder(), folder)
    done = ["database"]
    if chance.random() < 0.6:  # all in one file
        with closing(sqlite3.connect(folder / FILE)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        done.append("without a log")
    for _ in range(chance.choice((1, 1, 2, 3))):
        change = chance.choice(_CHANGES)
        with suppress(sqlite3.Error, OSError, ValueError, IndexError):  # what another change has made impossible
            change(folder, chance)
            done.append(change.__name__)
    return " ".join(done)


def _some_file(folder: Path, chance: Chance) -> Path:
    files = [path for path in sorted(folder.glob("conversations.db*")) if path.is_file() and path.stat().st_size]
    return chance.choice([*files, *files, *sorted((folder / "backups").glob("*"))] or [folder / FILE])


def change_bytes(folder: Path, chance: Chance) -> None:
    path = _some_file(folder, chance)
    change = chance.choice((flip_bytes, flip_bytes, cut, cut_out, zeros, insert, repeat))
    path.write_bytes(change(path.read_bytes(), chance))


def lie_on_a_page(folder: Path, chance: Chance) -> None:
    """The file's header, and the head of a page: its kind, how many cells, where they are."""
    path = folder / FILE
    data = bytearray(path.read_bytes())
    page = chance.choice((0, chance.randrange(max(1, len(data) // 4096))))
    at = page * 4096 + (chance.choice((chance.randrange(100), 100 + chance.randrange(40))) if not page else 0)
    at += 0 if not page else chance.randrange(40)
    size = chance.choice((1, 2, 4))
    data[at : at + size] = (chance.choice(NUMBERS) & (256**size - 1)).to_bytes(size, "big")
    path.write_bytes(data)


def shuffle_pages(folder: Path, chance: Chance) -> None:
    path = folder / FILE
    data = path.read_bytes()
    pages = [data[at : at + 4096] for at in range(0, len(data), 4096)]
    one, other = chance.randrange(len(pages)), chance.randrange(len(pages))
    match chance.randrange(3):
        case 0:
            pages[one], pages[other] = pages[other], pages[one]
        case 1:
            pages[one] = bytes(4096)
        case _:
            del pages[one:]
    path.write_bytes(b"".join(pages))


def other_schema(folder: Path, chance: Chance) -> None:
    statements = chance.choice((
        ["DROP TABLE message"], ["DROP TABLE conversation"], ["ALTER TABLE part RENAME TO parts"],
        ["ALTER TABLE conversation RENAME COLUMN title TO name"], ["DROP INDEX part_by_sha256"],
        [f"PRAGMA user_version = {chance.choice((0, 1, 2, 3, 77, -1, 2**31 - 1))}"],
        ["CREATE TABLE moz_places (url TEXT)"], ["CREATE VIEW odd AS SELECT * FROM nowhere"],
        ["CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM conversation; END"],
        ["CREATE TRIGGER t BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'no'); END"],
        ["DROP TABLE part", "CREATE TABLE part (message_id TEXT, position BLOB, kind, text, sha256, details)"],
        ["DROP TABLE message", "CREATE VIEW message AS SELECT 1 AS id, 2 AS conversation_id, 'user' AS role"],
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = 'CREATE TABLE message (x)' WHERE rootpage = 3"],
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET rootpage = 3"],
        ["PRAGMA writable_schema = ON", "DELETE FROM sqlite_schema WHERE type = 'index'"],
        ["PRAGMA application_id = 1234567"], ["PRAGMA journal_mode = DELETE"], ["PRAGMA encoding = 'UTF-16'", "VACUUM"],
    ))  # fmt: skip
    _run(folder, statements)


def odd_rows(folder: Path, chance: Chance) -> None:
    """Types, sizes and references that the program never writes."""
    value = chance.choice((
        "NULL", "x'ff00fe'", "1e308", "9223372036854775807", "-1", "''", "'ü' || char(0) || 'x'", "zeroblob(5000000)",
        "'{\"a\": ' || char(0)", "printf('%.*c', 200000, '[')", "char(55357)", "'../../x'", "CAST(x'ed a0 bd' AS TEXT)",
    )).replace("x'ed a0 bd'", "x'eda0bd'")  # fmt: skip
    places = (
        "conversation SET title", "conversation SET draft", "conversation SET updated", "conversation SET created",
        "conversation SET deleted", "conversation SET touched", "conversation SET days_in_trash", "message SET role",
        "message SET state", "message SET footer", "message SET created", "message SET conversation_id",
        "part SET kind", "part SET text", "part SET sha256", "part SET details", "part SET position",
        "part SET message_id",
    )  # fmt: skip
    if chance.random() < 0.2:
        value = chance.choice(("'text'", "'thinking'", "'picture'", "'user'", "'assistant'", "'system'", "'open'"))
    where = chance.choice(("", f" WHERE rowid % {chance.randrange(2, 6)} = 0", " WHERE rowid = 1"))
    _run(folder, ["PRAGMA ignore_check_constraints = ON", f"UPDATE {chance.choice(places)} = {value}{where}"])


def other_files(folder: Path, chance: Chance) -> None:
    path = folder / FILE
    match chance.randrange(9):
        case 0:
            path.unlink()
        case 1:
            path.unlink()
            path.mkdir()
        case 2:
            path.write_bytes(
                chance.choice((b"", b"S", b"<html>" * 1000, chance.randbytes(20_000), b"SQLite format 3\0"))
            )
        case 3:
            shutil.copyfile(path, folder / "x")
            (folder / f"{FILE}-wal").write_bytes(chance.randbytes(5000))
        case 4:
            path.unlink()
            path.symlink_to(folder / chance.choice(("nowhere", FILE, "x")))
        case 5:
            (folder / f"{FILE}-journal").write_bytes(chance.randbytes(3000))
        case 6:
            shutil.rmtree(folder / "backups")
            (folder / "backups").write_bytes(b"no folder")
        case 7:
            for picture in sorted((folder / "pictures").rglob("*"))[:: chance.randrange(1, 4)]:
                if picture.is_file():
                    picture.write_bytes(b"damaged")
        case _:
            (folder / f"{FILE}-wal").unlink(missing_ok=True)


def _run(folder: Path, statements: list[str]) -> None:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


_CHANGES: tuple[Callable[[Path, Chance], None], ...] = (
    change_bytes, change_bytes, lie_on_a_page, lie_on_a_page, shuffle_pages, other_schema, other_schema, odd_rows,
    odd_rows, other_files,
)  # fmt: skip
