"""Messages as lists of parts: written and read again, made of what an older version wrote, whatever interrupts that."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.domain.errors import DiskFull, StoreError
from fanlight.domain.messages import Image, ImagePart, Message, Picture, TextPart
from fanlight.domain.stored import StoredDocument, StoredPicture
from fanlight.store import schema
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.schema import MIGRATIONS
from support.old_database import PARTS_VERSION, OldDatabase, write_old

Opened = Callable[..., Database]
KILLS = 12


def check(database: Database, written: list[OldDatabase]) -> None:
    assert database.notice == ""
    assert database.conversations() == [old.row for old in reversed(written)]
    for old in written:
        assert tuple(database.messages(old.row.id)) == old.messages
        for sha256, data in old.files.items():
            assert database.picture(sha256) == data


def version_of(folder: Path) -> int:
    connection = sqlite3.connect(folder / "conversations.db")
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def two_pictures() -> tuple[Picture, Picture]:
    red, blue = (Image.of(1, 1, bytes(color)) for color in ((9, 0, 0), (0, 0, 9)))
    return Picture(red, b"red", "png", 4, 4, "red.png"), Picture(blue, b"blue", "jpeg", 8, 8, "blue.jpg")


@pytest.mark.parametrize("kept", ["on disk", "in memory"])
def test_parts_come_back_in_their_order(tmp_path: Path, opened: Opened, kept: str) -> None:
    database: Database | MemoryStore = opened(tmp_path) if kept == "on disk" else MemoryStore()
    red, blue = two_pictures()
    parts = (TextPart("Compare"), ImagePart(red.image), TextPart("with"), ImagePart(blue.image), TextPart("this."))
    chat = database.create("Two")
    database.add_message(chat, Message("user", parts), (red, blue))
    (stored,) = database.messages(chat)
    names = [part.name if isinstance(part, StoredPicture | StoredDocument) else part.text for part in stored.parts]
    assert names == ["Compare", "red.png", "with", "blue.jpg", "this."]
    assert [database.picture(picture.sha256) for picture in stored.pictures] == [b"red", b"blue"]


@pytest.mark.parametrize("kept", ["on disk", "in memory"])
def test_a_picture_that_the_model_was_not_sent_is_kept_before_the_text(
    tmp_path: Path, opened: Opened, kept: str
) -> None:
    database: Database | MemoryStore = opened(tmp_path) if kept == "on disk" else MemoryStore()
    red, _ = two_pictures()
    chat = database.create("One")
    database.add_message(chat, Message.of("user", "Unseen"), (red,))
    (stored,) = database.messages(chat)
    assert stored.parts == (stored.pictures[0], TextPart("Unseen"))
    assert stored.pictures[0].image_id == red.image.id


@pytest.mark.parametrize("kept", ["on disk", "in memory"])
def test_a_question_keeps_its_pictures_whatever_is_said_of_it_later(tmp_path: Path, opened: Opened, kept: str) -> None:
    database: Database | MemoryStore = opened(tmp_path) if kept == "on disk" else MemoryStore()
    red, _blue = two_pictures()
    chat = database.create()
    question = database.add_message(chat, Message.of("user", "What?", [red.image]), (red,))
    before = database.messages(chat)
    database.update_answer(question, "What?", "", "complete", "footer")
    assert database.messages(chat) == before


def test_an_answer_grows_in_its_own_rows(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create()
    answer = database.add_message(chat, Message.of("assistant", ""), state="open")
    for text, thinking in (("", "hm"), ("", "hm, yes"), ("A", "hm, yes"), ("A cat", "hm, yes"), ("A cat", "")):
        database.update_answer(answer, text, thinking, "open")
        (stored,) = database.messages(chat)
        assert stored.message == Message.of("assistant", text, thinking=thinking)
    rows = database._connection.execute("SELECT count(*) FROM part").fetchone()
    assert rows == (1,)


def test_a_kind_from_a_newer_fanlight_or_damaged_details_cost_no_message(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    red, _ = two_pictures()
    chat = database.create()
    message_id = database.add_message(chat, Message.of("user", "Hello"), (red,))
    database._connection.execute("UPDATE part SET details = '{' WHERE kind = 'picture'")
    database._connection.execute(
        "INSERT INTO part (message_id, position, kind, text) VALUES (?, 7, 'hologram', 'x')", (message_id,)
    )
    (stored,) = database.messages(chat)
    assert stored.message == Message.of("user", "Hello")
    assert database.picture(stored.pictures[0].sha256) == b"red"


def test_an_old_database_opens_with_all_that_is_in_it(tmp_path: Path, opened: Opened) -> None:
    written = write_old(tmp_path)
    assert version_of(tmp_path) == PARTS_VERSION - 1
    database = opened(tmp_path)
    check(database, written)
    last = written[-1].messages[-1]
    database.update_answer(last.id, "It goes on.", "hm", "complete", "done")
    assert database.messages(written[-1].row.id)[-1].message == Message.of("assistant", "It goes on.", thinking="hm")
    database.close()
    assert version_of(tmp_path) == len(MIGRATIONS)
    (backup,) = (tmp_path / "backups").glob("*.db")
    with sqlite3.connect(backup) as old:
        assert old.execute("SELECT count(*) FROM picture").fetchone() == (sum(len(one.files) for one in written),)
    old.close()


def test_text_of_an_old_database_that_is_deleted_leaves_its_file(tmp_path: Path, opened: Opened) -> None:
    written = write_old(tmp_path)
    database = opened(tmp_path)
    for old in written:
        database.delete(old.row.id)
    database.delete_for_good([old.row.id for old in written])
    database.close()
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
    assert "☂".encode() not in left
    assert not any(path.is_file() for path in (tmp_path / "pictures").rglob("*"))


def test_a_damaged_old_database_is_carried_over_and_brought_up_to_date(tmp_path: Path, opened: Opened) -> None:
    written = write_old(tmp_path, conversations=12)
    path = tmp_path / "conversations.db"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = bytes(4096)
    path.write_bytes(data)
    database = opened(tmp_path)
    assert "damaged" in database.notice
    whole = [old for old in written if tuple(database.messages(old.row.id)) == old.messages]
    assert len(whole) >= 6
    database.close()
    assert version_of(tmp_path) == len(MIGRATIONS)


def test_a_full_disk_during_the_change_leaves_the_old_database(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = write_old(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_copy", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(DiskFull):
            opened(tmp_path)
    assert version_of(tmp_path) == PARTS_VERSION - 1
    bad = MIGRATIONS[PARTS_VERSION - 1] + "; INSERT INTO nowhere VALUES (1)"
    with pytest.raises(StoreError, match="nowhere"):
        opened(tmp_path, (*MIGRATIONS[: PARTS_VERSION - 1], bad))
    assert version_of(tmp_path) == PARTS_VERSION - 1
    check(opened(tmp_path), written)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_the_change_can_be_killed_at_any_point(tmp_path: Path, opened: Opened) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    written = write_old(tmp_path / "old", conversations=10, messages=30)
    _, seconds = open_in_a_child(tmp_path, written, "measured", None)
    delays = [chance.uniform(0, seconds) for _ in range(KILLS)]
    ends = [open_in_a_child(tmp_path, written, f"killed {number}", delay)[0] for number, delay in enumerate(delays)]
    print(f"seed {seed}, exit codes {ends}, {seconds:.2f} s when it is let finish")
    assert -signal.SIGKILL in ends


def open_in_a_child(
    tmp_path: Path, written: list[OldDatabase], name: str, kill_after: float | None
) -> tuple[int, float]:
    """Opens a copy of the old database in a child that is killed meanwhile; everything is in it afterwards. The child's
    exit code, and how many seconds it worked."""
    folder = tmp_path / name
    shutil.copytree(tmp_path / "old", folder)
    code = (
        "import sys; from pathlib import Path; from fanlight.store.database import Database\n"
        "print('ready', flush=True); Database(Path(sys.argv[1])).close()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        begun = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            child.send_signal(signal.SIGKILL)
        end = child.wait()
        seconds = time.monotonic() - begun
    database = Database(folder)
    try:
        check(database, written)
    finally:
        database.close()
        shutil.rmtree(folder)
    return end, seconds
