"""Fanlight among the desktop's programs: what `make install-desktop` writes, and what it takes away."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fanlight.desktop import login
from fanlight.desktop.bus import APP_ID
from fanlight.domain.desktop_errors import LoginError

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="freedesktop.org's files")


def validate(path: Path) -> None:
    if not shutil.which("desktop-file-validate"):
        pytest.skip("desktop-file-validate is not installed (packaging/system-libraries.sh test)")
    said = subprocess.run(["desktop-file-validate", str(path)], capture_output=True, text=True, timeout=30)
    assert (said.returncode, said.stdout) == (0, "")


def desktop(verb: str, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}
    command = ["sh", str(ROOT / "packaging" / "desktop.sh"), verb, *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)


def entry(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, "utf-8")
    return parser


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """In a folder whose name is hard to write down."""
    folder = tmp_path / 'My "own" $HOME 100% é'
    folder.mkdir()
    path = folder / "fanlight"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_files_name_is_the_app_id_that_portals_are_told() -> None:
    path = ROOT / "packaging" / f"{APP_ID}.desktop"
    assert entry(path)["Desktop Entry"]["Icon"] == APP_ID
    validate(path)


def test_it_is_installed_for_the_user_and_taken_away_again(tmp_path: Path, program: Path) -> None:
    assert desktop("install", tmp_path, str(program)).returncode == 0
    path = tmp_path / "data" / "applications" / f"{APP_ID}.desktop"
    icon = tmp_path / "data" / "icons" / "hicolor" / "scalable" / "apps" / f"{APP_ID}.svg"
    validate(path)
    written = entry(path)
    quoted = '"' + str(program).replace('"', '\\\\"').replace("$", "\\\\$").replace("%", "%%") + '"'
    assert written["Desktop Entry"]["Exec"] == f"{quoted} open %F"
    assert written["Desktop Action shot"]["Exec"] == f"{quoted} shot"
    assert written["Desktop Entry"]["TryExec"] == str(program)
    assert icon.read_text("utf-8").startswith("<svg")
    assert desktop("uninstall", tmp_path).returncode == 0
    assert not path.exists()
    assert not icon.exists()


def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    said = desktop("install", tmp_path, str(tmp_path / "fanlight"))
    assert said.returncode == 1
    assert "make run" in said.stdout
    assert not (tmp_path / "data").exists()


def test_starting_at_login_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(login, "command", lambda: [str(program)])
    assert not login.is_on()
    login.switch(True)
    assert login.is_on()
    path = tmp_path / "config" / "autostart" / f"{APP_ID}.desktop"
    validate(path)
    assert entry(path)["Desktop Entry"]["Exec"].endswith('fanlight" --hidden')
    assert entry(path)["Desktop Entry"]["TryExec"].replace("\\\\", "\\") == str(program)
    login.switch(True)
    login.switch(False)
    login.switch(False)
    assert not login.is_on()
    assert list(path.parent.iterdir()) == []


def test_a_start_at_login_that_can_not_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("no folder")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with pytest.raises(LoginError) as caught:
        login.switch(True)
    assert "--hidden" in caught.value.hint
    assert not login.is_on()


def test_an_appimage_is_started_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by where it is mounted now; and another program's AppImage is not ours."""
    mounted = tmp_path / ".mount_Fanlight"
    (mounted / "bin").mkdir(parents=True)
    (mounted / "bin" / "fanlight").touch()
    image = tmp_path / "Fanlight-x86_64.AppImage"
    image.touch()
    monkeypatch.setattr(sys, "executable", str(mounted / "bin" / "python3"))
    monkeypatch.setenv("APPIMAGE", str(image))
    monkeypatch.setenv("APPDIR", str(mounted))
    assert login.command() == [str(image)]
    monkeypatch.setenv("APPDIR", str(tmp_path / ".mount_Other"))
    assert login.command() == [str(mounted / "bin" / "fanlight")]
    monkeypatch.setenv("APPDIR", str(mounted))
    image.unlink()
    assert login.command() == [str(mounted / "bin" / "fanlight")]


def test_the_command_is_the_fanlight_that_runs() -> None:
    assert Path(login.command()[0]).exists()
