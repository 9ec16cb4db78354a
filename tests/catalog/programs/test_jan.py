"""Jan's models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanlight.catalog.programs import jan

Place = Callable[..., Path]


def manifest(data: Path, folder_name: str, **entries: object) -> None:
    folder = data / "llamacpp/models" / folder_name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.yml").write_text("\n".join(f"{key}: {json.dumps(value)}" for key, value in entries.items()))


def test_a_model_is_called_as_in_jan_and_has_its_projector(look: Any, user_home: Path, place: Place) -> None:
    data = user_home / ".local/share/Jan/data"
    model = place(data / "llamacpp/models/maker/rose/model.gguf")
    eye = place(data / "llamacpp/models/maker/rose/mmproj.gguf", kind="eye")
    manifest(
        data, "maker/rose", name="maker/rose", size_bytes=model.stat().st_size,
        model_path="llamacpp/models/maker/rose/model.gguf", mmproj_path="llamacpp/models/maker/rose/mmproj.gguf",
    )  # fmt: skip
    [found] = look(jan).models
    assert (found.spec.name, found.spec.owner) == ("maker/rose", "Jan")
    assert (found.spec.files.model, found.spec.files.projector) == (model, eye)


def test_one_that_was_imported_lies_elsewhere(look: Any, user_home: Path, tmp_path: Path, place: Place) -> None:
    model = place(tmp_path / "mine/rose-3b.gguf")
    manifest(user_home / "jan", "my-rose", model_path=str(model))
    [found] = look(jan).models
    assert (found.spec.name, found.spec.files.model, found.spec.files.projector) == ("my-rose", model, None)


def test_its_data_may_be_elsewhere(look: Any, user_home: Path, tmp_path: Path, place: Place) -> None:
    settings = user_home / ".config/Jan/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"data_folder": str(tmp_path / "chosen")}))
    for data, name in ((tmp_path / "chosen", "rose"), (tmp_path / "named", "tulip")):
        place(data / f"{name}.gguf")
        manifest(data, name, model_path=f"{name}.gguf")
    assert [found.spec.name for found in look(jan).models] == ["rose"]
    named = look(jan, JAN_DATA_FOLDER=str(tmp_path / "named")).models
    assert [found.spec.name for found in named] == ["tulip", "rose"]


@pytest.mark.parametrize(
    "text", ["", "[", "- a\n- b", "model_path: 3", "model_path: ''", "a: &a [*a]", "\t", "{" * 5000]
)
def test_a_manifest_that_cannot_be_read_is_said(look: Any, user_home: Path, text: str) -> None:
    manifest(user_home / "jan", "odd", model_path="x")
    (user_home / "jan/llamacpp/models/odd/model.yml").write_text(text)
    around = look(jan)
    assert not around.models
    [left] = around.left_out
    assert "does not describe a model" in left.reason
    assert left.hint


def test_one_whose_file_is_gone_is_said_by_its_name(look: Any, user_home: Path) -> None:
    manifest(user_home / "jan", "gone", model_path="llamacpp/models/gone/model.gguf")
    [left] = look(jan).left_out
    assert left.name == "gone"
    assert "is gone" in left.reason
