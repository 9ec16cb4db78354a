"""Conversations that come from a file or go into one: an import, a backup, and one that is restored."""

from __future__ import annotations

import hashlib
import itertools
import random
import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from crash.case import REFUSED, Found, Say
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage, read_archived
from fanlight.domain.errors import FanlightError, StoreError
from fanlight.domain.messages import TextPart
from fanlight.domain.stored import StoredPicture
from fanlight.exchange.reading import new_ones, read_export
from fanlight.exchange.writers import open_writer
from fanlight.store.database import Database
from fanlight.store.whole_backup import new_copy, unpacked, write_backup

COUNT = 30
NAP_SECONDS = 0.002


class ImportCase:
    """Each run has an export of its own. What was imported stays, and imported again it is there once."""

    name = "import"
    lag_seconds = 0.0
    checked_rarely = False
    promises: tuple[str, ...] = ("begun ", "added ")
    standing: tuple[str, ...] = ("begun ",)

    def prepare(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)

    def work(self, folder: Path, seed: int, say: Say) -> None:
        file = _export(folder / f"{seed}.json", seed)
        say(f"begun {seed}")
        for _again in itertools.count():
            try:
                with closing(Database(folder)) as database:
                    for one in _to_import(database, file):
                        database.importing.add(one)
                        say(f"added {one.title}")
                return
            except FanlightError:
                say(REFUSED)
                time.sleep(NAP_SECONDS)

    def check(self, folder: Path, said: Sequence[str]) -> Found:
        added = [line.removeprefix("added ") for line in said if line.startswith("added ")]
        begun = [int(line.removeprefix("begun ")) for line in said if line.startswith("begun ")]
        try:
            with closing(Database(folder)) as database:
                lost = [f"had to be repaired: {database.notice}"] if database.notice else []
                lost += _broken(database) + [f"{title} is gone" for title in set(added) - set(_titles(database))]
                for seed in begun[-1:]:
                    file = _export(folder / f"{seed}.json", seed)
                    for one in _to_import(database, file):
                        database.importing.add(one)
                    titles = _titles(database)
                    lost += [f"{title} is there {titles.count(title)} times" for title in _all_titles(seed)
                             if titles.count(title) != 1]  # fmt: skip
        except FanlightError as error:
            return Found(len(added), [str(error)], opens=False)
        return Found(len(added), lost)


class BackupCase:
    """Each one is whole, holds all that was kept before it, and takes the place of the one before; the conversations
    lose nothing."""

    name = "backup"
    lag_seconds = 0.0
    checked_rarely = False
    promises: tuple[str, ...] = ("kept ", "made ")
    standing: tuple[str, ...] = ()

    def prepare(self, folder: Path) -> None:
        (folder / "outside").mkdir(parents=True, exist_ok=True)
        _fill(folder / "home", "first", 4)

    def work(self, folder: Path, seed: int, say: Say) -> None:
        home, place = folder / "home", folder / "outside" / "all.fanlight-backup"
        for number in itertools.count():
            try:
                with closing(Database(home)) as database:
                    database.importing.add(_conversation(f"kept {seed} {number}", seed * 1000 + number))
                    say(f"kept kept {seed} {number}")
                    copy = new_copy(home)
                    database.copy_to(copy)
                    count = len(database.conversations())
                write_backup(home, copy, place)
                say(f"made {count}")
            except FanlightError:
                say(REFUSED)
                time.sleep(NAP_SECONDS)

    def check(self, folder: Path, said: Sequence[str]) -> Found:
        kept = [line.removeprefix("kept ") for line in said if line.startswith("kept ")]
        made = [int(line.removeprefix("made ")) for line in said if line.startswith("made ")]
        home, place, other = folder / "home", folder / "outside" / "all.fanlight-backup", folder / "other"
        try:
            with closing(Database(home)) as database:
                lost = [f"had to be repaired: {database.notice}"] if database.notice else []
                lost += _broken(database) + [f"{title} is gone" for title in set(kept) - set(_titles(database))]
            lost += [f"{left.name} is left" for left in home.iterdir() if left.name.startswith("copying-")]
            shutil.rmtree(other, ignore_errors=True)
            count = _restored(place, other) if place.exists() else 0
            if count < max(made, default=0):
                lost.append(f"a backup of {count} conversations, after one of {max(made)}")
        except FanlightError as error:
            return Found(len(said), [str(error)], opens=False)
        finally:
            shutil.rmtree(other, ignore_errors=True)
        return Found(len(said), lost)


