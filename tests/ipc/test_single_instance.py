"""The window's end of the socket, with callers of every kind."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.ipc import address as socket_address
from fanlight.ipc import client, single_instance
from fanlight.ipc.single_instance import Caller, SingleInstance

pytestmark = [pytest.mark.gui, pytest.mark.skipif(sys.platform == "win32", reason="a named pipe there")]


class Server:
    """A SingleInstance, and all who asked it something."""

    def __init__(self, qtbot: Any) -> None:
        self.instance = SingleInstance()
        self.callers: list[Caller] = []
        self.gone = 0
        self.instance.request_arrived.connect(self._hear)
        self._qtbot = qtbot

    def _hear(self, caller: Caller) -> None:
        self.callers.append(caller)
        caller.disconnected.connect(self._leaves)

    def _leaves(self) -> None:
        self.gone += 1

    def call(self, *data: bytes) -> socket.socket:
        caller = socket.socket(socket.AF_UNIX)
        caller.connect(self.instance.address)
        caller.setblocking(False)
        for piece in data:
            caller.sendall(piece)
        return caller

    def hears(self, count: int = 1) -> Caller:
        self._qtbot.waitUntil(lambda: len(self.callers) == count)
        return self.callers[-1]

    def hangs_up(self, caller: socket.socket) -> bytes:
        """Waits for it; what was said before."""
        heard = bytearray()

        def ended() -> bool:
            try:
                data = caller.recv(2**16)
            except BlockingIOError:
                return False
            except ConnectionError:
                return True
            heard.extend(data)
            return not data

        self._qtbot.waitUntil(ended)
        caller.close()
        return bytes(heard)


@pytest.fixture
def server(qtbot: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    made = Server(qtbot)
    assert made.instance.listen()
    yield made
    made.instance.close()


def line(**request: Any) -> bytes:
    return json.dumps({"fanlight": client.PROTOCOL, "do": "hello", **request}).encode() + b"\n"


def answers(server: Server) -> None:
    """It still does its work."""
    before = len(server.callers)
    with server.call(line(do="still there")):
        assert server.hears(before + 1).request["do"] == "still there"


def test_a_request_arrives_and_is_answered(server: Server) -> None:
    caller = server.call(line(do="shot", delay=3))
    heard = server.hears()
    assert (heard.request["do"], heard.request["delay"], heard.blobs) == ("shot", 3, [])
    heard.send_line({"waits": "load"})
    heard.send_last_line({"end": "ok"})
    assert server.hangs_up(caller) == b'{"waits": "load"}\n{"end": "ok"}\n'
    assert server.gone == 1
    answers(server)


def test_only_this_user_can_open_the_socket(server: Server) -> None:
    address = Path(server.instance.address)
    assert address.is_socket()
    assert stat.S_IMODE(address.stat().st_mode) & 0o077 == 0
    assert socket_address.is_private(str(address.parent))


def test_pixels_arrive_in_pieces_of_any_size(server: Server) -> None:
    blobs = [bytes(range(256)) * 100, b"x", os.urandom(3 * 2**20)]
    data = line(sizes=[len(blob) for blob in blobs]) + b"".join(blobs)
    caller = server.call(data[:3], data[3:50])
    caller.setblocking(True)

    def send() -> None:
        for start in range(50, len(data), 70_001):
            caller.sendall(data[start : start + 70_001])

    sender = threading.Thread(target=send)
    sender.start()
    assert server.hears().blobs == blobs
    sender.join(10)
    caller.close()
    server._qtbot.waitUntil(lambda: server.gone == 1)


@pytest.mark.parametrize(
    "data",
    [
        b"\n",
        b"hello\n",
        b"\xff\xfe\x00\n",
        b"[1, 2]\n",
        b"{}\n",
        b"null\n",
        b"[" * 100_000 + b"\n",
        b"GET / HTTP/1.1\r\n",
        line(sizes="many"),
        line(sizes=[-1]),
        line(sizes=[True]),
        line(sizes=[0]),
        line(sizes=[1.5]),
        line(sizes=[client.MOST_PIXEL_BYTES, 1]),
        line(sizes=[2**70]),
        line(sizes=[3]) + b"four",
        line() + b"more",
    ],
)
def test_nonsense_is_hung_up_on_and_costs_nothing(server: Server, data: bytes) -> None:
    assert server.hangs_up(server.call(data)) == b""
    assert server.callers == []
    answers(server)


def test_a_line_without_an_end_is_hung_up_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LONGEST_LINE", 10_000)
    assert server.hangs_up(server.call(b"x" * 20_000)) == b""
    answers(server)


def test_another_version_is_told_so(server: Server) -> None:
    said = json.loads(server.hangs_up(server.call(json.dumps({"fanlight": 99}).encode() + b"\n")))
    assert said["end"] == "refused"
    assert "version" in said["message"]
    assert said["hint"]


def test_who_says_nothing_is_hung_up_on_in_the_end(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "QUIET_SECONDS", 0.1)
    silent, halfway = server.call(), server.call(line(sizes=[1000]), b"x" * 999)
    answers(server)
    for caller in (silent, halfway):
        assert server.hangs_up(caller) == b""


def test_who_goes_away_in_the_middle_leaves_nothing(server: Server) -> None:
    server.call(b'{"fanl').close()
    server.call(line(sizes=[1000]), b"x" * 10).close()
    server.call().close()
    answers(server)
    server._qtbot.waitUntil(lambda: not server.instance._callers)
    assert len(server.callers) == 1


def test_who_goes_away_while_it_is_answered_is_known_to_be_gone(server: Server) -> None:
    caller = server.call(line())
    heard = server.hears()
    caller.close()
    server._qtbot.waitUntil(lambda: server.gone == 1)
    assert not server.instance._callers
    del heard


def test_who_does_not_read_its_answer_is_hung_up_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "MOST_UNREAD_BYTES", 2**16)
    caller = server.call(line())
    heard = server.hears()
    for _ in range(100):
        if server.gone:
            break
        heard.send_line({"event": "x" * 2**14})
    assert server.gone == 1
    caller.close()
    answers(server)


def test_a_crowd_is_kept_outside(server: Server) -> None:
    crowd = [server.call() for _ in range(single_instance.MOST_CALLERS)]
    server._qtbot.waitUntil(lambda: len(server.instance._callers) == single_instance.MOST_CALLERS)
    assert server.hangs_up(server.call()) == b""
    for caller in crowd:
        caller.close()
    server._qtbot.waitUntil(lambda: not server.instance._callers)
    answers(server)


def test_what_a_crash_left_behind_is_replaced(server: Server) -> None:
    address = Path(server.instance.address)
    server.instance.close()
    assert not address.exists()
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(address))
    server.instance = SingleInstance()
    assert server.instance.listen()
    server.instance.request_arrived.connect(server._hear)
    assert Path(server.instance.address) == address
    answers(server)


def test_a_socket_that_is_answered_is_never_taken_over(server: Server) -> None:
    second = SingleInstance()
    second.listen()
    assert second.address != server.instance.address
    second.close()
    answers(server)


def test_the_longest_path_that_is_tried_works(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with tempfile.TemporaryDirectory(prefix="fl", dir="/tmp") as folder:
        rest = "x" * (socket_address.LONGEST_PATH - len(f"{folder}//run/window"))
        monkeypatch.setenv("FANLIGHT_HOME", f"{folder}/{rest}")
        instance = SingleInstance()
        assert instance.listen()
        assert len(instance.address) == socket_address.LONGEST_PATH
        stream = client.connect_to(instance.address)
        assert stream is not None
        stream.close()
        instance.close()


def test_a_folder_that_can_not_be_made_means_no_socket_and_no_harm(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setattr(single_instance, "addresses", lambda: [str(tmp_path / "file" / "run" / "window")])
    assert not SingleInstance().listen()
