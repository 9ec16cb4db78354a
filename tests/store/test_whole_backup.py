"""Everything as one file, and back: into another folder, behind a passphrase, damaged, killed at any moment."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.errors import DiskFull, ExportError, InputError, StoreError, WrongPassphrase
from fanlight.domain.messages import TextPart
from fanlight.domain.stored import StoredPicture
from fanlight.store import archive_file, whole_backup
from fanlight.store.archive_file import is_encrypted
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.schema import MIGRATIONS
from fanlight.store.whole_backup import Stopped, check_place, new_copy, unpacked, write_backup
from support import backup_child

PASSPHRASE = "drei Katzen, 🐈"
SECRET = "the needle of this backup"


def fill(home: Path, count: int = 3, pictures: int = 2) -> None:
    """Conversations, of which the last is in the trash, pictures, and settings."""
    with closing(Database(home)) as database:
        for number in range(count):
            files = [f"{number} {n} picture".encode() * 400 for n in range(pictures)]
            parts = tuple(StoredPicture(name_of(file), "png", "a.png", 3, 2, "id") for file in files)
            asked = ArchivedMessage("user", (*parts, TextPart(f"question {number}")), created=number + 1)
            answered = ArchivedMessage("assistant", (TextPart(f"{SECRET} {number}"),), created=number + 2)
            archive = {name_of(file): file for file in files}
            last = database.importing.add(
                ArchivedConversation(
                    f"conversation {number}", number + 1, number + 2, (asked, answered), False, archive
                )
            )
        database.set_draft(1, "a draft")
        database.delete(last)
    (home / "settings.json").write_text('{"theme": "dark"}')


def held(home: Path) -> list[object]:
    """All that a backup keeps."""
    with closing(Database(home)) as database:
        rows = [(row.title, row.draft, row.created) for row in database.conversations()]
        said = [
            [(one.role, one.parts, one.created) for one in database.messages(row.id)]
            for row in database.conversations()
        ]
        files = [database.picture(picture.sha256) for row in database.conversations()
                 for one in database.messages(row.id) for picture in one.pictures]  # fmt: skip
        return [rows, said, files, [row.title for row in database.trash()]]


def back_up(home: Path, place: Path, passphrase: str = "") -> Path:
    copy = new_copy(home)
    with closing(Database(home)) as database:
        database.copy_to(copy)
    return write_backup(home, copy, place, passphrase)


def restore(file: Path, home: Path, passphrase: str = "") -> int:
    with closing(Database(home)) as database, unpacked(file, home, passphrase) as backup:
        count = database.importing.add_backup(backup)
        backup.add_others(home)
        return count


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted one: the passphrase costs a second or two each time."""
    folder = tmp_path_factory.mktemp("sealed")
    fill(folder / "one")
    return back_up(folder / "one", folder / "all", PASSPHRASE)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    made = tmp_path / "one"
    fill(made)
    return made


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE], ids=["plain", "encrypted"])
def test_another_folder_has_all_of_it_afterwards(kept: Path, tmp_path: Path, passphrase: str) -> None:
    place = back_up(kept, tmp_path / "all.fanlight-backup", passphrase)
    assert is_encrypted(place) is bool(passphrase)
    assert (SECRET.encode() in place.read_bytes()) is not bool(passphrase)
    other = tmp_path / "other"
    assert restore(place, other, passphrase) == 3
    assert held(other) == held(kept)
    assert (other / "settings.json").read_text() == '{"theme": "dark"}'
    assert place.stat().st_mode & 0o777 == 0o600
    assert restore(place, other, passphrase) == 0
    assert held(other) == held(kept)
    for folder in (kept, other):
        assert not [one for one in folder.iterdir() if one.name.startswith(("unpacking-", "copying-"))]


def test_what_is_there_already_stays_as_it_is(kept: Path, tmp_path: Path) -> None:
    place = back_up(kept, tmp_path / "all")
    with closing(Database(kept)) as database:
        database.rename(1, "renamed since")
        database.delete_for_good([3])
    (kept / "settings.json").write_text("{}")
    assert restore(place, kept) == 1
    with closing(Database(kept)) as database:
        assert {row.title for row in database.conversations()} == {"renamed since", "conversation 1"}
        assert [row.title for row in database.trash()] == ["conversation 2"]
    assert (kept / "settings.json").read_text() == "{}"


