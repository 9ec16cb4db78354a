"""Names of models as their publishers write them: one model in two spellings, two models in nearly the same one."""

from __future__ import annotations

import pytest

from fanlight.gguf import header
from fanlight.gguf.model_names import Kinship, NameParts, kinship
from support.gguf_drafts import projector, text_model

SAME = [
    ("MiniCPM-V-4_6-Q4_K_M", "MiniCPM-V 4.6"),
    ("LFM2.5-VL-1.6B-Q4_K_M", "mmproj-LFM2.5-VL-1.6b-Q8_0"),
    ("SmolVLM2-2.2B-Instruct-Q4_K_M", "mmproj-SmolVLM2-2.2B-Instruct-Q8_0"),
    ("Qwen3VL-2B-Instruct-Q4_K_M", "mmproj-Qwen3VL-2B-Instruct-F16"),
    ("Qwen3VL-4B-Instruct-Q4_K_M", "Qwen3 VL 4B Instruct"),
    ("Qwen3VL-8B-Instruct-Q8_0", "mmproj-Qwen3VL-8B-Instruct-F16"),
    ("GLM-OCR-Q8_0", "mmproj-GLM-OCR-Q8_0"),
    ("PaddleOCR-VL-1.6-GGUF", "PaddleOCR-VL-1.6-GGUF-mmproj"),
    ("Qwen3.5-4B-Q4_K_M", "Qwen3.5-4B"),
    ("Qwen3.5-9B-UD-Q4_K_XL", "Qwen3.5 9B"),
    ("gemma-4-E2B_q4_0-it", "gemma-4-E2B-it-mmproj"),
    ("gemma-4-E4B-it-Q4_K_M", "mmproj-gemma-4-E4B-it-bf16"),
    ("gemma-4-12b-it-qat-q4_0", "mmproj-gemma-4-12b-it-qat-q4_0"),
    ("Ministral-3-8B-Instruct-2512-Q4_K_M", "Ministral-3-8B-Instruct-2512-BF16-mmproj"),
    ("Qwen3.8-27B-Q4_K_M", "mmproj-Qwen3.8-27B-Q8_0"),
    ("Qwen2.5-VL-7B-Instruct-abliterated.Q6_K", "Qwen2.5 VL 7B Instruct"),
    ("google_gemma-3-4b-it-Q4_K_M", "mmproj-gemma-3-4b-it-f16"),
    ("llava-v1.5-7b-Q4_K", "llava-v1.5-7b-mmproj-f16"),
    ("Qwen3VL-235B-A22B-Instruct-Q4_K_M-00001-of-00003", "Qwen3-VL-235B-A22B-Instruct"),
    ("pixtral-12b-2409-Q4_K_M", "mmproj-pixtral-12b-f16"),
]
OTHER = [
    ("Aya Text 192", "Zebra Vision"),
    ("Qwen3VL-8B-Instruct-Q4_K_M", "mmproj-Qwen3VL-2B-Instruct-F16"),
    ("Qwen3.5-9B-Q4_K_M", "Qwen3-VL-8B-Instruct"),
    ("Qwen2-VL-7B-Instruct", "mmproj-Qwen2.5-VL-7B-Instruct-f16"),
    ("SmolVLM2-2.2B-Instruct-Q4_K_M", "mmproj-SmolVLM-Instruct-f16"),
    ("gemma-3-4b-it-Q4_K_M", "mmproj-gemma-4-E4B-it-bf16"),
    ("Aya-8B-Q4_K_M", "mmproj-aya-vision-8b-f16"),
    ("LFM2-1.2B-Q4_K_M", "mmproj-LFM2-VL-1.6B-Q8_0"),
    ("Llama-3.1-8B-Instruct-Q4_K_M", "llava-v1.5-7b-mmproj-f16"),
    ("Mistral-7B-v0.3", "mmproj-llava-v1.6-mistral-7b-f16"),
    ("Hermes-2-Pro", "mmproj-pixtral-12b-f16"),
]
UNSAID = ["mmproj-F16", "mmproj-model-f16", "mmproj", "ggml-model-q4_k", "model-00001-of-00002", "vit-large336-custom"]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_model_in_two_spellings(one: str, other: str) -> None:
    assert NameParts.of(one).agrees(NameParts.of(other))
    assert NameParts.of(other).agrees(NameParts.of(one))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_model(one: str, other: str) -> None:
    assert not NameParts.of(one).agrees(NameParts.of(other))


@pytest.mark.parametrize("name", UNSAID)
def test_names_that_say_nothing(name: str) -> None:
    assert not NameParts.of(name).words


def test_any_two_names_that_agree_make_one_model(tmp_path) -> None:  # type: ignore[no-untyped-def]
    model = header.read(text_model().set("general.name", "Rose 3B").write(tmp_path / "x.gguf"))
    own = header.read(projector().set("general.name", "rose-3b").write(tmp_path / "mmproj-a.gguf"))
    other = header.read(projector().set("general.name", "Tulip").write(tmp_path / "mmproj-b.gguf"))
    unnamed = header.read(projector().set("general.name", "").write(tmp_path / "mmproj-F16.gguf"))
    assert [kinship(model, one) for one in (own, other, unnamed)] == [Kinship.SAME, Kinship.OTHER, Kinship.UNSAID]
    finetune = header.read(
        text_model().set("general.name", "Mine").set("general.base_model.0.name", "Tulip").write(tmp_path / "y.gguf")
    )
    assert kinship(finetune, other) is Kinship.SAME
