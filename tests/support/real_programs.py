"""Programs that people write in, on a display of the tests, without their first-run windows and without a network: a
terminal, two editors (GTK 3 and Qt), a text processor, and two browsers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.display import Display
from support.editors import on_clipboard
from support.screens import wait_for

STARTS_SECONDS, COPIES_SECONDS = 120.0, 10.0
_PAGE = "<!doctype html><meta charset=utf-8><title>A text area</title><textarea autofocus rows=20 cols=90></textarea>"
_QUIET_FIREFOX = """
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
user_pref("termsofuse.bypassNotification", true);
user_pref("network.captive-portal-service.enabled", false);
user_pref("app.update.enabled", false);
"""
_QUIET_CHROMIUM = (
    "--no-sandbox", "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--disable-background-networking",
    "--disable-sync", "--disable-component-update", "--password-store=basic", "--window-position=0,0",
    "--window-size=1200,850", "--ozone-platform=x11",
)  # fmt: skip


@dataclass(frozen=True)
class Writing:
    """A program with an empty text and the keyboard in it; `title` is a part of its window's."""

    display: Display
    title: str

    def activate(self) -> None:
        self.display.run("xdotool", "windowactivate", "--sync", self.display.window(self.title, STARTS_SECONDS))

    def read(self) -> str:
        """All of its text, by the keys for it; the clipboard has that then. It copies nothing where there is none."""
        subprocess.run(["xclip", "-selection", "clipboard"], input=b"<nothing>", env=self.display.env, check=True)
        wait_for(lambda: on_clipboard(self.display) == b"<nothing>")  # xclip takes it in the background
        self.display.run("xdotool", "key", "ctrl+a", "ctrl+c")
        with suppress(AssertionError):
            wait_for(lambda: on_clipboard(self.display) != b"<nothing>", COPIES_SECONDS)
        self.display.run("xdotool", "key", "ctrl+End")
        text = on_clipboard(self.display).decode()
        return "" if text == "<nothing>" else text

    def empty(self) -> None:
        self.display.run("xdotool", "key", "ctrl+a", "Delete")


@dataclass(frozen=True)
class TerminalWriting(Writing):
    """What is written in the terminal goes to a file."""

    file: Path

    def read(self) -> str:
        return self.file.read_text("utf-8") if self.file.exists() else ""

    def empty(self) -> None:
        self.file.write_bytes(b"")


@contextmanager
def real_program(name: str, display: Display, folder: Path) -> Iterator[Writing]:
    """`name` is one of `PROGRAMS`."""
    program, command, title = _COMMANDS[name](folder)
    if shutil.which(program) is None:
        pytest.skip(f"not installed: {program}")
    env = {**display.env, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "MOZ_ENABLE_WAYLAND": "0",
           "XDG_RUNTIME_DIR": str(folder), "SAL_USE_VCLPLUGIN": "gtk3", "LC_ALL": "C.UTF-8"}  # fmt: skip
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([program, *command], env=env, start_new_session=True, **pipes)  # type: ignore[call-overload]
    try:
        terminal = name == "terminal"
        writing = TerminalWriting(display, title, folder / _WRITTEN) if terminal else Writing(display, title)
        writing.activate()
        _wait_until_it_takes_keys(writing)
        yield writing
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_until_it_takes_keys(writing: Writing) -> None:
    """Its window is there seconds before that."""

    def takes() -> bool:
        writing.display.run("xdotool", "key", "x")
        return "x" in writing.read()

    wait_for(takes, STARTS_SECONDS)
    writing.empty()


def _page(folder: Path) -> str:
    page = folder / "page.html"
    page.write_text(_PAGE, "utf-8")
    return page.as_uri()


def quiet_firefox() -> str:
    """Its settings."""
    return _QUIET_FIREFOX


def _firefox(folder: Path) -> tuple[str, list[str], str]:
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text(_QUIET_FIREFOX, "utf-8")
    return "firefox-esr", ["--new-instance", "--profile", str(profile), _page(folder)], "A text area"


def _chromium(folder: Path) -> tuple[str, list[str], str]:
    return "chromium", [*_QUIET_CHROMIUM, f"--user-data-dir={folder / 'data'}", _page(folder)], "A text area"


def _writer(folder: Path) -> tuple[str, list[str], str]:
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    return "soffice", [profile, "--writer", "--norestore", "--nologo", "--nofirststartwizard"], "Untitled 1"


def _terminal(folder: Path) -> tuple[str, list[str], str]:
    """Each character goes to the file at once."""
    command = f"stty -icanon -echo min 1; exec cat >> {folder / _WRITTEN}"
    return "xterm", ["-u8", "-T", "A terminal", "-e", "sh", "-c", command], "A terminal"


def _gtk(_folder: Path) -> tuple[str, list[str], str]:
    return "mousepad", ["--disable-server"], "Mousepad"


def _qt(_folder: Path) -> tuple[str, list[str], str]:
    return sys.executable, [str(Path(__file__).with_name("qt_editor.py"))], "Qt editor"


_WRITTEN = "written"
_COMMANDS: dict[str, Callable[[Path], tuple[str, list[str], str]]] = {
    "terminal": _terminal, "gtk": _gtk, "qt": _qt, "writer": _writer, "firefox": _firefox, "chromium": _chromium,
}  # fmt: skip
PROGRAMS = tuple(_COMMANDS)
