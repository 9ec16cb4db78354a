"""What a file cannot do that has taken over its decoder."""

from __future__ import annotations

import errno
import os
import platform
import sys
from pathlib import Path
from typing import Any

import pytest

from fanlight.parsing import landlock, seccomp
from fanlight.parsing.pool import ParserPool
from support import parser_tasks as tasks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone confines them")

KNOWN = platform.machine() in ("x86_64", "aarch64")


def values(pool: ParserPool, task: Any, **given: Any) -> dict[str, Any]:
    return dict(pool.call(task, given, check=lambda packet: packet, seconds=30).values)


@pytest.fixture
def tried(pool: ParserPool, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "there").write_bytes(b"private")
    return values(pool, tasks.forbidden, folder=str(tmp_path), parent=os.getpid())


@pytest.mark.skipif(not KNOWN, reason="no table of this processor's system calls")
def test_no_network_no_program_no_other_process(pool: ParserPool, tried: dict[str, Any]) -> None:
    if "seccomp" not in pool.protections():
        pytest.skip("this kernel has no seccomp")
    for name in ("internet socket", "unix socket", "program", "fork", "kill", "ptrace"):
        assert tried[name] == errno.EPERM, name


@pytest.mark.skipif(not KNOWN, reason="no table of this processor's system calls")
def test_no_file_is_changed(pool: ParserPool, tried: dict[str, Any], tmp_path: Path) -> None:
    if "seccomp" not in pool.protections():
        pytest.skip("this kernel has no seccomp")
    for name in ("write", "append", "delete", "rename"):
        assert tried[name] in (errno.EPERM, errno.EACCES), name
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["there"]


def test_no_file_is_read_but_the_libraries(pool: ParserPool, tried: dict[str, Any]) -> None:
    if not any(name.startswith("Landlock") for name in pool.protections()):
        pytest.skip("this kernel has no Landlock")
    assert (tried["read"], tried["list"]) == (errno.EACCES, errno.EACCES)


def test_decoders_may_have_threads(tried: dict[str, Any]) -> None:
    assert tried["threads"] == "done"


def test_it_inherits_nothing(pool: ParserPool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        left = values(pool, tasks.standing)
    assert not {"SECRET_TOKEN", "HOME", "FANLIGHT_HOME", "DISPLAY"} & set(left["env"])
    assert len(left["descriptors"]) == 4, "standard streams, and the channel"
    assert left["group"] not in (os.getpgid(0), 0), "the terminal's keys are not for it"
    assert left["cwd"] == "/"
    assert not {"PySide6", "numpy", "llama_cpp"} & set(left["modules"])


def test_the_program_allows_and_refuses_by_number() -> None:
    """The filter, run by hand: what the kernel would answer for each call."""
    allow, refused, unknown = 0x7FFF_0000, 0x0005_0001, 0x0005_0000 | errno.ENOSYS
    for column, architecture in ((0, 0xC000_003E), (1, 0xC000_00B7)):
        code = seccomp.program(column, architecture, 77)

        def answer(number: int, *arguments: int, code: Any = code, architecture: int = architecture) -> int:
            return run(code, number, architecture, arguments)

        assert answer((0, 63)[column], 3) == allow  # read
        assert answer((47, 212)[column], 3) == allow  # recvmsg
        assert all(answer(pair[column]) == refused for pair in seccomp._FORBIDDEN.values() if pair[column] >= 0)
        clone, tgkill, openat = (56, 220)[column], (234, 131)[column], (257, 56)[column]
        assert (answer(clone, 0x3D0F00), answer(clone, 0x1200011)) == (allow, refused)
        assert (answer(tgkill, 77, 77, 6), answer(tgkill, 78, 78, 6)) == (allow, refused)
        assert (answer(openat, 0, 0, os.O_RDONLY), answer(openat, 0, 0, os.O_RDWR)) == (allow, refused)
        assert answer(openat, 0, 0, os.O_WRONLY | os.O_CREAT) == refused
        assert answer(435) == unknown  # clone3
        ioctl = (16, 29)[column]
        assert (answer(ioctl, 0, 0x5401), answer(ioctl, 0, 0x5412)) == (allow, refused)  # TCGETS, TIOCSTI
        assert run(code, 0, 0x4000_0003, ()) == 0x8000_0000, "another architecture's numbers"
    assert run(seccomp.program(0, 0xC000_003E, 77), 0x4000_0029, 0xC000_003E, ()) == refused  # x32's socket


def run(code: Any, number: int, architecture: int, arguments: tuple[int, ...]) -> int:
    memory = {0: number, 4: architecture} | {16 + 8 * at: value for at, value in enumerate(arguments)}
    at, register = 0, 0
    while True:
        kind, if_true, if_false, operand = code[at]
        at += 1
        match kind:
            case 0x20:
                register = memory.get(operand, 0)
            case 0x06:
                return int(operand)
            case _:
                holds = {0x15: register == operand, 0x35: register >= operand, 0x45: bool(register & operand)}[kind]
                at += if_true if holds else if_false


def test_a_kernel_without_either_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert seccomp.install() is False
    monkeypatch.setattr(landlock, "no_new_privileges", lambda: False)
    assert landlock.restrict(["/"]) == 0
