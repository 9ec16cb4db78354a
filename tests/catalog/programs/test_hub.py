"""The hub's cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanlight.catalog.programs import hub

Place = Callable[..., Path]


def cached(
    folder: Path, repository: str, place: Place, *files: str, commit: str = "a" * 40, main: str | None = None
) -> Path:
    """As the hub's client writes it: links in the snapshot to files among the blobs."""
    root = folder / f"models--{repository.replace('/', '--')}"
    (root / "refs").mkdir(parents=True, exist_ok=True)
    if main != "":
        (root / "refs/main").write_text(main or commit)
    for number, file in enumerate(files):
        blob = place(root / f"blobs/{commit[:4]}{number}", kind="eye" if "mmproj" in file else "model")
        link = root / "snapshots" / commit / file
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(blob)
    return root / "snapshots" / commit


def test_a_pair_behind_links_is_found_by_the_links_names(look: Any, user_home: Path, place: Place) -> None:
    folder = user_home / ".cache/huggingface/hub"
    snapshot = cached(
        folder, "maker/Rose-3B-GGUF", place, "Rose-3B-Q8_0.gguf", "mmproj-Rose-3B-f16.gguf", "Q4/Rose-3B-Q4_0.gguf"
    )
    found = {one.spec.name: one for one in look(hub).models}
    assert set(found) == {"Rose-3B-Q8_0", "Rose-3B-Q4_0"}
    one = found["Rose-3B-Q8_0"]
    assert (one.spec.owner, one.repository) == ("Hugging Face", "maker/Rose-3B-GGUF")
    assert one.spec.files.projector == snapshot / "mmproj-Rose-3B-f16.gguf"


def test_a_name_that_says_nothing_gives_way_to_the_repositorys(look: Any, user_home: Path, place: Place) -> None:
    cached(user_home / ".cache/huggingface/hub", "maker/Rose-3B-GGUF", place, "ggml-model-Q4_K_M.gguf")
    assert [one.spec.name for one in look(hub).models] == ["Rose-3B-Q4_K_M"]


@pytest.mark.parametrize("main", ["", "b" * 40, "../../elsewhere"])
def test_without_a_branch_the_last_commit_counts(look: Any, user_home: Path, place: Place, main: str) -> None:
    cached(user_home / ".cache/huggingface/hub", "maker/Rose", place, "rose-3b.gguf", main=main)
    assert [one.spec.name for one in look(hub).models] == ["rose-3b"]


def test_an_older_commit_is_not_shown_beside_the_newer(look: Any, user_home: Path, place: Place) -> None:
    folder = user_home / ".cache/huggingface/hub"
    cached(folder, "maker/Rose", place, "rose-3b.gguf", commit="b" * 40)
    cached(folder, "maker/Rose", place, "rose-3b.gguf", commit="c" * 40)
    [one] = look(hub).models
    assert one.spec.files.model.parent.name == "c" * 40


@pytest.mark.parametrize(
    ("variable", "below"),
    [("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub"), ("XDG_CACHE_HOME", "huggingface/hub")],
)
def test_its_folder(look: Any, tmp_path: Path, place: Place, variable: str, below: str) -> None:
    cached(tmp_path / "elsewhere" / below, "maker/Rose", place, "rose-3b.gguf")
    assert len(look(hub, **{variable: str(tmp_path / "elsewhere")}).models) == 1
    assert not look(hub).models


def test_a_link_to_nothing_is_said(look: Any, user_home: Path, place: Place) -> None:
    snapshot = cached(user_home / ".cache/huggingface/hub", "maker/Rose", place, "rose-3b.gguf")
    (snapshot / "rose-3b.gguf").resolve().unlink()
    around = look(hub)
    assert not around.models
    assert "is gone" in around.left_out[0].reason
