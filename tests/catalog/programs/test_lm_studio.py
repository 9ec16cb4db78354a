"""LM Studio's models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanlight.catalog.programs import lm_studio
from fanlight.catalog.programs.candidates import gguf_files

Place = Callable[..., Path]


@pytest.mark.parametrize("folder", [".lmstudio/models", ".cache/lm-studio/models"])
def test_a_pair_in_its_folder_is_found_by_the_files_name(look: Any, user_home: Path, place: Place, folder: str) -> None:
    model = place(user_home / folder / "maker/Rose-3B-GGUF/Rose-3B-Q4_K_M.gguf")
    eye = place(model.with_name("mmproj-Rose-3B-f16.gguf"), kind="eye")
    [found] = look(lm_studio).models
    assert (found.spec.name, found.spec.owner, found.repository) == (
        "Rose-3B-Q4_K_M",
        "LM Studio",
        "maker/Rose-3B-GGUF",
    )
    assert (found.spec.files.model, found.spec.files.projector) == (model, eye)


def test_its_home_and_its_folder_may_be_elsewhere(look: Any, user_home: Path, tmp_path: Path, place: Place) -> None:
    home, folder = tmp_path / "moved", tmp_path / "disk" / "models"
    (user_home / ".lmstudio-home-pointer").write_text(f"{home}\n")
    home.mkdir()
    (home / "settings.json").write_text(json.dumps({"downloadsFolder": str(folder)}))
    place(folder / "a/b/tulip-7b.gguf")
    place(home / "models/a/b/lily-7b.gguf")
    assert [found.spec.name for found in look(lm_studio).models] == ["tulip-7b", "lily-7b"]


@pytest.mark.parametrize(
    "settings", ["", "[", "[]", '{"downloadsFolder": 3}', '{"downloadsFolder": "relative"}', "[" * 9999]
)
def test_settings_that_cannot_be_read_cost_nothing(look: Any, user_home: Path, place: Place, settings: str) -> None:
    place(user_home / ".lmstudio/models/a/b/rose-3b.gguf")
    (user_home / ".lmstudio/settings.json").write_text(settings)
    (user_home / ".lmstudio-home-pointer").write_bytes(b"\xff\xfe nothing")
    assert len(look(lm_studio).models) == 1


def test_what_is_cut_off_or_still_downloaded_is_left_out_with_a_reason(
    look: Any, user_home: Path, place: Place
) -> None:
    folder = user_home / ".lmstudio/models/a/b"
    whole = place(folder / "rose-3b.gguf")
    (folder / "cut-3b.gguf").write_bytes(whole.read_bytes()[:-3000])
    (folder / "downloading_tulip-3b.gguf.part").write_bytes(b"GGUF")
    (folder / "page-3b.gguf").write_bytes(b"<!DOCTYPE html><html lang=en></html>")
    (folder / "note.txt").write_text("no model")
    around = look(lm_studio)
    assert [found.spec.name for found in around.models] == ["rose-3b"]
    reasons = {one.path.name: one for one in around.left_out}
    assert set(reasons) == {"cut-3b.gguf", "downloading_tulip-3b.gguf.part", "page-3b.gguf"}
    assert "cut off" in reasons["cut-3b.gguf"].reason
    assert "not downloaded completely" in reasons["downloading_tulip-3b.gguf.part"].reason
    assert all(one.hint and one.owner == "LM Studio" for one in around.left_out)


def test_a_link_to_a_folder_is_followed_and_a_loop_ends(
    look: Any, user_home: Path, tmp_path: Path, place: Place
) -> None:
    place(tmp_path / "disk/b/rose-3b.gguf")
    folder = user_home / ".lmstudio/models"
    folder.mkdir(parents=True)
    (folder / "a").symlink_to(tmp_path / "disk")
    (folder / "loop").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    assert [found.spec.name for found in look(lm_studio).models] == ["rose-3b"]
    assert len(list(gguf_files(folder, 4))) == 1


def test_of_a_model_in_parts_there_is_one(look: Any, user_home: Path, place: Place) -> None:
    folder = user_home / ".lmstudio/models/a/b"
    place(folder / "rose-00002-of-00002.gguf")
    around = look(lm_studio)
    assert not around.models
    assert not around.left_out
