"""The command line speaks the language of the settings; what programs read is the same in all of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fanlight import i18n
from support.catalogs import LANGUAGES
from support.command_line import Ran, Run
from support.pseudo import Pseudo

SYNTAX = {
    "ask", "batch", "doctor", "fanlight", "hide", "hidden", "help", "models", "quit", "sample", "shot", "show", "talk",
    "transcribe", "verbose", "version", "COMMAND", "FILE", "IMAGE", "QUESTION", "TEXT", "NAME", "image", "json",
    "schema", "grammar", "temperature", "seed", "model", "max", "tokens", "system", "practice", "dictate", "selection",
    "captions", "evaluate", "erase", "detail", "low", "normal", "high", "from", "sound", "TIME",
    "each", "file", "page", "listen",
    "projector", "gguf", "none", "open", "export", "import", "backup", "restore", "think", "ocr", "off", "auto",
}  # fmt: skip
"""Words of the command line itself, and names."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, home: Path, catalogs: Path) -> str:
    """The one in the settings."""
    choose(home, request.param)
    return str(request.param)


def choose(home: Path, language: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "settings.json").write_text(json.dumps({"language": language}), "utf-8")


def test_help_and_errors_are_in_the_language_of_the_settings(fanlight: Run, language: str) -> None:
    assert fanlight("--help").status == 0
    assert i18n.language_in_use() == language


@pytest.mark.parametrize("words", [["--help"], ["ask", "--help"], ["ask"], ["ask", "a", "--seed", "x"]])
def test_every_line_that_a_person_reads_can_be_translated(
    fanlight: Run, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """argparse's own lines, too: with catalogs that translate everything no English line is left."""
    english = fanlight(*words)
    monkeypatch.setattr(i18n, "use", lambda language: None)
    monkeypatch.setattr(i18n, "_translations", Pseudo())
    ran = fanlight(*words)
    assert ran.status == english.status
    rest = re.sub(r"«[^»]*»", "", ran.out + ran.err)
    assert "«" in ran.out + ran.err
    assert set(re.findall(r"\b[a-z]{3,}\b", rest, re.IGNORECASE)) <= SYNTAX


def _program(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "fanlight", *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "0", **environment},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "utf-8"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_terminal_of_another_encoding_loses_signs_and_not_the_text(
    home: Path, catalogs: Path, language: str, encoding: str
) -> None:
    choose(home, language)
    for words in (["--help"], ["models", "list"], ["ask"]):
        said = _program(*words, PYTHONIOENCODING=encoding)
        assert said.returncode == (2 if words == ["ask"] else 0), said.stderr
        text = (said.stdout + said.stderr).decode(encoding)
        assert "UnicodeEncodeError" not in text
        assert "\\u" not in text
        assert text.count("?") <= text.count("question?"), text


def test_json_is_the_same_in_a_terminal_of_another_encoding(tmp_path: Path) -> None:
    folder = tmp_path / "Büro łódź 写真"
    for encoding in ("ascii", "latin-1", "utf-8"):
        said = _program("doctor", "--json", PYTHONIOENCODING=encoding, FANLIGHT_HOME=str(folder)).stdout
        assert json.loads(said.decode("utf-8"))["paths"]["log"].startswith(str(folder))


MACHINE = (
    ["models", "list", "--json"],
    ["doctor", "--json"],
)


@pytest.mark.parametrize("words", MACHINE, ids=" ".join)
def test_json_is_the_same_in_every_language(fanlight: Run, language: str, words: list[str], home: Path) -> None:
    there = fanlight(*words)
    choose(home, "en")
    assert _without_figures(fanlight(*words)) == _without_figures(there)


def test_answers_in_json_are_the_same_in_every_language(
    fanlight: Run, scripted: Any, language: str, home: Path, tmp_path: Path
) -> None:
    scripted("Fine.")
    items = tmp_path / "in.json"
    items.write_text(
        json.dumps([{"id": 1, "question": "?"}, {"id": 2}, {"id": 3, "images": ["none.png"], "question": "?"}])
    )
    answers = []
    for chosen in (language, "en"):
        choose(home, chosen)
        ran = fanlight("batch", "--input", items, "--output", tmp_path / "out.json")
        one = fanlight("ask", "--json", "?")
        answers.append((ran.status, _without_times(json.loads((tmp_path / "out.json").read_text("utf-8"))), one.status,
                        _without_times(json.loads(one.out))))  # fmt: skip
    assert answers[0] == answers[1]
    assert "error" in answers[0][1][1]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--nonsense"], 2),
        (["ask", ""], 3),
        (["ask", "-i", "nothing.png", "?"], 3),
        (["ask", "--model", "nobody", "?"], 4),
        (["models", "remove", "nobody"], 4),
        (["hide"], 1),
    ],
    ids=str,
)
def test_exit_codes_are_the_same_in_every_language(
    fanlight: Run, language: str, home: Path, words: list[str], status: int
) -> None:
    assert fanlight(*words).status == status


def _without_figures(ran: Ran) -> Ran:
    """Free memory changes from one run to the next."""
    return replace(ran, out=re.sub(r"[\d.]+ ?([GM]B)?", "0", ran.out))


def _without_times(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_times(inner) for key, inner in value.items() if key != "timings"}
        case list():
            return [_without_times(inner) for inner in value]
    return value