@pytest.mark.parametrize("passphrase", ["", "another"])
def test_an_encrypted_one_needs_its_passphrase(sealed: Path, tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(WrongPassphrase):
        restore(sealed, tmp_path / "other", passphrase)


def test_age_and_tar_open_it_without_fanlight(sealed: Path) -> None:
    pyrage = pytest.importorskip("pyrage")
    with zipfile.ZipFile(sealed) as outer:
        assert outer.namelist() == ["key.age", "backup.tar.age"]
        key = pyrage.passphrase.decrypt(outer.read("key.age"), PASSPHRASE).decode()
        plain = pyrage.decrypt(outer.read("backup.tar.age"), [pyrage.x25519.Identity.from_str(key)])
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        names = archive.getnames()
    assert names[0] == "conversations.db"
    assert names[-1] == "SHA256SUMS"
    assert sum(name.startswith("pictures/") for name in names) == 6


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE], ids=["plain", "encrypted"])
def test_what_is_cut_off_or_changed_is_refused_and_changes_nothing(
    kept: Path, tmp_path: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = back_up(kept, tmp_path / "all", passphrase).read_bytes()
    if passphrase:  # the key costs a second each time
        known = archive_file._identity(
            archive_file._age(), zipfile.ZipFile(tmp_path / "all").read("key.age"), passphrase
        )
        monkeypatch.setattr(archive_file, "_identity", lambda *_: known)
    dice = random.Random(3)
    other = tmp_path / "other"
    Database(other).close()
    for _unused in range(8):
        data = bytearray(whole)
        if dice.random() < 0.5:
            del data[dice.randrange(len(data)) :]
        else:
            data[dice.randrange(len(data) // 2)] ^= 1 << dice.randrange(8)
        bad = tmp_path / "bad"
        bad.write_bytes(data)
        try:
            restore(bad, other, passphrase)
        except InputError:
            assert held(other) == [[], [], [], []]
        else:  # a time or a padding in the archive: nothing of the user's
            assert held(other) == held(kept)
            return


def test_ends_of_the_archive_are_no_ends_of_the_backup(kept: Path, tmp_path: Path) -> None:
    place = back_up(kept, tmp_path / "all")
    with tarfile.open(place) as whole, tarfile.open(tmp_path / "less", "w") as less:
        for member in whole.getmembers()[:-2]:
            less.addfile(member, whole.extractfile(member))
    with pytest.raises(InputError, match="damaged"):
        restore(tmp_path / "less", tmp_path / "other")


@pytest.mark.parametrize("content", [b"", b"nonsense" * 500, b"PK\x05\x06" + bytes(18), b"\x1f\x8b\x08"])
def test_another_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(InputError):
        restore(tmp_path / "x", tmp_path / "other")
    with pytest.raises(InputError):
        restore(tmp_path, tmp_path / "other")


def test_names_that_lead_elsewhere_are_left(kept: Path, tmp_path: Path) -> None:
    place = back_up(kept, tmp_path / "all")
    evil = tmp_path / "evil"
    with tarfile.open(place) as whole, tarfile.open(evil, "w") as more:
        for name in ("../escaped", "/escaped", "pictures/../../escaped", "conversations.db/x"):
            entry = tarfile.TarInfo(name)
            entry.size = 4
            more.addfile(entry, io.BytesIO(b"evil"))
        link = tarfile.TarInfo("settings.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        more.addfile(link)
        for member in whole.getmembers():
            more.addfile(member, whole.extractfile(member))
    assert restore(evil, tmp_path / "a" / "other") == 3
    assert not list(tmp_path.rglob("escaped"))


def test_one_of_a_newer_fanlight_is_refused(tmp_path: Path) -> None:
    newer = (*MIGRATIONS, "CREATE TABLE more (id INTEGER PRIMARY KEY)")
    Database(tmp_path / "one", newer).close()
    copy = tmp_path / "copy.db"
    with closing(Database(tmp_path / "one", newer)) as database:
        database.copy_to(copy)
    place = write_backup(tmp_path / "one", copy, tmp_path / "all")
    with pytest.raises(StoreError, match="newer Fanlight"):
        restore(place, tmp_path / "other")


def test_a_full_disk_and_a_stop_leave_nothing(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "out" / "all"
    copy = new_copy(kept)
    with closing(Database(kept)) as database:
        database.copy_to(copy)
    with pytest.raises(ExportError, match="does not exist"):
        write_backup(kept, copy, place)
    place.parent.mkdir()

    def stopped(passphrase: str, go_on: Callable[[], bool]) -> None:
        with closing(Database(kept)) as database:
            database.copy_to(copy)
        write_backup(kept, copy, place, passphrase, go_on)

    monkeypatch.setattr(archive_file._age().passphrase, "encrypt", lambda data, _passphrase: data)
    for passphrase in ("", PASSPHRASE):
        with pytest.raises(Stopped):
            stopped(passphrase, iter([True, True, False]).__next__)
        assert not list(place.parent.iterdir())

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_backup, "write_archive", full)
    with pytest.raises(DiskFull):
        stopped("", lambda: True)
    assert not list(place.parent.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="Windows does not say which processes run")
def test_what_a_killed_backup_left_goes_with_the_next_one(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    left = tmp_path / "outside" / f".all.{2**30}.new"
    left.write_bytes(b"half of all")
    os.utime(left, (1, 1))
    place = back_up(kept, tmp_path / "outside" / "all")
    assert list(place.parent.iterdir()) == [place]


def test_a_file_that_is_there_is_replaced_only_where_that_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "all").write_text("mine")
    with pytest.raises(ExportError):
        check_place(tmp_path / "all", replace=False)
    check_place(tmp_path / "all", replace=True)
    with pytest.raises(ExportError):
        check_place(tmp_path, replace=True)


def killed(what: str, home: Path, file: Path, seconds: float) -> bool:
    """Whether it was done before."""
    child = subprocess.Popen(
        [sys.executable, backup_child.__file__, what, str(home), str(file)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(seconds)
    child.kill()
    return "done" in child.communicate()[0]


def test_killed_at_any_moment_nothing_is_lost(tmp_path: Path) -> None:
    home, other, place = tmp_path / "one", tmp_path / "other", tmp_path / "all"
    fill(home, count=30, pictures=4)
    expected = held(home)
    dice = random.Random(7)
    for number in range(3):
        killed("write", home, place, dice.uniform(0, 0.25))
        if place.exists():
            assert restore(place, tmp_path / f"check {number}") == 30
        assert held(home) == expected
    back_up(home, place)
    fill(other, count=1)
    for _unused in range(4):
        killed("restore", other, place, dice.uniform(0, 0.4))
        with closing(Database(other)) as database:
            assert len(database.trash()) in (1, 2)
    restore(place, other)
    with closing(Database(other)) as database:
        assert len(database.conversations()) == 28
        assert len(database.trash()) == 2  # one of each
    assert not [one for one in other.iterdir() if one.name.startswith("unpacking-")]
