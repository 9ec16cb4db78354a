"""How a model is asked checks itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.errors import ModelMissing
from fanlight.domain.models import ModelAddress, ModelFiles, ModelSpec, Sampling


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -0.1},
        {"temperature": float("nan")},
        {"temperature": 6},
        {"top_p": 0},
        {"top_p": 1.1},
        {"min_p": -1},
        {"min_p": 2},
        {"top_k": -1},
        {"max_tokens": -1},
        {"json_schema": "{}", "grammar": "root ::= x"},
    ],
)
def test_values_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"between|top_p|schema"):
        Sampling(**wrong)


def test_the_ends_of_the_ranges_are_allowed() -> None:
    Sampling(temperature=0, top_k=0, top_p=1, min_p=0, max_tokens=0)
    Sampling(temperature=5, min_p=1, top_p=0.001)


def test_a_model_sees_with_its_projector_only() -> None:
    assert not ModelSpec.of_files("m", Path("m.gguf")).supports_images
    assert ModelSpec.of_files("m", Path("m.gguf"), Path("eyes.gguf")).supports_images


def test_a_model_comes_from_files_or_from_an_address() -> None:
    blind = ModelSpec.of_files("blind", Path("model.gguf"))
    seeing = ModelSpec.of_files("seeing", Path("model.gguf"), Path("mmproj.gguf"))
    served = ModelSpec("served", ModelAddress("http://127.0.0.1:8080", "model", supports_images=True))
    assert [spec.supports_images for spec in (blind, seeing, served)] == [False, True, True]
    assert [spec.location for spec in (blind, served)] == ["model.gguf", "http://127.0.0.1:8080"]
    assert blind.files == ModelFiles(Path("model.gguf"))
    with pytest.raises(ModelMissing, match="not a file"):
        served.files  # noqa: B018
