"""What a file is called says something, or gives way to its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.gguf.file_names import name_of_file


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Qwen3-VL-4B-Instruct-Q4_K_M.gguf", "Qwen3-VL-4B-Instruct-Q4_K_M"),
        ("m/Qwen3.5-9B.Q4_K_M.GGUF", "Qwen3.5-9B.Q4_K_M"),
        ("m/GLM-4.6-00001-of-00004.gguf", "GLM-4.6"),
        ("Rose-7B/model.gguf", "Rose-7B"),
        ("Rose-7B/model-00001-of-00002.gguf", "Rose-7B"),
        ("Rose-7B/ggml-model-f16.gguf", "Rose-7B-f16"),
        ("Rose-7B/Q4_K_M.gguf", "Rose-7B-Q4_K_M"),
        ("Rose-7B-Q8_0/ggml-model-Q8_0.gguf", "Rose-7B-Q8_0"),
        ("Rose-7B/UD-Q4_K_XL.gguf", "Rose-7B-UD-Q4_K_XL"),
        ("Desktop/ggml-model-q4_0.gguf", ""),
        ("Downloads/model.gguf", ""),
        ("Desktop/smollm2-135m.gguf", "smollm2-135m"),
        ("x/phi4.gguf", "phi4"),
        ("x/мой файл.gguf", "мой файл"),
    ],
)
def test_a_file_is_called(path: str, name: str) -> None:
    assert name_of_file(Path("/home/somebody") / path) == name
