"""Models that are installed as packages are offered, and stay what they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fanlight.catalog import packaged
from fanlight.catalog.catalog import Catalog
from fanlight.catalog.packaged import ModelPackage, packaged_models
from fanlight.domain.errors import InputError
from support.gguf_drafts import text_model

NAME = "tiny"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model's file in a package whose own code cannot run."""
    folder = tmp_path / "site" / "tiny_model_package"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise ImportError('it needs another package')\n", "utf-8")
    monkeypatch.syspath_prepend(str(folder.parent))
    package = ModelPackage(NAME, "tiny_model_package", "*.gguf", "small, for trying")
    monkeypatch.setattr(packaged, "PACKAGES", (package, ModelPackage("gone", "no_such_package", "*.gguf", "")))
    return text_model().write(folder / "tiny-Q4.gguf")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "shipped", tmp_path / "home", packaged_models)


def test_its_file_is_found_and_its_code_is_not_run(catalog: Catalog, installed: Path) -> None:
    (spec,) = catalog.models()
    assert (spec.name, spec.files.model, spec.about) == (NAME, installed, "small, for trying")
    assert catalog.find(NAME) == spec
    assert "tiny_model_package" not in sys.modules


def test_the_same_file_or_name_added_by_the_user_takes_its_place(
    catalog: Catalog, installed: Path, tmp_path: Path
) -> None:
    catalog.add(installed, name="mine")
    assert [spec.name for spec in catalog.models()] == ["mine"]
    catalog.remove("mine")
    assert [spec.name for spec in catalog.models()] == [NAME]


def test_it_is_not_removed_from_the_list(catalog: Catalog, installed: Path) -> None:
    with pytest.raises(InputError, match="package of Python"):
        catalog.remove(NAME)


def test_a_package_without_the_file_offers_nothing(catalog: Catalog, installed: Path) -> None:
    installed.unlink()
    assert catalog.models() == []
