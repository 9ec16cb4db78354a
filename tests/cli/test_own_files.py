"""What the command line says about the user's folder and the files in it that people edit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fanlight.domain.messages import Message
from fanlight.store.database import Database


def run(*words: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **env}
    command = [sys.executable, "-m", "fanlight", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=cwd, timeout=60, check=False)


def test_what_cannot_be_used_is_said_on_stderr_and_the_rest_is_used(home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{"model": "two", "temperature": 9,}', "utf-8-sig")
    (home / "models.json").write_text('{"models": [{"name": "two", "model": "/2.gguf"}, {"name": 3}]}', "utf-8-sig")
    done = run("models", "list")
    assert done.returncode == 0
    assert "two *" in done.stdout
    assert "In settings.json, “temperature” cannot be used; its default applies." in done.stderr
    assert "1 entry of models.json is no model that Fanlight can use." in done.stderr
    assert "Traceback" not in done.stderr


def test_files_as_they_should_be_are_no_matter_of_words(home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{"temperature": 0.2}', "utf-8-sig")
    assert run("models", "list").stderr == ""


def test_a_relative_home_is_said_and_is_made_in_the_folder_of_the_start(tmp_path: Path) -> None:
    done = run("models", "list", cwd=tmp_path, FANLIGHT_HOME="here/home")
    assert done.returncode == 0
    assert f"FANLIGHT_HOME is not a full path; this time it is {tmp_path / 'here' / 'home'}." in done.stderr
    assert (tmp_path / "here" / "home" / "logs").is_dir()


def test_no_folder_is_called_tilde(tmp_path: Path) -> None:
    done = run("models", "list", cwd=tmp_path, FANLIGHT_HOME="~/fan", HOME=str(tmp_path / "me"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "me" / "fan").is_dir()
    assert not (tmp_path / "~").exists()


def test_a_home_of_nobody_is_one_sentence(tmp_path: Path) -> None:
    done = run("models", "list", cwd=tmp_path, FANLIGHT_HOME="~nobody-here/x")
    assert done.returncode == 3
    assert done.stderr.startswith("fanlight: FANLIGHT_HOME is “~nobody-here/x”, and there is no such user.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.gui
def test_a_folder_that_cannot_be_is_said_in_a_window_where_nobody_reads_stderr(tmp_path: Path) -> None:
    """The window closes itself: a message box is answered as soon as it is shown."""
    (tmp_path / "file").write_text("", "utf-8")
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QMessageBox\n"
        "QMessageBox.exec = lambda box: print(box.text(), '|', box.informativeText(), box.windowTitle())\n"
        "from fanlight import cli\n"
        "sys.exit(cli.main([]))\n"
    )
    env = {
        **os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "QT_QPA_PLATFORM": "offscreen",
        "FANLIGHT_HOME": str(tmp_path / "file" / "home"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout.startswith("Fanlight cannot use its folder: ")
    assert "Set FANLIGHT_HOME to another folder" in done.stdout
    assert "Fanlight cannot use its folder" in done.stderr


def test_a_database_is_not_looked_at_by_a_command(home: Path) -> None:
    database = Database(home)
    database.add_message(database.create("open"), Message.of("user", "x"))
    assert run("models", "list").returncode == 0
    database.close()
