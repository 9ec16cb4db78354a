"""Models are found, added, renamed and forgotten; their files stay where they are."""

from __future__ import annotations

import json
import logging
import os
import shutil
from pathlib import Path

import pytest

from fanlight import i18n
from fanlight.catalog.catalog import Catalog
from fanlight.catalog.registrations import Registrations
from fanlight.catalog.servers import model_address
from fanlight.domain.errors import InputError, ModelBroken, ModelMissing, ProjectorMismatch, StoreError
from fanlight.domain.models import NO_PROJECTOR, ModelAddress, ModelSpec
from support.gguf_drafts import projector, text_model


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped" / "practice"
    folder.mkdir(parents=True)
    text_model().write(folder / "practice.gguf")
    projector().write(folder / "practice-mmproj.gguf")
    return folder.parent


@pytest.fixture
def catalog(shipped: Path, tmp_path: Path) -> Catalog:
    return Catalog(shipped, tmp_path / "home")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A pair of the user's own, under a name beyond ASCII."""
    folder = tmp_path / "Modèles – 模型"
    folder.mkdir()
    text_model().set("general.name", "Grüne Rose 3B Instruct").write(folder / "rose-Q8_0.gguf")
    projector().write(folder / "mmproj-rose.gguf")
    return folder


def test_the_practice_model_ships_and_comes_first(catalog: Catalog, files: Path, shipped: Path) -> None:
    catalog.add(files / "rose-Q8_0.gguf")
    first, second = catalog.models()
    assert first == ModelSpec.of_files(
        "practice", shipped / "practice/practice.gguf", shipped / "practice/practice-mmproj.gguf", practice=True
    )
    assert not second.practice


def test_without_its_files_there_is_no_practice_model(tmp_path: Path) -> None:
    assert Catalog(tmp_path / "nothing", tmp_path / "home").models() == []


def test_an_added_model_is_called_as_its_file_and_has_its_projector(catalog: Catalog, files: Path) -> None:
    spec = catalog.add(files / "rose-Q8_0.gguf")
    assert spec == ModelSpec.of_files("rose-Q8_0", files / "rose-Q8_0.gguf", files / "mmproj-rose.gguf")
    assert spec.supports_images


def test_it_is_still_there_for_the_next_start(catalog: Catalog, files: Path, shipped: Path, tmp_path: Path) -> None:
    spec = catalog.add(files / "rose-Q8_0.gguf")
    assert Catalog(shipped, tmp_path / "home").models()[1] == spec


