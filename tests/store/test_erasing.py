"""After everything was deleted, no file in the folder holds any of it."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Message, TextPart, ThinkingPart
from fanlight.domain.stored import StoredPicture
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.thread import StoreThread
from support import erasing_child

NEEDLE = "nadelimheuhaufen"
PICTURE = NEEDLE.encode() * 500


def fill(folder: Path, count: int = 20) -> None:
    """Needles in titles, questions, answers, thoughts, drafts, pictures, names, the trash, backups, the index, and a
    damaged database that was set aside."""
    with closing(Database(folder)) as database:
        parts = (StoredPicture(name_of(PICTURE), "png", f"{NEEDLE}.png", 3, 2, "id"), TextPart(f"{NEEDLE}?"))
        asked = ArchivedMessage("user", parts, created=1)
        answered = ArchivedMessage(
            "assistant", (ThinkingPart(NEEDLE), TextPart(f"{NEEDLE} " * 200)), "complete", NEEDLE, 2
        )
        files = {name_of(PICTURE): PICTURE}
        for number in range(count):
            last = database.importing.add(
                ArchivedConversation(f"{NEEDLE} {number}", 1, 2, (asked, answered), False, files)
            )
            database.set_draft(last, NEEDLE)
        database.delete(last)
        database.delete_for_good([last])
        database.back_up()
        database.searching.search(NEEDLE)
        while database.searching.index_some():
            pass
    aside = folder / "damaged-20260101-000000"
    aside.mkdir()
    shutil.copy(folder / "conversations.db", aside)


def holding(folder: Path) -> list[str]:
    """The files in which the needle is."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path.relative_to(folder)) for path in files if NEEDLE.encode() in path.read_bytes()]


def test_nothing_is_left_in_any_file(tmp_path: Path) -> None:
    fill(tmp_path)
    assert len(holding(tmp_path)) >= 5
    with closing(Database(tmp_path)) as database:
        database.erasing.everything()
        assert holding(tmp_path) == []
        assert database.conversations() == []
        number = database.create("new")
        database.add_message(number, Message.of("user", "Is it empty?"))
        assert [hit.title for hit in database.searching.search("empty").hits] == ["new"]
        assert not database.searching.search(NEEDLE).hits
    assert holding(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / "conversations.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_it_waits_for_what_is_written_and_the_thread_goes_on(tmp_path: Path) -> None:
    fill(tmp_path, 2)
    store = StoreThread(tmp_path)
    number = store.submit(lambda database: database.create(NEEDLE)).result()
    message = store.submit(
        lambda database: database.add_message(number, Message.of("assistant", ""), (), "open")
    ).result()
    store.answer(message, NEEDLE, "")
    store.submit(lambda database: database.erasing.everything()).result()
    assert holding(tmp_path) == []
    assert store.close()
    assert holding(tmp_path) == []


def test_what_cannot_be_deleted_is_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 2)

    def fail(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    with closing(Database(tmp_path)) as database:
        with monkeypatch.context() as patch:
            patch.setattr(shutil, "rmtree", fail)
            with pytest.raises(StoreError):
                database.erasing.everything()
        assert database.conversations() == []
    Database(tmp_path).close()
    assert holding(tmp_path) == []


def test_killed_at_any_moment_it_is_finished_at_the_next_start(tmp_path: Path) -> None:
    dice = random.Random(4)
    for number in range(4):
        folder = tmp_path / str(number)
        fill(folder, 8)
        command = [sys.executable, erasing_child.__file__, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(dice.uniform(0, 0.05))
            child.kill()
        with suppress(StoreError):
            Database(folder).close()
        with closing(Database(folder)) as database:
            assert len(database.conversations()) in (0, 7)
            assert bool(database.conversations()) == bool(holding(folder))


def test_conversations_in_memory_go_too() -> None:
    store = MemoryStore()
    store.create("one")
    store.erasing.everything()
    assert store.conversations() == []
