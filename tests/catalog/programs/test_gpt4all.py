"""GPT4All's models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanlight.catalog.programs import gpt4all

Place = Callable[..., Path]


def test_its_folders(look: Any, user_home: Path, tmp_path: Path, place: Place) -> None:
    place(user_home / ".local/share/nomic.ai/GPT4All/rose-3b.gguf")
    place(user_home / ".cache/gpt4all/lily-3b.gguf")
    place(tmp_path / "chosen/tulip-3b.gguf")
    settings = user_home / ".config/nomic.ai/GPT4All.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[General]\nmodelPath={tmp_path / 'chosen'}/\n\n[network]\nisActive=%40Invalid()\n")
    found = look(gpt4all).models
    assert [one.spec.name for one in found] == ["tulip-3b", "rose-3b", "lily-3b"]
    assert {one.spec.owner for one in found} == {"GPT4All"}


@pytest.mark.parametrize(
    "text", ["", "modelPath=/x", "[General]\nmodelPath=relative", "[General\n\x00", "[General]\n=\n"]
)
def test_settings_that_cannot_be_read_cost_nothing(look: Any, user_home: Path, place: Place, text: str) -> None:
    place(user_home / ".local/share/nomic.ai/GPT4All/rose-3b.gguf")
    (user_home / ".local/share/nomic.ai/GPT4All/incomplete-tulip.gguf").write_bytes(b"GGUF")
    settings = user_home / ".config/nomic.ai/GPT4All.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(text)
    around = look(gpt4all)
    assert [one.spec.name for one in around.models] == ["rose-3b"]
    assert "not downloaded completely" in around.left_out[0].reason