def test_a_relative_path_is_kept_as_an_absolute_one(
    catalog: Catalog, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    spec = catalog.add(Path("rose-Q8_0.gguf"), Path("mmproj-rose.gguf"))
    assert spec.files.model.is_absolute()
    assert spec.files.projector is not None
    assert spec.files.projector.is_absolute()


def test_a_model_is_found_by_its_name_in_any_case(catalog: Catalog, files: Path) -> None:
    spec = catalog.add(files / "rose-Q8_0.gguf", name="Rose")
    assert catalog.find("Rose") == catalog.find("ROSE") == spec
    assert catalog.find("practice").practice


def test_a_file_need_not_be_added_to_be_used(catalog: Catalog, files: Path) -> None:
    spec = catalog.find(str(files / "rose-Q8_0.gguf"))
    assert spec == ModelSpec.of_files("rose-Q8_0", files / "rose-Q8_0.gguf", files / "mmproj-rose.gguf")
    assert len(catalog.models()) == 1


def test_a_file_that_was_added_is_found_as_that_model(catalog: Catalog, files: Path, tmp_path: Path) -> None:
    spec = catalog.add(files / "rose-Q8_0.gguf", name="rose")
    link = tmp_path / "link.gguf"
    link.symlink_to(files / "rose-Q8_0.gguf")
    assert catalog.find(str(files / "rose-Q8_0.gguf")) == catalog.find(str(link)) == spec


def test_a_name_that_is_nearly_right_gets_a_suggestion(catalog: Catalog, files: Path) -> None:
    catalog.add(files / "rose-Q8_0.gguf", name="rose-3b")
    with pytest.raises(ModelMissing, match="no model called") as missing:
        catalog.find("rosa-3b")
    assert "Did you mean “rose-3b”?" in missing.value.hint
    with pytest.raises(ModelMissing) as missing:
        catalog.find("zzzzzz")
    assert "Did you mean" not in missing.value.hint
    assert "fanlight models list" in missing.value.hint


def test_a_file_that_is_not_there_and_a_folder_are_said(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="does not exist"):
        catalog.find(str(tmp_path / "gone.gguf"))
    with pytest.raises(ModelMissing, match="is a folder"):
        catalog.find(str(tmp_path))
    with pytest.raises(ModelMissing):
        catalog.add(tmp_path / "gone.gguf")


def test_what_can_not_be_used_is_not_added(catalog: Catalog, files: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes((files / "rose-Q8_0.gguf").read_bytes()[:-5000])
    with pytest.raises(ModelBroken, match="cut off"):
        catalog.add(broken)
    with pytest.raises(ProjectorMismatch):
        catalog.add(files / "rose-Q8_0.gguf", projector(64).write(tmp_path / "wide.gguf"))
    with pytest.raises(ProjectorMismatch, match="is a projector"):
        catalog.add(files / "mmproj-rose.gguf")
    assert len(catalog.models()) == 1


def test_two_models_of_one_name_are_told_apart(catalog: Catalog, files: Path, tmp_path: Path) -> None:
    names = [catalog.add(files / "rose-Q8_0.gguf").name]
    for folder in ("work", "a/work", "x" * 90):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(files / "rose-Q8_0.gguf", tmp_path / folder / "rose-Q8_0.gguf")
        names.append(catalog.add(tmp_path / folder / "rose-Q8_0.gguf").name)
    assert names == ["rose-Q8_0", "rose-Q8_0 (work)", "rose-Q8_0 2", "rose-Q8_0 3"]
    assert [catalog.find(name).name for name in names] == names


@pytest.mark.parametrize(
    ("place", "made_as", "name"),
    [
        ("downloads/Blue Tulip.gguf", "Model", "Blue Tulip"),
        ("Tulip-7B/ggml-model-Q4_K_M.gguf", "Other 3B", "Tulip-7B-Q4_K_M"),
        ("Tulip-7B-Q4_K_M/model.gguf", "Other 3B", "Tulip-7B-Q4_K_M"),
        ("Downloads/model-Q8_0.gguf", "Tulip 7B Instruct", "Tulip 7B Instruct"),
        ("Desktop/Q8_0.gguf", ".", "model"),
        ("tmp/tulip.Q4_K_M.GGUF", "Other 3B", "tulip.Q4_K_M"),
    ],
)
def test_a_name_that_says_nothing_gives_way_to_the_folders_then_the_makers(
    catalog: Catalog, tmp_path: Path, place: str, made_as: str, name: str
) -> None:
    (tmp_path / place).parent.mkdir(parents=True)
    assert catalog.add(text_model().set("general.name", made_as).write(tmp_path / place)).name == name


def test_a_renamed_model_is_found_by_both_names_and_keeps_its_place(
    catalog: Catalog, files: Path, tmp_path: Path, shipped: Path
) -> None:
    catalog.add(files / "rose-Q8_0.gguf")
    other = catalog.add(text_model().write(tmp_path / "tulip-7b.gguf"))
    renamed = catalog.rename("rose-q8_0", "For receipts")
    again = Catalog(shipped, tmp_path / "home")
    assert again.models()[1:] == [renamed, other]
    assert again.find("for receipts") == again.find("rose-Q8_0") == renamed
    assert again.current_name("rose-Q8_0") == "For receipts"
    assert again.add(files / "rose-Q8_0.gguf").name == "For receipts"
    assert again.rename("tulip-7b", "rose-Q8_0").files == again.find("rose-Q8_0").files == other.files


def test_a_new_name_is_checked(catalog: Catalog, files: Path, tmp_path: Path) -> None:
    catalog.add(files / "rose-Q8_0.gguf", name="rose")
    catalog.add(text_model().write(tmp_path / "tulip-7b.gguf"))
    for name in ("", "TULIP-7b", "practice", "a/b", "x.gguf"):
        with pytest.raises(InputError) as refused:
            catalog.rename("rose", name)
        assert refused.value.hint
    assert catalog.rename("rose", "Rose").name == "Rose"
    with pytest.raises(ModelMissing):
        catalog.rename("nothing", "x")
    with pytest.raises(InputError, match="part of Fanlight"):
        catalog.rename("Practice", "x")


def test_what_was_removed_can_be_registered_again(catalog: Catalog, files: Path) -> None:
    spec = catalog.add(files / "rose-Q8_0.gguf", name="Rose")
    assert catalog.remove("rose") == spec
    assert catalog.restore(spec) == spec
    assert catalog.find("Rose") == spec


def test_adding_a_model_again_keeps_one_registration(catalog: Catalog, files: Path) -> None:
    first = catalog.add(files / "rose-Q8_0.gguf")
    (files / "mmproj-rose.gguf").unlink()
    again = catalog.add(files / "rose-Q8_0.gguf")
    assert (again.name, again.files.projector) == (first.name, None)
    renamed = catalog.add(files / "rose-Q8_0.gguf", name="rosy")
    assert catalog.models()[1:] == [renamed]


@pytest.mark.parametrize("name", ["", "  ", "a/b", "x.gguf", "two\nlines", "x" * 81, "practice", "PRACTICE"])
def test_a_name_that_can_not_be_had_is_refused(catalog: Catalog, files: Path, name: str) -> None:
    with pytest.raises(InputError) as refused:
        catalog.add(files / "rose-Q8_0.gguf", name=name)
    assert refused.value.hint


def test_a_removed_model_is_forgotten_and_its_files_stay(catalog: Catalog, files: Path) -> None:
    spec = catalog.add(files / "rose-Q8_0.gguf")
    catalog.remove(spec.name)
    assert [left.name for left in catalog.models()] == ["practice"]
    assert spec.files.model.exists()
    with pytest.raises(ModelMissing):
        catalog.remove(spec.name)
    with pytest.raises(InputError, match="part of Fanlight"):
        catalog.remove("practice")


def test_a_model_whose_files_are_gone_stays_in_the_list(catalog: Catalog, files: Path) -> None:
    spec = catalog.add(files / "rose-Q8_0.gguf")
    shutil.rmtree(files)
    assert catalog.models()[1] == spec
    assert catalog.find(spec.name) == spec


def test_a_damaged_list_is_set_aside_and_said(
    catalog: Catalog, files: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    catalog.add(files / "rose-Q8_0.gguf")
    kept = tmp_path / "home" / "models.json"
    kept.write_text(kept.read_text("utf-8")[:-20], "utf-8")
    with caplog.at_level(logging.WARNING):
        assert [spec.name for spec in catalog.models()] == ["practice"]
    assert "models.broken" in caplog.text
    assert (tmp_path / "home" / "models.broken").exists()
    assert catalog.add(files / "rose-Q8_0.gguf") in catalog.models()


def test_what_another_version_wrote_is_kept(catalog: Catalog, files: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    kept = tmp_path / "home" / "models.json"
    kept.write_text(json.dumps({"later": 1, "models": [{"kind": "speech"}, {"name": "a", "model": "/a.gguf", "x": 2}]}))
    assert [spec.name for spec in catalog.models()] == ["practice", "a"]
    catalog.add(files / "rose-Q8_0.gguf", name="rose")
    said = json.loads(kept.read_text("utf-8"))
    assert said["later"] == 1
    assert said["models"][:2] == [{"kind": "speech"}, {"name": "a", "model": "/a.gguf", "x": 2}]
    catalog.remove("rose")
    assert len(json.loads(kept.read_text("utf-8"))["models"]) == 2


def test_a_list_that_can_not_be_written_is_an_error_and_the_old_one_stays(
    catalog: Catalog, files: Path, tmp_path: Path
) -> None:
    spec = catalog.add(files / "rose-Q8_0.gguf")
    (tmp_path / "home" / f".models.json.{os.getpid()}.new").mkdir()  # where its draft would be written
    with pytest.raises(StoreError, match="cannot be written"):
        catalog.remove(spec.name)
    assert spec in catalog.models()


def test_a_model_in_parts_is_added_by_any_of_them(catalog: Catalog, tmp_path: Path) -> None:
    whole = text_model()
    half = len(whole.tensors) // 2
    for number, tensors in enumerate((whole.tensors[:half], whole.tensors[half:])):
        part = text_model()
        part.tensors = tensors
        part.set("split.count", 2, "u16").set("split.no", number, "u16")
        part.write(tmp_path / f"tiny-{number + 1:05d}-of-00002.gguf")
    assert catalog.add(tmp_path / "tiny-00002-of-00002.gguf").files.model == tmp_path / "tiny-00001-of-00002.gguf"


def test_a_model_at_an_address_is_kept_and_found_by_its_name(shipped: Path, tmp_path: Path) -> None:
    served = ModelSpec("served", ModelAddress("http://127.0.0.1:8080", "model", supports_images=True))
    Registrations(tmp_path / "home" / "models.json").add_or_replace(served)
    catalog = Catalog(shipped, tmp_path / "home")
    assert catalog.find("served") == served
    assert catalog.add(text_model().write(tmp_path / "rose.gguf")).files.model == tmp_path / "rose.gguf"
    assert served in catalog.models()


def test_why_the_list_cannot_be_read_is_in_the_users_language(tmp_path: Path, catalogs: Path) -> None:
    (tmp_path / "models.json").mkdir()
    with pytest.raises(StoreError, match="cannot be read: Is a directory"):
        Registrations(tmp_path / "models.json").specs()
    i18n.use("de", catalogs)
    try:
        with pytest.raises(StoreError) as caught:
            Registrations(tmp_path / "models.json").specs()
    finally:
        i18n.use("en")
    assert "Is a directory" not in caught.value.message


def test_none_may_be_asked_for_as_projector(catalog: Catalog, files: Path, shipped: Path, tmp_path: Path) -> None:
    rose = files / "rose-Q8_0.gguf"
    assert catalog.find(str(rose)).files.projector is not None
    assert catalog.find(str(rose), NO_PROJECTOR).files.projector is None
    spec = catalog.add(rose, NO_PROJECTOR)
    assert spec.files.projector is None
    assert Catalog(shipped, tmp_path / "home").find(spec.name).files.projector is None
    other = files / "mmproj-rose.gguf"
    assert catalog.find(spec.name, other).files.projector == other


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        (" localhost:11434/v1 ", "http://localhost:11434"),
        ("https://gpu.example/api/v1/chat/completions/", "https://gpu.example/api"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_the_address_of_a_server_is_taken_as_people_write_it(written: str, url: str) -> None:
    assert model_address(written, " rose ", supports_images=True) == ModelAddress(url, "rose", True)


def test_a_server_without_an_address_is_told_so() -> None:
    with pytest.raises(InputError, match="needs an address"):
        model_address("  ", "x", supports_images=True)


@pytest.mark.parametrize(
    ("written", "model"), [("", "x"), ("ftp://x", "x"), ("two words", "x"), ("http://u:p@x", "x"), ("x", " ")]
)
def test_what_is_no_server_is_refused(written: str, model: str) -> None:
    with pytest.raises(InputError):
        model_address(written, model, supports_images=True)


def test_a_server_is_registered_once_and_can_come_back(tmp_path: Path) -> None:
    shelf = Catalog(tmp_path, tmp_path / "home")
    source = ModelAddress("http://127.0.0.1:8080", "rose", supports_images=True, has_key=True)
    assert shelf.add_server(source).name == "rose"
    assert shelf.add_server(source, "Eyes").name == "Eyes"
    assert shelf.models()[0].source == source
    assert shelf.add_server(ModelAddress("http://127.0.0.1:9", "Eyes")).name != "Eyes"
    assert [spec.name for spec in shelf.models()][:1] == ["Eyes"]
    removed = shelf.remove("Eyes")
    assert shelf.restore(removed) == removed
    assert shelf.describe(removed, 0).words == "http://127.0.0.1:8080"
