"""The process itself: it pauses, it is killed, its Fanlight goes away, and it goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fanlight.domain.download_lines import PAUSE, event_of, limit_line, order_line
from fanlight.domain.downloads import (
    DownloadDone,
    DownloadEvent,
    DownloadFailed,
    DownloadPaused,
    DownloadProgress,
    FailureReason,
    FetchOrder,
)
from fanlight.fetch.child_process import fetched
from fanlight.fetch.launching import fetch_command, fetch_environment
from support.fetching import COMMIT, NAME, REPOSITORY, content_of, order_of, wanted
from support.hub_server import HubServer
from support.tracing import can_trace

CONTENT = content_of(3_000_000)


@pytest.fixture
def order(hub: HubServer, tmp_path: Path) -> FetchOrder:
    return order_of(tmp_path / "models" / "a-model", wanted(CONTENT, hub.put(REPOSITORY, COMMIT, NAME, CONTENT)))


class Child:
    """A process that was started with `order`."""

    def __init__(self, order: FetchOrder, prepared: str = "") -> None:
        """`prepared`: code that runs in it before anything of Fanlight's."""
        code = f"import sys; {prepared}; from fanlight.fetch.__main__ import main; sys.exit(main())"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code] if prepared else fetch_command(),
            env=fetch_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.say(order_line(order))

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def events(self) -> Iterator[DownloadEvent]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if event := event_of(line):
                yield event

    def until_bytes(self) -> None:
        for event in self.events():
            assert not isinstance(event, DownloadFailed), event
            if isinstance(event, DownloadProgress) and event.done_bytes:
                return

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(30)

    def close(self) -> None:
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def hang_up(self) -> int:
        """Its Fanlight is gone."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(30)

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def wait(self) -> int:
        return self._process.wait(30)


@pytest.fixture
def start() -> Iterator[Callable[..., Child]]:
    """Starts processes, which end with the test."""
    started: list[Child] = []

    def begin(order: FetchOrder, prepared: str = "") -> Child:
        started.append(Child(order, prepared))
        return started[-1]

    yield begin
    for child in started:
        child.close()


Start = Callable[..., Child]


def test_it_fetches_says_so_and_ends(order: FetchOrder, hub: HubServer) -> None:
    events = list(fetched(order))
    assert events[-1] == DownloadDone((order.request.folder / NAME,))
    assert (order.request.folder / NAME).read_bytes() == CONTENT
    assert order.log is not None
    log = order.log.read_text("utf-8")
    assert hub.hub.name in log or hub.cdn.name in log
    assert NAME in log
    assert "Signature" not in log
    if os.name == "posix":
        assert order.log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("way", ["kill", "pause", "hang up"])
def test_it_goes_on_where_it_was(order: FetchOrder, hub: HubServer, start: Start, way: str) -> None:
    hub.bytes_per_second = 2_000_000
    for _unused in range(3):
        child = start(order)
        child.until_bytes()
        if way == "kill":
            child.kill()
        elif way == "pause":
            child.say(PAUSE)
            assert isinstance(list(child.events())[-1], DownloadPaused)
            assert child.wait() == 0
        else:
            assert child.hang_up() == 0
        assert not (order.request.folder / NAME).exists()
    hub.bytes_per_second = 0
    assert isinstance(list(fetched(order))[-1], DownloadDone)
    assert (order.request.folder / NAME).read_bytes() == CONTENT
    starts = [int(asked.range.removeprefix("bytes=").rstrip("-")) for asked in hub.cdn.asked[1:]]
    assert starts == sorted(starts)
    assert starts[0] > 0


def test_ctrl_c_is_left_to_fanlight(order: FetchOrder, hub: HubServer, start: Start) -> None:
    hub.bytes_per_second = 2_000_000
    child = start(order)
    child.until_bytes()
    child.interrupt()
    hub.bytes_per_second = 0
    assert isinstance(list(child.events())[-1], DownloadDone)
    assert child.wait() == 0


def test_two_at_once_do_not_disturb_each_other(order: FetchOrder, hub: HubServer, start: Start) -> None:
    hub.bytes_per_second = 2_000_000
    child = start(order)
    child.until_bytes()
    end = list(fetched(order))[-1]
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.BUSY
    hub.bytes_per_second = 0
    assert isinstance(list(child.events())[-1], DownloadDone)
    assert (order.request.folder / NAME).read_bytes() == CONTENT


def test_a_limit_holds_and_can_be_lifted(hub: HubServer, tmp_path: Path, start: Start) -> None:
    source = hub.put(REPOSITORY, COMMIT, NAME, CONTENT)
    order = order_of(tmp_path / "models" / "a", wanted(CONTENT, source), limit=10_000)
    child = start(order)
    child.until_bytes()
    part = order.request.folder / f"{NAME}.part"
    assert part.stat().st_size < len(CONTENT) / 2  # all of it would take 5 minutes
    child.say(limit_line(0))
    assert isinstance(list(child.events())[-1], DownloadDone)


def test_what_is_no_order_ends_it() -> None:
    ran = subprocess.run(
        fetch_command(), env=fetch_environment(), input=b'{"request": 1}\n', capture_output=True, timeout=60
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, b"", b"")


def test_without_its_packages_it_says_what_to_install(order: FetchOrder, start: Start) -> None:
    end = list(start(order, "sys.modules['urllib3'] = None").events())[-1]
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.NOT_INSTALLED
    assert 'pip install "fanlight-core[fetch]"' in end.hint


def test_a_disk_without_room_is_said_before_anything_is_fetched(
    order: FetchOrder, hub: HubServer, start: Start
) -> None:
    full = "import shutil, types; shutil.disk_usage = lambda path: types.SimpleNamespace(free=1000)"
    end = list(start(order, full).events())[-1]
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.DISK_FULL
    assert "3.0 MB" in end.message
    assert hub.hub.asked == []


def test_starting_it_imports_nothing_of_the_network() -> None:
    code = (
        "import sys, fanlight.fetch.launching, fanlight.fetch.child_process, fanlight.core.downloads.downloads;"
        "print([name for name in ('ssl', 'http', 'socket', '_socket', 'urllib3') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == "[]", ran.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")
def test_the_process_that_starts_it_opens_no_internet_socket(order: FetchOrder, tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("strace is not installed, or tracing is not allowed here")
    code = (
        "import sys; from fanlight.domain.download_lines import order_of;"
        "from fanlight.fetch.child_process import fetched;"
        "print(list(fetched(order_of(sys.argv[1])))[-1])"
    )
    trace = tmp_path / "trace"
    ran = subprocess.run(
        ["strace", "-ff", "-e", "trace=%net,execve", "-o", str(trace), sys.executable, "-c", code, order_line(order)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "DownloadDone" in ran.stdout, ran.stderr
    traces = {path: path.read_text("utf-8", "replace") for path in tmp_path.glob("trace.*")}
    connected = [path for path, text in traces.items() if "AF_INET" in text]
    assert connected, "the download itself opens one"
    assert all("fanlight.fetch" in traces[path] for path in connected)


def test_a_line_that_is_cut_off_is_no_event() -> None:
    assert event_of(json.dumps({"event": "progress"})) is None
    assert event_of(b'{"event": "done", "files": [') is None
    assert event_of("[]") is None
    assert event_of('{"event": "tomorrow"}') is None


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are of POSIX")
def test_a_file_that_is_larger_than_the_disk_allows_is_said_and_kept(
    order: FetchOrder, hub: HubServer, start: Start
) -> None:
    """As FAT32 does at 4 GB."""
    limited = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))"
    )
    end = list(start(order, limited).events())[-1]
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.NOT_WRITABLE
    assert "FAT32" in end.hint
    assert (order.request.folder / f"{NAME}.part").stat().st_size == 1_000_000
    assert isinstance(list(fetched(order))[-1], DownloadDone)
    assert hub.cdn.asked[-1].range == "bytes=1000000-"
