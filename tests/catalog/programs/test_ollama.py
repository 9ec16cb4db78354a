"""Ollama's models."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from fanlight.catalog.programs import ollama
from support.gguf_drafts import Draft, Weights, projector, text_model

MODEL, EYE = ollama._MODEL, ollama._PROJECTOR


def blob(models: Path, content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    (models / "blobs").mkdir(parents=True, exist_ok=True)
    (models / "blobs" / f"sha256-{digest}").write_bytes(content)
    return {"digest": f"sha256:{digest}", "size": len(content)}


def draft(tmp_path: Path, made: Draft) -> bytes:
    return made.write(tmp_path / "draft").read_bytes()


def manifest(models: Path, place: str, content: object, folder: str = "manifests") -> Path:
    path = models / folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def pulled(models: Path, tmp_path: Path, place: str = "registry.ollama.ai/library/rose/3b", **more: object) -> None:
    layers = [
        {"mediaType": MODEL, **blob(models, draft(tmp_path, text_model()))},
        {"mediaType": "application/vnd.ollama.image.template", **blob(models, b"{{ .Prompt }}")},
        {"mediaType": EYE, **blob(models, draft(tmp_path, projector()))},
    ]
    manifest(models, place, {"schemaVersion": 2, "layers": layers, **more})


def test_a_vision_model_has_its_projectors_layer(look: Any, user_home: Path, tmp_path: Path) -> None:
    models = user_home / ".ollama/models"
    pulled(models, tmp_path)
    [found] = look(ollama).models
    assert (found.spec.name, found.spec.owner) == ("rose:3b", "Ollama")
    assert found.spec.files.model.parent == models / "blobs"
    assert found.spec.supports_images


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("registry.ollama.ai/library/rose/latest", "rose:latest"),
        ("registry.ollama.ai/somebody/rose/q8", "somebody/rose:q8"),
        ("hf.co/maker/Rose-GGUF/Q4_K_M", "hf.co/maker/Rose-GGUF:Q4_K_M"),
    ],
)
def test_it_is_called_as_ollama_lists_it(look: Any, user_home: Path, tmp_path: Path, place: str, name: str) -> None:
    pulled(user_home / ".ollama/models", tmp_path, place)
    assert [found.spec.name for found in look(ollama).models] == [name]


def test_its_folders(look: Any, tmp_path: Path) -> None:
    service = tmp_path / "root/usr/share/ollama/.ollama/models"
    pulled(service, tmp_path)
    assert len(look(ollama).models) == 1
    pulled(tmp_path / "named", tmp_path, "registry.ollama.ai/library/tulip/1b")
    named = look(ollama, OLLAMA_MODELS=f'"{tmp_path / "named"}"').models
    assert named[0].spec.name == "tulip:1b"


def test_a_download_that_has_not_ended_is_left_out(look: Any, user_home: Path, tmp_path: Path) -> None:
    models = user_home / ".ollama/models"
    pulled(models, tmp_path)
    largest = max((models / "blobs").iterdir(), key=lambda file: file.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-100])
    around = look(ollama)
    assert not around.models
    assert "not downloaded completely" in around.left_out[0].reason


def test_the_newer_manifests_are_links_and_lists(look: Any, user_home: Path, tmp_path: Path) -> None:
    models = user_home / ".ollama/models"
    layer = {"mediaType": MODEL, **blob(models, draft(tmp_path, text_model()))}
    child = blob(models, json.dumps({"layers": [layer], "runner": "ollama"}).encode())
    other = {"runner": "mlx", "digest": "sha256:" + "0" * 64}
    listed = blob(
        models, json.dumps({"mediaType": ollama._LIST, "manifests": [other, {**child, "runner": "ollama"}]}).encode()
    )
    link = models / "manifests-v2/registry.ollama.ai/library/rose/3b"
    link.parent.mkdir(parents=True)
    link.symlink_to(models / "blobs" / listed["digest"].replace(":", "-"))
    manifest(models, "registry.ollama.ai/library/rose/3b", {"layers": []})  # which the newer one replaces
    assert [found.spec.name for found in look(ollama).models] == ["rose:3b"]


@pytest.mark.parametrize("size", [None, "large", 1.5])
def test_a_layer_that_does_not_say_its_size_is_taken_as_it_is(
    look: Any, user_home: Path, tmp_path: Path, size: object
) -> None:
    models = user_home / ".ollama/models"
    layer = {"mediaType": MODEL, **blob(models, draft(tmp_path, text_model())), "size": size}
    manifest(models, "registry.ollama.ai/library/rose/3b", {"layers": [layer]})
    assert [found.spec.name for found in look(ollama).models] == ["rose:3b"]


def test_a_model_of_which_only_a_part_could_be_used_is_said(look: Any, user_home: Path, tmp_path: Path) -> None:
    """Without its adapter, or a part, the answers would be another model's."""
    models = user_home / ".ollama/models"
    layer = {"mediaType": MODEL, **blob(models, draft(tmp_path, text_model()))}
    adapter = {"mediaType": ollama._ADAPTER, **blob(models, b"lora")}
    manifest(models, "registry.ollama.ai/me/tuned/1", {"layers": [layer, adapter]})
    other = {"mediaType": MODEL, **blob(models, draft(tmp_path, text_model().set("general.name", "x")))}
    manifest(models, "registry.ollama.ai/me/split/1", {"layers": [layer, other]})
    around = look(ollama)
    assert not around.models
    assert [left.reason.partition(" is ")[0] for left in around.left_out] == ["me/split:1", "me/tuned:1"]
    assert "adapter" in around.left_out[1].reason
    assert all("Server" in left.hint for left in around.left_out)


def test_what_is_not_gguf_is_no_entry(look: Any, user_home: Path, tmp_path: Path) -> None:
    models = user_home / ".ollama/models"
    pulled(models, tmp_path, runner="mlx")
    manifest(models, "registry.ollama.ai/library/cloudy/cloud", {"layers": [], "config": {}})
    around = look(ollama)
    assert not around.models
    assert not around.left_out


@pytest.mark.parametrize(
    "content", ["", "{", "[]", {"layers": [{"mediaType": MODEL, "digest": "sha256:../../../etc"}]}]
)
def test_a_manifest_that_cannot_be_read_is_said(look: Any, user_home: Path, content: object) -> None:
    manifest(user_home / ".ollama/models", "registry.ollama.ai/library/odd/1", content)
    [left] = look(ollama).left_out
    assert "odd:1" in left.reason
    assert "ollama pull odd:1" in left.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_of_the_service_that_may_not_be_read_says_how(look: Any, tmp_path: Path) -> None:
    service = tmp_path / "root/usr/share/ollama/.ollama/models/manifests"
    service.mkdir(parents=True)
    service.chmod(0)
    try:
        [left] = look(ollama).left_out
    finally:
        service.chmod(0o700)
    assert "Permission denied" in left.reason
    assert "usermod" in left.hint


def test_an_encoder_inside_the_models_own_file_is_refused_in_words(look: Any, user_home: Path, tmp_path: Path) -> None:
    models, made = user_home / ".ollama/models", text_model()
    made.tensors.append(Weights("v.blk.0.attn_k.weight", (32, 1), 0, bytes(128)))
    layer = {"mediaType": MODEL, **blob(models, draft(tmp_path, made))}
    manifest(models, "registry.ollama.ai/library/rose/4b", {"layers": [layer]})
    around = look(ollama)
    assert not around.models
    [left] = around.left_out
    assert left.name == "rose:4b"
    assert "picture encoder is in the same file" in left.reason
