"""Nothing leaves this computer: seen from outside, on the program itself."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fanlight.catalog.catalog import Catalog
from fanlight.domain.models import ModelAddress
from support import fetching_window
from support.chat_server import ChatServer
from support.fetching import offer_rose
from support.hub_server import HubServer
from support.instances import LONG_SECONDS, reachable
from support.pictures import red_circle
from support.tracing import can_trace

FANLIGHT = Path(sys.executable).with_name("fanlight")


@pytest.mark.model
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")
def test_a_question_about_a_picture_opens_no_internet_socket(tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("strace is not installed, or tracing is not allowed here")
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=%net", "-o", str(trace), str(FANLIGHT)]
    question = ["ask", "-i", str(red_circle(tmp_path / "circle.png")), "What is it?"]
    ran = subprocess.run([*command, *question], capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()
    calls = trace.read_text("utf-8", "replace")
    assert "exited with 0" in calls  # it was traced to its end
    assert not re.findall(r".*AF_INET.*", calls)


@pytest.mark.model
@pytest.mark.gui
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")
def test_a_question_to_the_open_window_goes_over_a_local_socket_alone(tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("strace is not installed, or tracing is not allowed here")
    traces = {name: tmp_path / name for name in ("window", "ask", "quit")}

    def traced(name: str, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["strace", "-f", "-e", "trace=%net", "-o", traces[name], FANLIGHT, *words])

    window = traced("window", "--hidden")
    try:
        reachable()
        picture = str(red_circle(tmp_path / "circle.png"))
        assert traced("ask", "ask", "-i", picture, "What is it?").wait(LONG_SECONDS) == 0
        assert traced("quit", "quit").wait(LONG_SECONDS) == 0
        assert window.wait(LONG_SECONDS) == 0
    finally:
        window.kill()
        window.wait()
    for trace in traces.values():
        calls = trace.read_text("utf-8", "replace")
        assert "exited with 0" in calls
        assert "AF_UNIX" in calls
        assert not re.findall(r".*AF_INET.*", calls)


@pytest.mark.model
@pytest.mark.gui
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")
def test_the_window_that_has_a_model_fetched_opens_no_internet_socket(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that fetches opens one, and no other does."""
    if not can_trace():
        pytest.skip("strace is not installed, or tracing is not allowed here")
    hub = HubServer()
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    try:
        offer_rose(hub, home, tmp_path)
        command = ["strace", "-ff", "-e", "trace=%net,execve", "-o", str(tmp_path / "trace"), sys.executable]
        ran = subprocess.run(
            [*command, fetching_window.__file__, "rose-3b"], capture_output=True, text=True, timeout=LONG_SECONDS,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    finally:
        hub.stop()
    assert ran.stdout == "done rose-3b\n", ran.stderr
    traces = [path.read_text("utf-8", "replace") for path in tmp_path.glob("trace.*")]
    connected = [text for text in traces if "AF_INET" in text]
    assert len(connected) >= 1
    assert all("fanlight.fetch" in text for text in connected)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")
def test_a_question_to_a_server_of_the_users_own_is_sent_by_a_process_of_its_own(tmp_path: Path, home: Path) -> None:
    """Fanlight itself opens no internet socket, and that process one alone."""
    if not can_trace():
        pytest.skip("strace is not installed, or tracing is not allowed here")
    server = ChatServer()
    try:
        Catalog(tmp_path, home).add_server(ModelAddress(server.address, "rose-3b", supports_images=True), "served")
        command = ["strace", "-ff", "-e", "trace=%net,execve", "-o", str(tmp_path / "trace"), str(FANLIGHT)]
        question = ["ask", "--model", "served", "-i", str(red_circle(tmp_path / "circle.png")), "What is it?"]
        ran = subprocess.run([*command, *question], capture_output=True, text=True, timeout=LONG_SECONDS)
    finally:
        server.stop()
    assert ran.stdout.strip() == "A red star.", ran.stderr
    traces = [path.read_text("utf-8", "replace") for path in tmp_path.glob("trace.*")]
    connected = [text for text in traces if "AF_INET" in text]
    assert len(connected) == 1
    assert "fanlight.fetch" in connected[0]
    ports = set(re.findall(r"htons\((\d+)\)", connected[0])) - {"0"}  # urllib3 binds one to see what there is
    assert ports == {server.host.rpartition(":")[2]}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")
def test_the_trace_would_show_a_connection(tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("strace is not installed, or tracing is not allowed here")
    trace = tmp_path / "trace"
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    subprocess.run(["strace", "-f", "-e", "trace=%net", "-o", str(trace), sys.executable, "-c", code], check=True)
    assert "AF_INET" in trace.read_text("utf-8")


def test_a_connection_in_a_test_is_refused(no_connection: list[str]) -> None:
    with pytest.raises(OSError, match="no connections"), socket.socket() as wanted:
        wanted.connect(("127.0.0.1", 9))
    with pytest.raises(OSError, match="no connections"):
        socket.getaddrinfo("example.org", 443)
    assert len(no_connection) == 2
    no_connection.clear()


def test_unix_sockets_are_allowed(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(os.fspath(tmp_path / "s"))
        server.listen()
        client.connect(os.fspath(tmp_path / "s"))
