"""Looking at a path raises nothing."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from fanlight.domain.path_kinds import PathKind, absolute_path, as_on_disk, home_expanded, look_at, same_file, shortened

posix = pytest.mark.skipif(os.name == "nt", reason="files of POSIX")


def test_a_file_has_no_refusal_and_a_folder_and_nothing_have_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    found = look_at(tmp_path / "file")
    assert (found.is_file, found.size, found.refusal) == (True, 5, "")
    assert "is a folder" in look_at(tmp_path).refusal
    for missing in (tmp_path / "no", tmp_path / "file" / "below"):
        assert look_at(missing).is_missing
        assert "does not exist" in look_at(missing).refusal


@posix
def test_pipes_sockets_and_devices_are_named(tmp_path: Path, short_folder: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    assert look_at(tmp_path / "pipe.gguf").refusal.endswith("is a pipe, not a file.")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(short_folder / "socket"))
        assert look_at(short_folder / "socket").kind is PathKind.SOCKET
    assert look_at(Path("/dev/null")).kind is PathKind.DEVICE


@posix
@pytest.mark.parametrize(
    ("name", "reason"), [("x" * 256, "File name too long"), ("loop", "Too many levels"), ("\ud83d.png", "this name")]
)
def test_a_path_that_leads_nowhere_is_unreachable_and_says_why(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    found = look_at(tmp_path / name)
    assert found.kind is PathKind.UNREACHABLE
    assert reason in found.refusal
    assert len(found.refusal) < 200


@pytest.mark.parametrize("number", [errno.EACCES, errno.ESTALE, errno.ENOTCONN, errno.EIO])
def test_a_folder_that_cannot_be_entered_and_a_dead_mount_are_unreachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "stat", refuse)
        assert look_at(tmp_path / "file").kind is PathKind.UNREACHABLE
        assert not same_file(tmp_path / "file", tmp_path / "other")


def test_a_working_folder_that_was_deleted_leaves_a_path_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> str:
        raise FileNotFoundError

    assert absolute_path(Path("file")) == Path.cwd() / "file"
    monkeypatch.setattr(os, "getcwd", gone)
    assert absolute_path(Path("file")) == Path("file")


def test_the_home_folder_and_a_user_who_does_not_exist() -> None:
    assert home_expanded("~/x") == Path.home() / "x"
    for name in ("~nobody-of-this-name/x", "~\ud83d/x", "~a\0b/x"):
        assert home_expanded(name) == Path(name)


def test_long_text_loses_its_middle() -> None:
    assert shortened("short") == "short"
    assert len(shortened("a" * 500 + "b" * 500)) == 100
    assert shortened("a" * 500 + "b" * 500, 10) == "aaaaa…bbbb"


@posix
def test_a_name_that_lost_its_bytes_on_the_way_leads_to_the_one_file_that_is_meant(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9s")).mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    meant = tmp_path / os.fsdecode(b"caf\xe9s") / os.fsdecode(b"a\xe9\xe8.png")
    meant.write_bytes(b"1")
    for lost in ("a\ufffd\ufffd.png", "a\ufffd.png"):
        assert as_on_disk(tmp_path / "caf\ufffds" / lost) == meant
    (meant.parent / os.fsdecode(b"a\xea.png")).write_bytes(b"2")
    for unclear in ("a\ufffd.png", "b\ufffd.png"):
        assert as_on_disk(meant.parent / unclear) == meant.parent / unclear
    literal = tmp_path / "x\ufffd.png"
    literal.write_bytes(b"3")
    assert as_on_disk(literal) == literal
    assert as_on_disk(tmp_path / "no\ufffd" / "x.png") == tmp_path / "no\ufffd" / "x.png"
