"""What is tried before anything else: the places, and a window that answers badly or not at all."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fanlight import paths
from fanlight.ipc import client
from fanlight.ipc.address import addresses
from fanlight.ipc.address import home as own_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a named pipe there")


def test_home_is_the_same_folder_as_everywhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Path(own_folder()) == paths.home()
    monkeypatch.delenv("FANLIGHT_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert Path(own_folder()) == paths.home()
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Path(own_folder()) == paths.home()


def test_two_homes_are_two_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = addresses()
    monkeypatch.setenv("FANLIGHT_HOME", str(tmp_path / "other"))
    assert not set(first) & set(addresses())


def test_one_home_by_two_names_is_one_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = addresses()
    (tmp_path / "link").symlink_to(paths.home())
    monkeypatch.setenv("FANLIGHT_HOME", str(tmp_path / "link"))
    assert addresses() == first


def test_the_session_s_folder_comes_first_if_nobody_else_can_open_it(
    monkeypatch: pytest.MonkeyPatch, short_folder: Path
) -> None:
    runtime = short_folder / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    assert Path(addresses()[0]).parent == runtime
    runtime.chmod(0o755)
    assert all(Path(address).parent != runtime for address in addresses())
    monkeypatch.setenv("XDG_RUNTIME_DIR", "relative")
    assert all(Path(address).is_absolute() for address in addresses())


def test_a_path_too_long_for_a_socket_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FANLIGHT_HOME", str(tmp_path / ("x" * 100)))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert [Path(address).parent for address in addresses()] == [Path(f"/tmp/fanlight-{os.getuid()}")]


# A window that is none: what comes back, and how long it takes.

Answer = Callable[[socket.socket], object]


@pytest.fixture
def window(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], None]]:
    """Something that listens at this home's address and treats each caller to `answer`."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    server = socket.socket(socket.AF_UNIX)
    threads: list[threading.Thread] = []

    def listens(answer: Answer) -> None:
        address = Path(addresses()[0])
        address.parent.mkdir(mode=0o700, parents=True)
        server.bind(str(address))
        server.listen()

        def serve() -> None:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                answer(caller)

        threads.append(threading.Thread(target=serve))
        threads[0].start()

    yield listens
    server.close()
    for thread in threads:
        thread.join(10)


def says(*lines: object) -> Answer:
    def answer(caller: socket.socket) -> None:
        caller.recv(2**16)
        for line in lines:
            caller.sendall(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")

    return answer


def test_a_window_that_agrees_is_status_0(window: Callable[[Answer], None]) -> None:
    window(says({"end": "ok"}))
    assert client.main(["hide"]) == 0


def test_a_refusal_is_a_sentence_and_status_1(
    window: Callable[[Answer], None], capsys: pytest.CaptureFixture[str]
) -> None:
    window(says({"end": "refused", "message": "It does not.", "hint": "Ask it."}))
    assert client.main(["shot"]) == 1
    assert capsys.readouterr().err == "fanlight: It does not.\n  Ask it.\n"


def test_wrong_words_are_status_2(window: Callable[[Answer], None], capsys: pytest.CaptureFixture[str]) -> None:
    window(says({"end": "refused", "message": "There is no such action.", "hint": "", "usage": True}))
    assert client.main(["shot", "--action", "nonsense"]) == 2
    assert capsys.readouterr().err == "fanlight: There is no such action.\n"


@pytest.mark.parametrize("lines", [(), (b"garbage\n",), (b"[]\n",), (b"\xff\xfe\n",), (b'{"end": "o',)])
def test_a_window_that_goes_away_or_says_nonsense_is_no_window(
    window: Callable[[Answer], None], lines: tuple[bytes, ...]
) -> None:
    window(says(*lines))
    assert client.main(["show"]) is None


def test_a_window_that_says_nothing_is_not_waited_for_long(
    window: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.2)
    window(lambda caller: time.sleep(1))
    assert client.main(["show"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_quit_returns_when_the_program_has_ended(window: Callable[[Answer], None]) -> None:
    ended: list[float] = []

    def answer(caller: socket.socket) -> None:
        caller.sendall(b'{"end": "ok"}\n')
        time.sleep(0.3)  # the program takes a moment to end
        ended.append(time.monotonic())

    window(answer)
    assert client.main(["quit"]) == 0
    assert ended


def test_no_socket_a_stale_one_and_a_file_are_no_window(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert client.connect() is None
    address = Path(addresses()[0])
    address.parent.mkdir(mode=0o700, parents=True)
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(address))
    assert address.is_socket()
    assert client.connect() is None
    address.unlink()
    address.write_text("", "utf-8")
    assert client.connect() is None


def test_a_socket_that_others_could_have_put_there_is_not_used(window: Callable[[Answer], None], home: Path) -> None:
    window(says({"end": "ok"}))
    folder = Path(addresses()[0]).parent
    folder.chmod(0o777)
    assert client.connect() is None
    folder.chmod(0o700)
    assert client.main(["show"]) == 0
