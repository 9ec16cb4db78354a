"""Of a repository's files: each model with its projector, the usual quantization first."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.catalog.download_requests import download_request
from fanlight.catalog.hub_models import models_in
from fanlight.catalog.known_models import KnownModel
from fanlight.domain.downloads import FileRole
from fanlight.domain.hub import HubFile, HubRepository

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def repository(*paths: str) -> HubRepository:
    files = (HubFile(path, 1000 + number, f"{number:064x}") for number, path in enumerate(paths))
    return HubRepository("me/My-Model-GGUF", COMMIT, "mit", files=tuple(files))


def pairs(models: tuple[KnownModel, ...]) -> list[tuple[str, str]]:
    """Names of the model's and the projector's file."""
    found = []
    for model in models:
        projector = model.file(FileRole.PROJECTOR)
        found.append((model.files[0].name, projector.name if projector else ""))
    return found


def test_the_usual_quantization_comes_first_with_the_better_projector() -> None:
    models = models_in(
        repository(
            "README.md", "m-Q8_0.gguf", "m-Q2_K.gguf", "m-Q4_K_M.gguf", "mmproj-m-f32.gguf", "mmproj-m-F16.gguf",
            "m.imatrix.gguf", "mtp-m-Q4_0.gguf",
        )
    )  # fmt: skip
    assert pairs(models) == [
        ("m-Q4_K_M.gguf", "mmproj-m-F16.gguf"),
        ("m-Q8_0.gguf", "mmproj-m-F16.gguf"),
        ("m-Q2_K.gguf", "mmproj-m-F16.gguf"),
    ]
    first = models[0]
    assert (first.id, first.name, first.licence, first.inputs) == ("m-q4_k_m", "m-Q4_K_M", "mit", ("pictures",))
    assert first.size_bytes == 1003 + 1005


def test_a_model_in_parts_is_one_and_one_that_lacks_a_part_is_none() -> None:
    models = models_in(
        repository(
            "Q8/m-Q8_0-00001-of-00002.gguf", "Q8/m-Q8_0-00002-of-00002.gguf", "Q6/m-Q6_K-00002-of-00003.gguf",
            "mmproj.gguf",
        )
    )  # fmt: skip
    (model,) = models
    assert [file.role for file in model.files] == [FileRole.MODEL, FileRole.OTHER, FileRole.PROJECTOR]
    assert model.id == "m-q8_0"
    source = download_request(model, Path("/home")).files[0].sources[0]
    assert source.endswith(f"/me/My-Model-GGUF/resolve/{COMMIT}/Q8/m-Q8_0-00001-of-00002.gguf")


def test_a_projector_in_the_models_folder_is_the_models_own() -> None:
    models = models_in(repository("a/x.gguf", "a/mmproj.gguf", "b/y.gguf", "b/mmproj-f16.gguf", "z.gguf"))
    assert sorted(pairs(models)) == [
        ("x.gguf", "mmproj.gguf"),
        ("y.gguf", "mmproj-f16.gguf"),
        ("z.gguf", "mmproj-f16.gguf"),
    ]


@pytest.mark.parametrize("paths", [(), ("README.md",), ("mmproj.gguf",), ("con.gguf",), ("folder/.hidden.gguf",)])
def test_a_repository_without_a_model_has_none(paths: tuple[str, ...]) -> None:
    assert models_in(repository(*paths)) == ()


def test_a_file_whose_sum_the_hub_does_not_say_is_left_out() -> None:
    assert models_in(HubRepository("a/b", COMMIT, files=(HubFile("m.gguf", 10),))) == ()
