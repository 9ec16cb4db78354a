"""Words of the command line as requests to the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanlight.ipc import commands

SHOT = {"do": "shot", "region": None, "delay": 0.0, "action": None}


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ([], "show"),
        (["--or-sample"], "show"),
        (["show"], "show"),
        (["--hidden"], "hello"),
        (["open"], "show"),
        (["open", "a.png", "b c.wav"], "open"),
        (["hide"], "hide"),
        (["quit"], "quit"),
        (["talk", "toggle"], "talk"),
        (["talk", "stop"], "talk"),
        (["talk", "hands-free"], "talk"),
        (["dictate", "start"], "dictate"),
        (["dictate", "toggle"], "dictate"),
        (["captions", "toggle"], "captions"),
        (["selection"], "selection"),
        (["shot"], "shot"),
    ],
)
def test_words_are_understood_without_the_command_line(words: list[str], verb: str) -> None:
    request = commands.request_of(words)
    assert request is not None
    assert request["do"] == verb


def test_files_to_open_are_found_from_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    request = commands.request_of(["open", "a.png", "sub/../b.wav", "/c.jpg"])
    assert request is not None
    assert request["files"] == [str(tmp_path / "a.png"), str(tmp_path / "b.wav"), "/c.jpg"]


@pytest.mark.parametrize(
    ("words", "change"),
    [
        (["--region", "1,2,30,40"], {"region": (1, 2, 30, 40)}),
        (["--region=-1920,0,5,5"], {"region": (-1920, 0, 5, 5)}),
        (["--delay", "2.5", "--action=Explain it"], {"delay": 2.5, "action": "Explain it"}),
        (["--delay", "2,5"], {"delay": 2.5}),
    ],
)
def test_a_shot_says_what_and_when(words: list[str], change: dict[str, Any]) -> None:
    assert commands.request_of(["shot", *words]) == SHOT | change


@pytest.mark.parametrize(
    "words",
    [
        ["ask", "x"],
        ["--help"],
        ["show", "--help"],
        ["open", "--help"],
        ["hide", "now"],
        ["shot", "--region"],
        ["shot", "--region", "1,2,3"],
        ["shot", "--region", "1,2,0,4"],
        ["shot", "--region", "1,2,3,9999999"],
        ["shot", "--region", "-1,2,3,4"],
        ["shot", "--delay", "nan"],
        ["shot", "--delay", "61"],
        ["shot", "--action", ""],
        ["shot", "--action", "a\nb"],
        ["shot", "--nonsense", "1"],
        ["shot", "x"],
    ],
)
def test_other_words_are_left_to_the_command_line(words: list[str]) -> None:
    assert commands.request_of(words) is None
