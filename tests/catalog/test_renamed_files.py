"""A registered model whose file gets another name in its folder is the same model; one that is moved away is, too, once
it is added again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.catalog import file_marks
from fanlight.catalog.catalog import FILE, Catalog
from fanlight.catalog.file_marks import FileMarks, followed
from fanlight.domain.errors import ModelMissing
from fanlight.domain.models import ModelFiles, ModelSpec
from support.gguf_drafts import projector, text_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    text_model().set("general.name", "Rose 3B").write(folder / "rose.gguf")
    text_model().set("general.name", "Lily 3B").write(folder / "lily.gguf")  # as large as the rose
    projector().write(folder / "mmproj-rose.gguf")
    return folder


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "nothing", tmp_path / "home")


@pytest.fixture
def rose(catalog: Catalog, folder: Path) -> ModelSpec:
    return catalog.add(folder / "rose.gguf", folder / "mmproj-rose.gguf", "For receipts")


def stored(tmp_path: Path) -> list[dict[str, Any]]:
    models: list[dict[str, Any]] = json.loads((tmp_path / "home" / FILE).read_text("utf-8"))["models"]
    return models


def test_it_is_found_by_its_contents_and_stays_found(
    catalog: Catalog, rose: ModelSpec, folder: Path, tmp_path: Path
) -> None:
    now = (folder / "rose.gguf").rename(folder / "Rose – besser.gguf")
    eye = (folder / "mmproj-rose.gguf").rename(folder / "eye.GGUF")
    found = catalog.find("for receipts", everywhere=False)
    assert found == ModelSpec.of_files("For receipts", now, eye)
    assert catalog.models() == [found]
    assert stored(tmp_path)[0]["model"] == str(now)
    again = now.rename(folder / "third.gguf")
    assert catalog.follow_renamed() == [(found, ModelSpec.of_files("For receipts", again, eye))]
    assert catalog.follow_renamed() == []


def test_another_file_of_the_same_size_is_not_it(catalog: Catalog, rose: ModelSpec, folder: Path) -> None:
    assert (folder / "lily.gguf").stat().st_size == (folder / "rose.gguf").stat().st_size
    (folder / "rose.gguf").unlink()
    assert catalog.find("For receipts") == rose
    assert catalog.follow_renamed() == []
    words = catalog.describe(rose, 0).words
    assert "does not exist" in words
    assert words.endswith("Add it from where it is now: it keeps its name.")


def test_one_that_was_moved_away_keeps_its_name_when_it_is_added_again(
    catalog: Catalog, rose: ModelSpec, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    now = (folder / "rose.gguf").rename(tmp_path / "disk" / "r.gguf")
    assert catalog.add(now) == ModelSpec.of_files("For receipts", now)
    assert [spec.files.model for spec in catalog.models()] == [now]
    copy = tmp_path / "disk" / "copy.gguf"
    copy.write_bytes(now.read_bytes())
    assert catalog.add(copy).name != "For receipts"  # the first is still there


def test_models_of_before_are_known_once_they_were_listed(catalog: Catalog, folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    entry = {"name": "old", "model": str(folder / "rose.gguf"), "projector": None, "marks": {"model": "nonsense"}}
    (home / FILE).write_text(json.dumps({"models": [entry, {"name": "served", "address": "http://a", "model": "m"}]}))
    (folder / "rose.gguf").rename(folder / "a.gguf")
    assert catalog.follow_renamed() == []
    (folder / "a.gguf").rename(folder / "rose.gguf")
    assert catalog.follow_renamed() == []
    now = (folder / "rose.gguf").rename(folder / "a.gguf")
    assert catalog.find("old").files.model == now
    assert catalog.find("served").name == "served"


def test_the_contents_of_a_file_that_was_replaced_count_from_then_on(
    catalog: Catalog, rose: ModelSpec, folder: Path
) -> None:
    (folder / "lily.gguf").replace(folder / "rose.gguf")
    catalog.follow_renamed()
    now = (folder / "rose.gguf").rename(folder / "a.gguf")
    assert catalog.find("For receipts").files.model == now


def test_a_folder_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, rose: ModelSpec, folder: Path
) -> None:
    def never(*_given: object) -> Iterator[ModelFiles]:
        import threading

        threading.Event().wait()
        yield rose.files

    monkeypatch.setattr(file_marks, "_where_now", never)
    assert followed(rose.files, FileMarks("1 " + 64 * "0"), seconds=0.01) == rose.files


def test_what_is_gone_with_its_folder_is_said(catalog: Catalog, rose: ModelSpec, folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert catalog.find("For receipts") == rose
    with pytest.raises(ModelMissing):
        catalog.add(folder / "rose.gguf")
