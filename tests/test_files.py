"""A file is replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fanlight.files import replace_file

posix = pytest.mark.skipif(os.name == "nt", reason="permissions and links of POSIX")
KILLED = """
import os, sys
from pathlib import Path
from fanlight.files import replace_file
os.fsync = lambda handle: os._exit(9)
replace_file(Path(sys.argv[1]), b"new" * 100_000)
"""


def test_new_content_takes_the_place_of_the_old_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    replace_file(path, b"old")
    replace_file(path, b"new\n", durable=True)
    assert path.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("owner", "call"), [(os, "fsync"), (Path, "replace")])
def test_a_failure_leaves_the_old_file_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object, call: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "settings.json"
    replace_file(path, b"old")
    monkeypatch.setattr(owner, call, full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_process_that_dies_while_it_writes_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    replace_file(path, b"old")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], env=environment, check=False, timeout=60)
    assert ended.returncode == 9
    assert path.read_bytes() == b"old"
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_folder_that_is_missing_or_in_the_way_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "nowhere" / "file", b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        replace_file(tmp_path / "folder", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_the_longest_name_has_room_for_its_draft(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 125 + ".txt")
    replace_file(path, b"text")
    assert path.read_bytes() == b"text"


@posix
def test_permissions_are_kept_and_a_new_file_gets_those_that_are_asked_for(tmp_path: Path) -> None:
    old_mask = os.umask(0o027)
    try:
        replace_file(tmp_path / "public", b"")
        replace_file(tmp_path / "private", b"", mode=0o600)
        (tmp_path / "shared").write_bytes(b"")
        (tmp_path / "shared").chmod(0o664)
        replace_file(tmp_path / "shared", b"new")
    finally:
        os.umask(old_mask)
    modes = {path.name: f"{path.stat().st_mode & 0o777:o}" for path in tmp_path.iterdir()}
    assert modes == {"public": "640", "private": "600", "shared": "664"}


@posix
def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target, link = tmp_path / "dotfiles" / "settings.json", tmp_path / "settings.json"
    link.symlink_to(target)
    for content in (b"first", b"second"):
        replace_file(link, content)
        assert link.is_symlink()
        assert target.read_bytes() == content


@posix
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    arrived: list[bytes] = []
    reader = threading.Thread(target=lambda: arrived.append(pipe.read_bytes()))
    reader.start()
    replace_file(pipe, b"text")
    reader.join(10)
    assert arrived == [b"text"]
    assert pipe.is_fifo()
