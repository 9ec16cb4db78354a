"""A file is replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fanlight import files
from fanlight.files import draft_of, open_descriptor, remove_drafts, replace_file, write_output

posix = pytest.mark.skipif(os.name == "nt", reason="permissions and links of POSIX")
KILLED = """
import os, sys
from pathlib import Path
from fanlight import files
from fanlight.files import open_descriptor, replace_file, write_output
os.fsync = lambda handle: os._exit(9)
replace_file(Path(sys.argv[1]), b"new" * 100_000)
"""


def test_new_content_takes_the_place_of_the_old_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    replace_file(path, b"old")
    replace_file(path, b"new\n", durable=True)
    assert path.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_what_killed_processes_left_goes_and_nothing_else(tmp_path: Path) -> None:
    nobody, place = 2**30, tmp_path / "all [1].backup"
    gone = [tmp_path / f".{place.name}.{nobody + number}.new" for number in range(2)]
    kept = [
        draft_of(place),
        tmp_path / f".{place.name}.{os.getppid()}.new",
        tmp_path / f".other.{nobody}.new",
        tmp_path / f".{place.name}.{nobody}.old",
        tmp_path / f".{place.name}.{nobody}x.new",
        place,
    ]
    fresh = tmp_path / f".{place.name}.{nobody + 9}.new"
    gone[0].mkdir()
    (gone[0] / "half").write_bytes(b"half")
    for path in (gone[1], *kept, fresh):
        path.write_bytes(b"half")
    for path in (*gone, *kept):
        os.utime(path, (1, 1))
    remove_drafts(place)
    assert set(tmp_path.iterdir()) == {*kept, fresh}
    remove_drafts(tmp_path / "no such folder" / "all.backup")


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


@posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() != 0, reason="only root makes devices")
def test_a_device_stays_one(tmp_path: Path) -> None:
    null = tmp_path / "null"
    try:
        os.mknod(null, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        null.open("wb").close()
    except OSError:
        pytest.skip("no devices can be made and used here")
    (tmp_path / "link").symlink_to(null)
    for name in ("null", "link"):
        replace_file(tmp_path / name, b"text")
        write_output(tmp_path / name, b"text")
    assert stat.S_ISCHR(null.lstat().st_mode)
    assert (tmp_path / "link").is_symlink()


@posix
def test_a_pipe_that_nothing_reads_from_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(files, "READER_SECONDS", 0.0)
    with pytest.raises(OSError, match="No such device") as error:
        write_output(tmp_path / "pipe", b"text")
    assert error.value.errno == errno.ENXIO
    assert (tmp_path / "pipe").is_fifo()


@posix
@pytest.mark.parametrize("name", ["/dev/fd/{0}", "/proc/self/fd/{0}", "link"])
def test_an_open_descriptor_is_written_to_where_it_stands(tmp_path: Path, name: str) -> None:
    """As to `>> log`, and to a socket, which cannot be opened by its path."""
    with (tmp_path / "log").open("ab") as log:
        log.write(b"before ")
        log.flush()
        (tmp_path / "link").symlink_to(f"/dev/fd/{log.fileno()}")
        write_output(tmp_path / name.format(log.fileno()), b"text")
    assert (tmp_path / "log").read_bytes() == b"before text"


@posix
def test_the_standard_streams_are_descriptors_and_a_loop_of_links_is_none(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "out").symlink_to("/dev/stdout")
    assert [open_descriptor(Path(name)) for name in ("/dev/stdin", "/dev/stderr")] == [0, 2]
    assert open_descriptor(tmp_path / "out") == 1
    assert open_descriptor(tmp_path / "loop") is None
    with pytest.raises(OSError, match="symbolic links"):
        write_output(tmp_path / "loop", b"text")


@posix
@pytest.mark.parametrize("number", [errno.EACCES, errno.EBUSY, errno.EROFS])
def test_a_file_that_nothing_can_be_written_beside_is_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A file of a folder that belongs to somebody else; a container's, on which alone a disk is mounted."""

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "out.json"
    path.write_bytes(b"old and longer")
    monkeypatch.setattr(Path, "replace", refuse)
    write_output(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(OSError, match=os.strerror(number)):
        write_output(tmp_path / "other.json", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["out.json"]


def test_a_signal_leaves_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(tmp_path / "out.json", b"new")
    assert list(tmp_path.iterdir()) == []


@posix
def test_what_a_person_asked_for_survives_a_power_cut_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was made from is deleted as soon as it is written."""
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    link = tmp_path / "link"
    (tmp_path / "inner").mkdir()
    link.symlink_to(tmp_path / "inner" / "out.json")
    write_output(link, b"answers")
    assert synced == [tmp_path / "inner"]

    def unable(_folder: Path) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(files, "sync_folder", unable)
    write_output(link, b"others")
    assert (tmp_path / "inner" / "out.json").read_bytes() == b"others"
