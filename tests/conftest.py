"""What holds in every test: a home of its own, no connection, no Qt warning (pyproject: qt_log_level_fail), no screen.

A test that needs an X server asks for `display` and starts its program with `display.env`: Qt in the test's own process
stays offscreen.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt
for scheme in ("http", "https", "all"):  # a program under test reaches this computer, and nothing else
    os.environ[f"{scheme}_proxy"] = os.environ[f"{scheme.upper()}_PROXY"] = "http://127.0.0.1:9"
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
os.environ["LANGUAGE"] = "en"  # tests, and the programs they start, read the English texts

import pytest
from hypothesis import HealthCheck, settings

from fanlight import i18n
from fanlight.catalog.programs.places import Places
from support.catalogs import LOCALE, compile_messages
from support.display import Display

pytest_plugins = ["support.window_fixtures"]

WAIT_MS = 60_000
BEGUN_FIRST = (
    "speech/test_processors.py", "ui/capture/test_one_key.py", "practice/test_pair.py",
    "speech/test_hard_recordings.py", "ui/test_pseudo_locale.py",
)  # fmt: skip
"""The files that take longest. One that is begun last keeps one worker busy while the others have nothing to do."""

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what runs in its background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # and a program under test would inherit it


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Window managers, input methods and buses of a screen have races of their own on a busy machine: what depends on
    them is tried once more, and the summary says so (RERUN). All other tests have one try where somebody works on them;
    in CI, a race among ten thousand tests is named in the summary, too, and does not hide what the others say."""
    _order(items)


def _order(items: list[pytest.Item]) -> None:
    """Behind the first, files of many tests: those of few build whole windows, which leave something behind that slows
    down what comes after them in the same process."""
    first = {Path(__file__).parent / name: place for place, name in enumerate(BEGUN_FIRST)}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (first.get(item.path, len(first)), -tests[item.path], item.path))
    for item in items:
        on_screen = {"display", "desktop"} & set(getattr(item, "fixturenames", ()))
        if on_screen or item.get_closest_marker("xvfb") or os.environ.get("CI"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules are here to stay: the collector need not look at them after each test."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """What a test has copied goes while Python is there: offscreen, Qt keeps it until the process's exit handlers run,
    and ends with a segmentation fault where the QMimeData was made in Python. On a screen Qt drops it in time."""
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, fresh for each test."""
    folder = tmp_path / "fanlight-home"
    monkeypatch.setenv("FANLIGHT_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_other_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What models other programs have on the machine of the test is nothing to it."""
    places = Places(tmp_path / "nobody", {}, root=tmp_path / "no-root")
    monkeypatch.setattr(Places, "of_this_user", classmethod(lambda _cls: places))


@pytest.fixture
def qtbot(qtbot: Any) -> Any:
    """Waits longer than pytest-qt's 5 s, which a child process on a busy machine may need for its start alone."""
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive", "waitCallback"):
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=WAIT_MS))
    return qtbot


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A test that changes the language changes it for itself."""
    yield
    i18n.use("en")


@pytest.fixture(scope="session")
def catalogs() -> Path:
    """The folder of the translations, compiled."""
    compile_messages()
    return LOCALE


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Empty, and short enough for the path of a socket in it (108 bytes), as `tmp_path` may not be."""
    with tempfile.TemporaryDirectory(prefix="fl-") as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def no_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fails the test that connects to, or looks up, anything but a Unix socket, even where the error is caught. One
    that is marked with `loopback` may reach this computer."""
    here = ("127.0.0.1",) if request.node.get_closest_marker("loopback") else ()
    tried: list[str] = []
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}

    def refuse(what: str) -> None:
        tried.append(what)
        raise OSError(f"no connections in tests: {what}")

    def guarded(name: str) -> Any:
        def call(self: socket.socket, *args: Any) -> Any:
            if self.family != socket.AF_UNIX and args[-1][0] not in here:
                refuse(f"{name} to {args[-1]!r}")
            return real[name](self, *args)

        return call

    for name in real:
        monkeypatch.setattr(socket.socket, name, guarded(name))
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *args: Any, **more: Any) -> Any:
        return look_up(host, *args, **more) if host in here else refuse(f"look-up of {host!r}")

    for name in ("getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, guarded_look_up)
    yield tried
    assert not tried, f"the test opened connections: {tried}"


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    """Xvfb and openbox on a display number that is free; both end with the test run."""
    if missing := [program for program in ("Xvfb", "openbox", "xdotool") if not shutil.which(program)]:
        pytest.skip(f"not installed: {', '.join(missing)} (packaging/system-libraries.sh test)")
    reader, writer = os.pipe()
    log = (tmp_path_factory.mktemp("display") / "log").open("wb")
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=(writer,), stdout=log, stderr=log)
    os.close(writer)
    with os.fdopen(reader) as said:
        number = said.readline().strip()
    assert number, "Xvfb did not start"
    env = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    env.pop("WAYLAND_DISPLAY", None)
    manager = subprocess.Popen(["openbox"], env=env, stdout=log, stderr=log)
    try:
        yield Display(env)
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(10)
        log.close()
