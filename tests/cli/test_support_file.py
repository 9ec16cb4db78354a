"""`fanlight doctor --bundle`: a file for strangers, with no conversation, path, or name in it."""

from __future__ import annotations

import getpass
import json
import logging
import platform
import shutil
from pathlib import Path
from typing import Any

import pytest

from fanlight import paths
from fanlight.cli import log_digest, support_file
from fanlight.domain.models import ModelSpec
from fanlight.settings_file import load_settings
from support.command_line import Run

SECRETS = ("Rosalind", "Holiday", "letter-to-mother", "quarterly")


@pytest.fixture
def lived_in(fanlight: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with names everywhere, and a log that quotes them."""
    practice = paths.shipped_models() / "practice" / "practice.gguf"
    model = home / "My Holiday Pictures" / "Rosalind.gguf"
    model.parent.mkdir(parents=True)
    shutil.copyfile(practice, model)
    assert fanlight("models", "add", model, "--name", "Rosalind's").status == 0
    settings = {"model": "Rosalind's", "system_prompt": "I am Rosalind.", "speech_names": "quarterly", "text_size": 130,
                "theme": "dark", "capture_folder": str(home / "My Holiday Pictures")}  # fmt: skip
    (home / "settings.json").write_text(json.dumps(settings), "utf-8")
    (home / "logs").mkdir(exist_ok=True)
    (home / "logs" / "fanlight.log").write_text(
        f"2026-11-29 10:00:00,123 WARNING fanlight.settings_file: {home}/letter-to-mother.png cannot be read\n"
        "2026-11-29 10:00:01,123 WARNING fanlight.Rosalind: letter-to-mother\n"
        "2026-11-29 10:00:02,123 ERROR fanlight.core.work.worker: the quarterly report\n"
        "Traceback (most recent call last):\n"
        '  File "/home/Rosalind/app/fanlight/settings_file.py", line 12, in read_settings\n'
        f'    raise ValueError("{home}")\n'
        '  File "/home/Rosalind/letter-to-mother.py", line 3, in Rosalind\n    quarterly()\n'
        "ValueError: Rosalind, My Holiday Pictures\n",
        "utf-8",
    )
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "Rosalind:GNOME")
    return home


def written(fanlight: Run, place: Path) -> tuple[str, Any]:
    ran = fanlight("doctor", "--bundle", place)
    assert ran.status == 0, ran.err
    text = place.read_text("utf-8")
    return text, json.loads(text)


@pytest.mark.model
def test_no_conversation_path_or_name_is_in_it(fanlight: Run, lived_in: Path, tmp_path: Path) -> None:
    text, said = written(fanlight, tmp_path / "support.json")
    for secret in (*SECRETS, str(lived_in), str(Path.home()), str(tmp_path), "/home/"):
        assert secret.lower() not in text.lower()
    for name in (getpass.getuser(), platform.node()):
        assert f'"{name}"' not in text
    assert said["settings"] == {
        "model": "changed", "system_prompt": "changed", "speech_names": "changed", "text_size": 130, "theme": "dark",
        "capture_folder": "changed",
    }  # fmt: skip
    assert said["desktop"]["desktop"] == ["another", "GNOME"]


@pytest.mark.model
def test_what_a_developer_asks_for_is_in_it(fanlight: Run, lived_in: Path, tmp_path: Path) -> None:
    _text, said = written(fanlight, tmp_path / "support.json")
    assert {"PySide6", "llama.cpp", "System"} <= set(said["versions"])
    assert said["packages"]["llama-cpp-python"]
    assert said["checks"]["engine"]["missing"] == 0
    assert said["devices"][0]["kind"]
    added = [model for model in said["models"] if not model["practice"]]
    assert ("llama", True) in [(one["architecture"], one["chosen"]) for one in added]
    assert said["log"]["complaints"] == {
        "ERROR fanlight.core.work.worker": 1, "WARNING another": 1, "WARNING fanlight.settings_file": 1
    }  # fmt: skip
    assert said["log"]["traces"] == [["settings_file.py:12 read_settings", "ValueError"]]


def test_a_folder_is_no_place_for_it(fanlight: Run, tmp_path: Path) -> None:
    ran = fanlight("doctor", "--bundle", tmp_path)
    assert ran.status == 3
    assert "Name a file in it." in ran.err


def test_a_real_log_gives_its_traces_and_not_their_messages(tmp_path: Path) -> None:
    log = tmp_path / "fanlight.log"
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("fanlight.cli.support_file")
    logger.addHandler(handler)
    try:
        for _ in range(2):
            try:
                support_file._model(ModelSpec.of_files("Rosalind", tmp_path), wrong=1)  # type: ignore[call-arg]
            except TypeError:
                logger.exception("quarterly")
            try:
                load_settings(None)  # type: ignore[arg-type]
            except AttributeError:
                logger.exception("quarterly")
    finally:
        logger.removeHandler(handler)
        handler.close()
    said = log_digest.digest(log_digest.read_log(tmp_path))
    assert said["complaints"] == {"ERROR fanlight.cli.support_file": 4}
    assert [trace[-1] for trace in said["traces"]] == ["AttributeError"]
    assert said["traces"][0][0].startswith("settings_file.py:")
    assert "quarterly" not in str(said)


def test_a_class_or_function_that_is_not_fanlights_is_not_named() -> None:
    lines = ['  File "/x/fanlight/settings.py", line 1, in rosalind\n', "    y\n", "RosalindError: z\n"]
    assert log_digest.digest(lines)["traces"] == [["settings.py:1 another", "another"]]
    outside = ['  File "/x/fanlight/../secret.py", line 1, in read\n', "ValueError: z\n"]
    assert log_digest.digest(outside)["traces"] == []