class RestoreCase:
    """What was there stays; restored again, all of the backup is there once."""

    name = "restore"
    lag_seconds = 0.0
    checked_rarely = False
    promises: tuple[str, ...] = ("begun ", "restored ")
    standing: tuple[str, ...] = ("begun ",)

    def prepare(self, folder: Path) -> None:
        _fill(folder / "source", "source", COUNT)
        copy = new_copy(folder / "source")
        with closing(Database(folder / "source")) as database:
            database.copy_to(copy)
        write_backup(folder / "source", copy, folder / "all.fanlight-backup")
        shutil.rmtree(folder / "source")

    def work(self, folder: Path, seed: int, say: Say) -> None:
        for number in itertools.count(seed * 1000):
            home = folder / f"home {number}"
            try:
                _fill(home, "own", 2)
                say(f"begun {number}")
                _restored(folder / "all.fanlight-backup", home)
                say(f"restored {number}")
            except FanlightError:
                say(REFUSED)
                time.sleep(NAP_SECONDS)

    def check(self, folder: Path, said: Sequence[str]) -> Found:
        lost: list[str] = []
        done = {line.removeprefix("restored ") for line in said if line.startswith("restored ")}
        begun = [line.removeprefix("begun ") for line in said if line.startswith("begun ")]
        try:
            for number in begun:
                lost += [f"home {number}: {what}" for what in self._lost(folder, number, is_done=number in done)]
                shutil.rmtree(folder / f"home {number}", ignore_errors=True)
        except FanlightError as error:
            return Found(len(said), [str(error)], opens=False)
        return Found(len(said), lost, over=True)

    def _lost(self, folder: Path, number: str, *, is_done: bool) -> list[str]:
        home = folder / f"home {number}"
        with closing(Database(home)) as database:
            lost = [f"had to be repaired: {database.notice}"] if database.notice else []
            titles = _titles(database)
            lost += _broken(database) + [f"own {one} is gone" for one in range(2) if f"own {one}" not in titles]
            if len(titles) not in ((COUNT + 2,) if is_done else (2, COUNT + 2)):
                lost.append(f"{len(titles)} conversations, is_done={is_done}")
        _restored(folder / "all.fanlight-backup", home)
        with closing(Database(home)) as database:
            again = sorted(_titles(database))
            lost += _broken(database)
        wanted = sorted([*(f"own {one}" for one in range(2)), *(f"source {one}" for one in range(COUNT))])
        lost += [] if again == wanted else [f"restored again, there are {again}"]
        return lost + [f"{left.name} is left" for left in home.iterdir() if left.name.startswith("unpacking-")]


def _conversation(title: str, number: int) -> ArchivedConversation:
    """Two branches, with a picture in each."""
    files = [random.Random(2 * number + place).randbytes(4_000) for place in range(2)]
    names = [hashlib.sha256(file).hexdigest() for file in files]
    asked = [
        ArchivedMessage("user", (StoredPicture(name, "png", "a.png", 3, 2, name), TextPart(f"{title}?")), follows=-1)
        for name in names
    ]
    answers = [ArchivedMessage("assistant", (TextPart(f"{title}: {place}"),), follows=place) for place in range(2)]
    messages = (*asked, *answers)
    return ArchivedConversation(title, 1.0 + number, 5.0, messages, False, dict(zip(names, files, strict=True)), 2)


def _broken(database: Database) -> list[str]:
    """The titles of conversations that are not whole."""
    broken = []
    for row in database.conversations():
        try:
            found = read_archived(database, row, database.picture)
        except StoreError as error:
            broken.append(f"{row.title}: {error}")
            continue
        wanted = _conversation(row.title, 0)
        texts = [message.text for message in found.messages] == [message.text for message in wanted.messages]
        if not texts or list(found.parents.values()) != [0, 0, 1, 2] or len(found.pictures) != 2:
            broken.append(f"{row.title} is not whole")
    return broken


def _titles(database: Database) -> list[str]:
    return [row.title for row in database.conversations()]


def _all_titles(seed: int) -> list[str]:
    return [f"talk {seed} {number}" for number in range(COUNT)]


def _export(file: Path, seed: int) -> Path:
    writer = open_writer(file, "json", replace=True)
    for number, title in enumerate(_all_titles(seed)):
        writer.add(_conversation(title, seed * COUNT + number))
    return writer.finish()


def _to_import(database: Database, file: Path) -> list[ArchivedConversation]:
    return new_ones(read_export(file).conversations, database.importing.known())[::-1]


def _fill(home: Path, name: str, count: int) -> None:
    with closing(Database(home)) as database:
        for number in range(count):
            database.importing.add(_conversation(f"{name} {number}", 10**6 + len(name) * 1000 + number))


def _restored(file: Path, home: Path) -> int:
    with closing(Database(home)) as database, unpacked(file, home) as backup:
        count = database.importing.add_backup(backup)
        backup.add_others(home)
        return count
