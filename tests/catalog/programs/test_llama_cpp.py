"""What llama.cpp has downloaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fanlight.catalog.programs import llama_cpp

Place = Callable[..., Path]


def test_a_manifest_names_the_model_and_its_projector(look: Any, user_home: Path, place: Place) -> None:
    folder = user_home / ".cache/llama.cpp"
    model = place(folder / "maker_Rose-GGUF_Rose-Q4_K_M.gguf")
    eye = place(folder / "maker_Rose-GGUF_mmproj-model-f16.gguf", kind="eye")
    place(folder / "other_Tulip_mmproj-model-f16.gguf", kind="eye")
    (folder / "manifest=maker=Rose-GGUF=Q4_K_M.json").write_text(
        json.dumps(
            {"ggufFile": {"rfilename": "Rose-Q4_K_M.gguf"}, "mmprojFile": {"rfilename": "mmproj-model-f16.gguf"}}
        )
    )
    [found] = look(llama_cpp).models
    assert (found.spec.name, found.spec.owner) == ("maker/Rose-GGUF:Q4_K_M", "llama.cpp")
    assert (found.spec.files.model, found.spec.files.projector) == (model, eye)


def test_without_a_manifest_it_is_called_as_its_file(look: Any, user_home: Path, place: Place) -> None:
    folder = user_home / ".cache/llama.cpp"
    place(folder / "rose-3b.gguf")
    (folder / "manifest=a=b=c.json").write_text("{")
    (folder / "tulip-3b.gguf.downloadInProgress").write_bytes(b"GGUF")
    around = look(llama_cpp)
    assert [found.spec.name for found in around.models] == ["rose-3b"]
    assert [left.path.name for left in around.left_out] == ["tulip-3b.gguf.downloadInProgress"]


def test_the_newer_layout_is_the_hubs(look: Any, tmp_path: Path, place: Place) -> None:
    place(tmp_path / "cache/models--maker--Rose/snapshots" / ("d" * 40) / "rose-3b.gguf")
    [found] = look(llama_cpp, LLAMA_CACHE=str(tmp_path / "cache")).models
    assert (found.spec.name, found.spec.owner) == ("rose-3b", "llama.cpp")


def test_its_folder_on_other_systems(look: Any, user_home: Path, place: Place) -> None:
    place(user_home / "Library/Caches/llama.cpp/rose-3b.gguf")
    place(user_home / "AppData/Local/llama.cpp/tulip-3b.gguf")
    assert [found.spec.name for found in look(llama_cpp, "darwin").models] == ["rose-3b"]
    assert [found.spec.name for found in look(llama_cpp, "win32").models] == ["tulip-3b"]
