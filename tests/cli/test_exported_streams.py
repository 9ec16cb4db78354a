"""`fanlight export` and `fanlight backup` write to a device, a pipe, stdout and the target of a link; none is
replaced."""

from __future__ import annotations

import json
import os
import stat
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.cli import main
from fanlight.domain.messages import Message
from fanlight.store.backup_leftovers import COPY, DRAFT, own_draft
from fanlight.store.database import Database

COMMANDS = {
    "json": ["export", "--all", "--format", "json", "-o"],
    "html": ["export", "--all", "--format", "html", "-o"],
    "backup": ["backup"],
}
BEGINS = {"json": b"{", "html": b"<!DOCTYPE html>", "backup": b"conversations.db"}


@pytest.fixture(autouse=True)
def _conversation(home: Path) -> None:
    with closing(Database(home)) as database:
        database.add_message(database.create("One"), Message.of("user", "Why?"))


@pytest.mark.parametrize("named", ["-", "/dev/stdout"])
@pytest.mark.parametrize("what", COMMANDS)
def test_stdout_has_the_file_alone(what: str, named: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([*COMMANDS[what], named]) == 0
    said = capfdbinary.readouterr()
    assert said.out.startswith(BEGINS[what])
    place = b" to standard output." if named == "-" else b" in /dev/stdout."
    assert place in said.err
    assert not Path("-").exists()
    if what == "json":
        assert json.loads(said.out)


@pytest.mark.parametrize("what", COMMANDS)
def test_a_pipe_is_written_to(what: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert main([*COMMANDS[what], str(pipe), "--replace"]) == 0
    reader.join(30)
    assert read[0].startswith(BEGINS[what])
    assert pipe.is_fifo()


@pytest.mark.parametrize("what", COMMANDS)
def test_a_device_stays_one(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        device.write_bytes(b"")
    except PermissionError:
        pytest.skip("we may make no devices here")
    assert main([*COMMANDS[what], str(device), "--replace"]) == 0
    assert device.is_char_device()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("what", COMMANDS)
def test_a_link_stays_one(what: str, there: bool, tmp_path: Path) -> None:
    target, link = tmp_path / "below" / "target", tmp_path / "link"
    target.parent.mkdir()
    if there:
        target.write_bytes(b"old")
    link.symlink_to(target)
    assert main([*COMMANDS[what], str(link), *(["--replace"] if there else [])]) == 0
    assert link.is_symlink()
    assert target.read_bytes().startswith(BEGINS[what])


def test_a_full_device_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMANDS["json"], "/dev/full"]) == 1
    said = capsys.readouterr().err
    assert said.endswith("/dev/full cannot be written: No space left on device.\n  Name another output file.\n")


@pytest.mark.parametrize("named", ["-", "/dev/null"])
def test_markdown_is_a_folder(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--all", "-o", named]) == 1
    assert f"are a folder of files, and {named} is none." in capsys.readouterr().err


@pytest.mark.parametrize("what", COMMANDS)
def test_nothing_private_is_written_elsewhere(
    what: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "none"))
        assert main([*COMMANDS[what], "-"]) == 0
    assert capfdbinary.readouterr().out.startswith(BEGINS[what])
    assert not [one for one in home.iterdir() if one.name.startswith((DRAFT, COPY))]


def test_a_draft_that_a_killed_export_left_goes(home: Path) -> None:
    left, own = home / f"{DRAFT}1-x", home / f"{own_draft()}x"
    for folder in (left, own):
        folder.mkdir()
    Database(home).close()
    assert not left.exists()
    assert own.exists()


def test_an_encrypted_backup_is_whole_where_the_shell_appends(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    word, place = tmp_path / "word", tmp_path / "appended"
    word.write_text("three cats\n", "utf-8")
    descriptor = os.open(place, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    assert main(["backup", f"/dev/fd/{descriptor}", "--passphrase-file", str(word)]) == 0
    os.close(descriptor)
    monkeypatch.setenv("FANLIGHT_HOME", str(tmp_path / "other"))
    assert main(["restore", str(place), "--passphrase-file", str(word)]) == 0
    with closing(Database(tmp_path / "other")) as database:
        assert [row.title for row in database.conversations()] == ["One"]
