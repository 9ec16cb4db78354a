"""Nothing leaves this computer: seen from outside, on the program itself."""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from fanlight.catalog.catalog import Catalog
from fanlight.domain.models import ModelAddress
from support import first_model_child
from support.chat_server import ChatServer
from support.fetching import offer_practice
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
def test_from_an_empty_home_to_an_answer_of_a_fetched_model_in_three_clicks(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that fetches is killed five times meanwhile. It opens an internet socket, and no other does."""
    if not can_trace():
        pytest.skip("strace is not installed, or tracing is not allowed here")
    hub = HubServer()
    hub.bytes_per_second = 1_000_000
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    command = ["strace", "-ff", "-e", "trace=%net,execve", "-o", str(tmp_path / "trace"), sys.executable]
    visit = [*command, first_model_child.__file__, str(red_circle(tmp_path / "circle.png"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        folder = offer_practice(hub, home)
        window = subprocess.Popen(visit, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            killed = kill_while_it_fetches(window, folder, 5)
            hub.bytes_per_second = 0
            said, _log = window.communicate(timeout=LONG_SECONDS)
        finally:
            window.kill()
            window.wait()
    finally:
        hub.stop()
    seen = json.loads(said)
    assert (seen["clicks"], seen["model"]) == (3, "sample-eyes")
    assert "red" in seen["answer"], seen
    assert "circle" in seen["answer"]
    assert killed == 5
    content = sum(path.stat().st_size for path in folder.iterdir())
    assert hub.cdn.sent < 1.5 * content  # what was on its way when a process died comes again
    traces = [path.read_text("utf-8", "replace") for path in tmp_path.glob("trace.*")]
    connected = [text for text in traces if "AF_INET" in text]
    assert len(connected) >= 6
    assert all("fanlight.fetch" in text for text in connected)


def kill_while_it_fetches(window: subprocess.Popen[str], folder: Path, times: int) -> int:
    """Each time after some more bytes; how often that was possible."""
    chance, here = random.Random(times), 0
    until = time.monotonic() + LONG_SECONDS
    for number in range(times):
        wanted = here + chance.randrange(20_000, 400_000)
        while (here := sum(path.stat().st_size for path in folder.glob("*.part"))) < wanted:
            if time.monotonic() > until or window.poll() is not None:
                return number
            time.sleep(0.01)
        fetching = [one for one in psutil.Process(window.pid).children(recursive=True) if _fetches(one)]
        for process in fetching:
            process.kill()
        psutil.wait_procs(fetching, 30)
    return times


def _fetches(process: psutil.Process) -> bool:
    try:
        return "fanlight.fetch" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


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
