"""Of a repository's files: each model with its projector, the usual quantization first."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.catalog.download_requests import download_request
from fanlight.catalog.hub_models import listed_name, model_named, models_in
from fanlight.catalog.hub_names import HubName
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
    assert (first.name, first.licence, first.inputs) == ("m-Q4_K_M", "mit", ("pictures",))
    assert listed_name(first.id) == "m-q4_k_m"
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
    assert listed_name(model.id) == "m-q8_0"
    source = download_request(model, Path("/home")).files[0].sources[0]
    assert source.endswith(f"/me/My-Model-GGUF/resolve/{COMMIT}/Q8/m-Q8_0-00001-of-00002.gguf")


def test_a_projector_in_the_models_folder_is_the_models_own() -> None:
    models = models_in(repository("a/x.gguf", "a/mmproj.gguf", "b/y.gguf", "b/mmproj-f16.gguf", "z.gguf"))
    assert sorted(pairs(models)) == [
        ("x.gguf", "mmproj.gguf"),
        ("y.gguf", "mmproj-f16.gguf"),
        ("z.gguf", "mmproj-f16.gguf"),
    ]


def test_of_projectors_for_several_models_each_has_its_own() -> None:
    models = models_in(
        repository(
            "gemma-4-E2B-it-Q4_0.gguf", "gemma-4-E4B-it-Q4_K_M.gguf", "gemma-4-E4B-it-Q8_0.gguf",
            "mmproj-gemma-4-E4B-it-bf16.gguf", "mmproj-gemma-4-E2B-it-Q8_0.gguf", "mmproj-gemma-4-E2B-it-f16.gguf",
        )
    )  # fmt: skip
    assert dict(pairs(models)) == {
        "gemma-4-E2B-it-Q4_0.gguf": "mmproj-gemma-4-E2B-it-f16.gguf",
        "gemma-4-E4B-it-Q4_K_M.gguf": "mmproj-gemma-4-E4B-it-bf16.gguf",
        "gemma-4-E4B-it-Q8_0.gguf": "mmproj-gemma-4-E4B-it-bf16.gguf",
    }


def test_a_projector_that_is_named_after_another_model_is_not_taken_and_one_without_a_name_is() -> None:
    models = models_in(repository("rose-2b-Q4_0.gguf", "rose-7b-Q4_0.gguf", "mmproj-rose-7b-f16.gguf"))
    assert dict(pairs(models)) == {"rose-2b-Q4_0.gguf": "", "rose-7b-Q4_0.gguf": "mmproj-rose-7b-f16.gguf"}
    models = models_in(repository("MiniCPM-Q4_0.gguf", "rose-7b-Q4_0.gguf", "mmproj-model-f16.gguf"))
    assert set(dict(pairs(models)).values()) == {"mmproj-model-f16.gguf"}


def test_files_of_one_name_in_two_places_are_two_models() -> None:
    """Each conversion of a model has the same file name: neither takes the place of the other."""
    models = models_in(repository("a/rose-Q4_0.gguf", "b/rose-Q4_0.gguf"))
    assert len({model.id for model in models}) == 2
    assert {listed_name(model.id) for model in models} == {"rose-q4_0"}
    folders = {download_request(model, Path("/home")).folder for model in models}
    assert len(folders) == 2


@pytest.mark.parametrize(
    ("named", "file"),
    [
        (HubName("me/M"), "m-Q4_K_M.gguf"),
        (HubName("me/M", tag="q8_0"), "Q8/m-Q8_0-00001-of-00002.gguf"),
        (HubName("me/M", file="Q8/m-Q8_0-00002-of-00002.gguf"), "Q8/m-Q8_0-00001-of-00002.gguf"),
        (HubName("me/M", file="m-Q8_0-00001-of-00002.gguf"), "Q8/m-Q8_0-00001-of-00002.gguf"),
        (HubName("me/M", file="mmproj-m.gguf"), "m-Q4_K_M.gguf"),
        (HubName("me/M", tag="BF16"), "BF16/m.gguf"),
        (HubName("me/M", tag="Q8"), "Q8/m-Q8_0-00001-of-00002.gguf"),
        (HubName("me/M", tag="Q4"), "m-Q4_K_M.gguf"),
        (HubName("me/M", tag="K_M"), "m-Q4_K_M.gguf"),
        (HubName("me/M", tag="4_K_M"), None),
        (HubName("me/M", tag="IQ4_NL"), "m-IQ4_NL.gguf"),
        (HubName("me/M", tag="Q4_NL"), None),
        (HubName("me/M", tag="Q4_K_XL"), "UD/m-UD-Q4_K_XL.gguf"),
        (HubName("me/M", tag="UD-Q4_K_XL"), "UD/m-UD-Q4_K_XL.gguf"),
        (HubName("me/M", tag="Q3"), None),
        (HubName("me/M", tag="Q2_K"), None),
        (HubName("me/M", file="other.gguf"), None),
    ],
)
def test_what_an_address_leads_to(named: HubName, file: str | None) -> None:
    models = models_in(
        repository(
            "m-Q4_K_M.gguf", "Q8/m-Q8_0-00001-of-00002.gguf", "Q8/m-Q8_0-00002-of-00002.gguf", "BF16/m.gguf",
            "m-IQ4_NL.gguf", "UD/m-UD-Q4_K_XL.gguf", "m-AVQ3.gguf", "mmproj-m.gguf",
        )
    )  # fmt: skip
    found = model_named(models, named)
    assert (found.files[0].path if found is not None else None) == file


@pytest.mark.parametrize("paths", [(), ("README.md",), ("mmproj.gguf",), ("con.gguf",), ("folder/.hidden.gguf",)])
def test_a_repository_without_a_model_has_none(paths: tuple[str, ...]) -> None:
    assert models_in(repository(*paths)) == ()


def test_a_file_whose_sum_the_hub_does_not_say_is_left_out() -> None:
    assert models_in(HubRepository("a/b", COMMIT, files=(HubFile("m.gguf", 10),))) == ()
