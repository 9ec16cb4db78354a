"""One window a home: later starts and the words show, hide, quit and shot reach it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from fanlight.ipc.address import addresses
from support.command_line import Ran
from support.display import Display
from support.instances import FANLIGHT, Window, holds, opened, reachable, run

pytestmark = [pytest.mark.gui, pytest.mark.skipif(sys.platform == "win32", reason="not run there")]

OTHER = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel("other")
label.setWindowTitle("Something else")
label.resize(1200, 800)
label.show()
sys.exit(application.exec())
"""


def visible(display: Display) -> list[str]:
    return display.run("xdotool", "search", "--onlyvisible", "--name", "Fanlight", check=False).split()


def active(display: Display) -> str:
    return display.run("xdotool", "getactivewindow", "getwindowname", check=False)


def test_later_starts_end_at_once_and_import_neither_qt_nor_the_command_line() -> None:
    with opened() as window:
        for words in ([], ["show"], ["hide"], ["shot", "--delay", "0"], ["--or-sample"], ["--hidden"]):
            timed = [sys.executable, "-X", "importtime", "-m", "fanlight", *words]
            ran = subprocess.run(timed, capture_output=True, text=True, timeout=100)
            imported = set(re.findall(r"\|\s+([\w.]+)$", ran.stderr, re.MULTILINE))
            assert {name for name in imported if name.partition(".")[0] in ("PySide6", "numpy", "PIL")} == set()
            ours = {name for name in imported if name.startswith("fanlight.")}
            assert ours == {"fanlight.ipc", "fanlight.ipc.address", "fanlight.ipc.client", "fanlight.ipc.commands"}
            assert ran.returncode == 0 or words[:1] == ["shot"]
        assert window.runs


def test_quit_ends_the_program_and_says_so_only_when_it_has() -> None:
    with opened() as window:
        assert run("quit") == Ran(0, "", "")
        assert window.ends() == 0
    ran = run("quit")
    assert (ran.status, ran.out) == (1, "")
    assert "Fanlight is not running" in ran.err
    assert len(ran.err.splitlines()) == 2


def test_with_no_window_there_is_nothing_to_hide() -> None:
    ran = run("hide")
    assert (ran.status, len(ran.err.splitlines())) == (1, 2)


@pytest.mark.parametrize("words", [["--region", "1,2"], ["--delay", "x"], ["--action", ""], ["--nonsense"], ["x"]])
def test_a_shot_said_wrong_is_status_2(words: list[str]) -> None:
    ran = run("shot", *words)
    assert (ran.status, len(ran.err.splitlines())) == (2, 2)


def test_a_shot_with_an_action_that_does_not_exist_is_status_2_and_names_those_that_do() -> None:
    for context in (nullcontext, opened):
        with context():
            ran = run("shot", "--action", "nonsense")
            assert (ran.status, len(ran.err.splitlines())) == (2, 2)
            assert "“nonsense”" in ran.err
            assert "explain, text, table" in ran.err


def test_a_window_that_was_killed_is_no_hindrance() -> None:
    with opened() as window:
        window.kill()
        assert any(Path(address).is_socket() for address in addresses())
        assert run("hide").status == 1
        with opened():
            assert run("show").status == 0


def test_of_starts_at_the_same_moment_one_opens_the_window() -> None:
    starts = [Window((), {}, None) for _ in range(4)]
    try:
        reachable()
        holds(lambda: sum(start.runs for start in starts) == 1, "several windows are open")
        assert [start.ends() for start in starts if not start.runs] == [0, 0, 0]
        time.sleep(0.5)  # a second window would be there by now
        assert sum(start.runs for start in starts) == 1
    finally:
        for start in starts:
            start.kill()


def test_a_start_while_the_window_closes_opens_a_new_one() -> None:
    with opened() as window:
        window.process.send_signal(signal.SIGTERM)
        with opened() as second:
            assert window.ends() == 0
            assert second.runs


def test_two_homes_are_two_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened() as first:
        monkeypatch.setenv("FANLIGHT_HOME", str(tmp_path / "second"))
        assert run("hide").status == 1
        with opened() as second:
            assert run("quit").status == 0
            assert second.ends() == 0
        assert first.runs


def test_the_socket_is_in_the_session_s_folder_where_there_is_one(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = short_folder / "rt"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with opened():
        (socket,) = runtime.glob("fanlight-*")
        assert socket.stat().st_mode & 0o777 & 0o077 == 0
        assert run("quit").status == 0
    assert not list(runtime.glob("fanlight-*"))


def test_without_a_screen_the_window_that_is_open_is_shown_all_the_same(tmp_path: Path) -> None:
    with opened():
        bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
        assert subprocess.run([FANLIGHT], env=bare, timeout=60).returncode == 0


# On a screen.


@pytest.mark.xvfb
def test_show_and_hide_do_so(display: Display) -> None:
    with opened(env=display.env) as window:
        display.window("Fanlight")
        assert run("hide").status == 0
        holds(lambda: not visible(display), "it is not hidden")
        assert window.runs
        assert run("show").status == 0
        holds(lambda: bool(visible(display)), "it is not shown")
        assert run("hide").status == 0
        assert run("quit").status == 0
        assert window.ends() == 0


@pytest.mark.xvfb
def test_hidden_it_opens_no_window_until_it_is_called(display: Display) -> None:
    with opened("--hidden", env=display.env):
        time.sleep(1)  # a window would be there by now
        assert not visible(display)
        assert run("--hidden").status == 0
        assert not visible(display)
        assert run().status == 0
        display.window("Fanlight")


@pytest.mark.xvfb
def test_shown_it_comes_before_the_window_that_has_the_focus(display: Display) -> None:
    with opened(env=display.env):
        own = display.window("Fanlight")
        other = subprocess.Popen([sys.executable, "-c", OTHER], env=display.env)
        try:
            display.run("xdotool", "windowactivate", "--sync", display.window("Something else"))
            display.run("xdotool", "key", "a")  # the user is at work there: the manager gives the focus to nobody else
            assert active(display) == "Something else"
            assert run("show", env={"DESKTOP_STARTUP_ID": "fanlight 1_TIME1"}).status == 0
            holds(lambda: "Fanlight" in active(display), "it is not in front")
            display.run("xdotool", "windowminimize", "--sync", own)
            holds(lambda: active(display) == "Something else", "the other window is not back")
            assert run().status == 0
            holds(lambda: "Fanlight" in active(display), "it is still folded up")
        finally:
            other.kill()
            other.wait()


@pytest.mark.xvfb
def test_a_shot_without_a_window_starts_hidden_and_later_ones_reach_it(display: Display) -> None:
    choosing = "Choose a Part of the Screen"
    window = Window(("shot",), {"words": 3}, display.env)
    try:
        overlay = display.window(choosing)
        assert visible(display) == [overlay]
        display.run("xdotool", "key", "Escape")
        holds(lambda: not visible(display), "the overlay stays")
        assert window.runs
        assert run("shot", "--region", "20,20,200,100").status == 0
        (question,) = window.says("asked")["asked"]
        assert len(question[2]) == 1
        assert run("shot").status == 0
        display.window(choosing)
        assert run("quit").status == 0
        assert window.ends() == 0
    finally:
        window.kill()
