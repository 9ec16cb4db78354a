"""Projectors find their model by what both say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.gguf import header
from fanlight.gguf.pair import belongs, find_projector
from support import random_models
from support.gguf_drafts import F16, Draft, projector, text_model


def _named(draft: Draft, name: str) -> Draft:
    return draft.set("general.name", name)


def test_the_projector_of_the_right_width_is_found_whatever_the_files_are_called(tmp_path: Path) -> None:
    model = text_model().write(tmp_path / "mmproj-looks-like-one.gguf")
    projector(64).write(tmp_path / "aaa.gguf")
    right = projector(32).write(tmp_path / "zzz.gguf")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF and nothing")
    (tmp_path / "notes.txt").write_text("no model")
    assert find_projector(model) == right


def test_of_two_that_fit_the_one_with_the_models_name_is_taken(tmp_path: Path) -> None:
    model = _named(text_model(), "Rose 3B").write(tmp_path / "rose.gguf")
    _named(projector(), "Tulip 3B").write(tmp_path / "rose-mmproj.gguf")
    right = _named(projector(), "Rose 3B").write(tmp_path / "a.gguf")
    assert find_projector(model) == right


def test_of_twins_the_sixteen_bit_one_is_taken(tmp_path: Path) -> None:
    model = text_model().write(tmp_path / "tiny.gguf")
    projector().write(tmp_path / "mmproj-a.gguf")
    half = projector()
    for tensor in half.tensors:
        if len(tensor.shape) == 2 and "position" not in tensor.name:
            tensor.type, tensor.data = F16, bytes(len(tensor.data) // 2)
    right = half.write(tmp_path / "mmproj-b.gguf")
    assert find_projector(model) == right


def test_nothing_is_found_for_a_text_model_or_a_broken_one(tmp_path: Path) -> None:
    assert find_projector(text_model().write(tmp_path / "alone.gguf")) is None
    eye = projector(64).write(tmp_path / "other.gguf")
    assert find_projector(tmp_path / "alone.gguf") is None
    assert find_projector(eye) is None
    assert find_projector(tmp_path / "missing.gguf") is None


def test_names_beyond_ascii_are_fine(tmp_path: Path) -> None:
    folder = tmp_path / "Modèles – 模型"
    folder.mkdir()
    model = text_model().write(folder / "größe.gguf")
    eye = projector().write(folder / "зрение.gguf")
    assert find_projector(model) == eye


def test_a_family_with_its_own_projector_takes_no_other_of_equal_width(tmp_path: Path) -> None:
    """llama.cpp would load such a pair and answer nonsense."""
    specs = [build(tmp_path) for build in (random_models.mrope, random_models.window, random_models.hybrid)]
    headers = [(header.read(spec.files.model), header.read(spec.files.projector or spec.files.model)) for spec in specs]
    for i, (model, _) in enumerate(headers):
        for j, (_, eye) in enumerate(headers):
            said = belongs(model, eye)
            assert (said is None) == (i == j), (model.path, eye.path, said)
            assert said is None or eye.path.name in said


def test_deeper_layers_count_towards_the_width(tmp_path: Path) -> None:
    draft = text_model().set("general.architecture", "qwen3vl")
    for entry in draft.entries:
        entry.key = entry.key.replace("llama.", "qwen3vl.")
    model = header.read(draft.set("qwen3vl.n_deepstack_layers", 2).write(tmp_path / "m.gguf"))
    eye = projector().set("clip.projector_type", "qwen3vl_merger")
    eye.drop_tensors("mm.")
    eye.tensors += projector().drop_tensors("v.").reshape("mm.soft_emb_norm.weight", 32).tensors[:1]
    eye.tensors[-1].name = "mm.2.bias"
    assert "32 numbers, but m.gguf takes 96" in str(belongs(model, header.read(eye.write(tmp_path / "p.gguf"))))
    for layer in range(2):
        extra = projector().reshape("v.post_ln.weight", 24).tensor("v.post_ln.weight")
        extra.name = f"v.deepstack.{layer}.fc1.weight"
        eye.tensors.append(extra)
    assert belongs(model, header.read(eye.write(tmp_path / "p.gguf"))) is None


@pytest.mark.parametrize(
    "build", [random_models.plain, random_models.mrope, random_models.window, random_models.hybrid]
)
def test_every_kind_of_pair_finds_itself_among_the_others(tmp_path: Path, build: object) -> None:
    for other in (random_models.plain, random_models.mrope, random_models.window, random_models.hybrid):
        other(tmp_path)
    spec = build(tmp_path)  # type: ignore[operator]
    assert find_projector(spec.files.model) == spec.files.projector
